/* What waits: every entry of the queue with its state and, where it failed, why and what comes next. */

import { h, minute, pick, state, t, when } from "./dom.js";
import { refusal } from "./check.js";
import { link } from "./list.js";

export function waiting(app) {
  const { work } = app;
  const entries = [...work.waiting, ...work.queue.filter(({ state: how }) => how === "sent").reverse()];
  return h("section", { class: "ck" },
    h("header", {}, h("h2", {}, t("queue")), h("p", { class: "s" }, t("queue_help"))),
    app.others.map(({ name, n }) => h("p", { class: "told" }, t("of_others", { name, n }))),
    entries.length === 0 && h("p", { class: "blank" }, t("nothing_waits")),
    h("ul", { class: "queue" }, entries.map((entry) => line(app, entry))));
}

function line(app, entry) {
  const how = entry.state === "sent" || entry.state === "refused" ? entry.state : entry.photo ? app.work.standing(entry.id) : app.work.sending === entry.id ? "sending" : entry.state;
  const about = app.work.find(entry.key);
  return h("li", {},
    h("a", { href: link(entry.key) },
      h("span", { class: "what" }, h("b", {}, entry.title || t(`kind_${entry.kind}`)), h("span", { class: "s" }, [t(`kind_${entry.kind}`), entry.photo && shows(app, about, entry), entry.photo && size(app, entry), when(entry.made_at)].filter(Boolean).join(" · "))),
      h("span", { class: "r" }, state(how), h("span", { class: "mut" }, below(entry)))),
    entry.trouble && h("p", { class: "s" }, t(`trouble_${entry.trouble.state}`, entry.trouble)),
    entry.state === "refused" && (entry.kind === "photo" ? h("p", { class: "ask" }, pick(entry.said.text)) : about && refusal(app, about, entry)));
}

/** The number of the item that a photo shows. */
function shows(app, about, entry) {
  const items = (about?.checklist && app.work.checklist(about)?.items) || [];
  const number = items.findIndex(({ id }) => id === entry.fields.item) + 1;
  return number ? t("item_number", { n: number }) : null;
}

function size(app, entry) {
  const bytes = app.work.photos.get(entry.id)?.size ?? entry.fields.size;
  return bytes < 2 ** 20 ? `${Math.ceil(bytes / 1024)} KB` : `${(bytes / 2 ** 20).toFixed(1)} MB`;
}

function below(entry) {
  if (entry.state === "sent") return entry.said?.sha256 ? t("same_hash", { hash: entry.said.sha256.slice(0, 8) }) : minute(entry.sent_at);
  if (entry.state === "waiting" && entry.tries) return t("again_at", { n: entry.tries, time: minute(entry.next_at) });
  return "";
}
