/* A checklist at a stop: three big answers for each item, a note, photos with how they stand; and the past record. */

import { here } from "./photos.js";
import { distance } from "./work.js";
import { h, mark, metres, minute, monthDay, pick, state, t, when } from "./dom.js";
import { due } from "./list.js";

const ANSWERS = ["pass", "fail", "na"];

export function stop(app, one) {
  const { work } = app;
  const list = work.checklist(one);
  const draft = work.draft(one.key);
  return h(
    "section", { class: "ck" },
    head(one.source.name, list && pick(list.cite), facts(app, one, draft, list)),
    steps(app, one),
    past(one),
    draft.saved && outcome(app, one),
    list ? h("ol", { class: "items" }, list.items.map((item, index) => itemRow(app, one, item, index))) : h("p", { class: "blank" }, t("no_checklist")),
    list && general(app, one, draft),
    list && !draft.saved && dock(app, one, list),
  );
}

export function head(name, cite, lines) {
  return h("header", {}, h("div", { class: "row" }, h("h2", {}, name), h("span", { class: "sp" }), cite && h("span", { class: "cite" }, cite)), lines.map((line) => h("p", { class: "s" }, line)));
}

function facts(app, one, draft, list) {
  const place = draft.arrived ?? here();
  const first = [list && pick(list.name), draft.begun_at && t("arrived", { time: minute(draft.begun_at) }), place ? t("error", { n: place.accuracy_m }) : t("no_place")];
  const far = distance(place, one.source);
  const second = [pick(one.source.kind_label), one.source.address, far !== null && far > 500 && t("far_from", { far: metres(far) })];
  return [first, second].map((parts) => parts.filter(Boolean).join(" · ")).filter(Boolean);
}

/** Cases of the same object that wait for somebody on site. */
function steps(app, one) {
  const open = (app.work.day?.steps ?? []).filter(({ source }) => source && source.code === one.source.code);
  return open.map((step) => h("a", { class: "more", href: `#/at/${encodeURIComponent(step.key)}` }, `${step.case.number} ${pick(step.name)}`, due(step)));
}

function past(one) {
  if (!one.past?.length) return h("p", { class: "past mut" }, t("no_past"));
  return h("details", { class: "past" }, h("summary", {}, t("past", { n: one.past.length })),
    h("ul", {}, one.past.map((record) => h("li", {}, h("b", {}, `${monthDay(record.at)} ${pick(record.checklist)}`), ` ${record.by ?? ""} `,
      record.failed.length ? h("span", {}, t("failed", { list: record.failed.map(pick).join(t("list_comma")) })) : h("span", { class: "mut" }, t("all_passed"))))));
}

function itemRow(app, one, item, index) {
  const draft = app.work.draft(one.key);
  const { value, note } = draft.answers[item.id] ?? {};
  const open = !draft.saved;
  const photos = draft.photos.filter((photo) => photo.item === item.id);
  const wanted = photosWanted(item, value);
  return h(
    "li", { id: `item-${item.id}` },
    h("div", { class: "q0" }, h("span", { class: "q" }, h("span", { class: "n" }, String(index + 1)), h("span", {}, pick(item.text))),
      h("span", { class: "tri", role: "radiogroup", "aria-label": pick(item.text) }, ANSWERS.map((answer) => h("button", {
        type: "button", role: "radio", class: value === answer ? `is-${answer}` : "", "aria-checked": String(value === answer), disabled: !open,
        onclick: async () => { app.item = item.id; await app.work.answer(one.key, item.id, { value: answer }); app.paint(); },
      }, t(answer))))),
    (photos.length > 0 || wanted > 0) && pictures(app, one.key, item.id, photos, open),
    open && wanted > photos.length && h("p", { class: "ask" }, t("photo_wanted", { n: wanted - photos.length })),
    (value === "fail" || note) && noteField(app, one.key, open, note ?? "", t("what_is_wrong"), (words) => app.work.answer(one.key, item.id, { note: words }), `note-${item.id}`),
  );
}

/** How many photos the checklist's rule asks for an item with this answer. */
export const photosWanted = (item, value) => item.photos?.[value] ?? 0;

export function noteField(app, key, open, words, label, keep, name) {
  if (!open) return words && h("p", { class: "written" }, words);
  return h("label", { class: "write" }, h("span", { class: "vh" }, label), h("textarea", { rows: 2, maxlength: 500, placeholder: label, "data-key": name, value: words, oninput: (event) => app.kept(keep(event.target.value)) }));
}

/** The photos of an item, each with its honest state, and the place for the next. */
export function pictures(app, key, item, photos, open) {
  return h("div", { class: "pics" },
    photos.map(({ id }) => picture(app, key, id, open)),
    open && h("div", {}, camera(app, t(photos.length ? "one_more" : "take_photo"), (file) => app.work.photograph(key, item, file), "add")));
}

function picture(app, key, id, open) {
  const { work } = app;
  const how = work.standing(id);
  if (how === "lost") {
    return h("div", { class: "pic" }, h("div", { class: "lost" }, h("span", {}, t("lost_here"), h("br"), t("not_sent"))),
      camera(app, t("take_again"), (file) => work.again(key, id, file), "again"));
  }
  const refused = how === "refused" && pick(work.entry(id).said?.text);
  return h("div", { class: "pic" },
    h("div", { class: "ph" }, h("img", { src: work.picture(id), alt: t("photo_of", { time: when(work.photos.get(id).taken_at) }) }),
      open && h("button", { type: "button", class: "drop", "aria-label": t("drop_photo"), onclick: async () => { await work.drop(key, id); app.paint(); } }, "×")),
    h("div", { class: "st" }, state(how, t(`photo_${how}`))),
    refused && h("p", { class: "ask" }, refused),
    refused && camera(app, t("take_again"), (file) => work.again(key, id, file), "again"));
}

/** A button that opens the camera; what was taken is on the phone before anything is shown. */
export function camera(app, words, keep, kind) {
  const input = h("input", { type: "file", accept: "image/*", capture: "environment", class: "vh", onchange: async () => {
    const [file] = input.files;
    if (file) await app.kept(keep(file));
    app.paint();
  } });
  return h("label", { class: kind }, input, h("span", {}, words));
}

function general(app, one, draft) {
  const photos = draft.photos.filter(({ item }) => item === "");
  return h("div", { class: "general" },
    photos.length > 0 && pictures(app, one.key, "", photos, !draft.saved),
    noteField(app, one.key, !draft.saved, draft.note, t("remark"), (words) => app.work.keep(one.key, { note: words }), "remark"));
}

/** What is missing before a checklist can be saved: [id of the item, words]. */
export function missing(work, one, list) {
  const draft = work.draft(one.key);
  const found = [];
  for (const [index, item] of list.items.entries()) {
    const { value } = draft.answers[item.id] ?? {};
    const photos = draft.photos.filter((photo) => photo.item === item.id);
    if (!value) found.push([item.id, t("unanswered", { n: index + 1 })]);
    else if (photos.length < photosWanted(item, value)) found.push([item.id, t("needs_photo", { n: index + 1 })]);
    if (photos.some(({ id }) => work.standing(id) === "lost")) found.push([item.id, t("needs_again", { n: index + 1 })]);
  }
  return found;
}

function dock(app, one, list) {
  const failed = Object.values(app.work.draft(one.key).answers).filter(({ value }) => value === "fail").length;
  const item = list.items.some(({ id }) => id === app.item) ? app.item : "";
  const number = list.items.findIndex(({ id }) => id === item) + 1;
  return h("div", { class: "dock" },
    camera(app, number ? t("photo_for", { n: number }) : t("photo"), (file) => app.work.photograph(one.key, item, file), "btn shoot"),
    h("button", { type: "button", class: "btn pri", onclick: () => save(app, one, list) }, failed ? t("save_failed", { n: failed }) : t("save_passed")));
}

async function save(app, one, list) {
  const [first] = missing(app.work, one, list);
  if (first) {
    app.say(first[1]);
    document.getElementById(`item-${first[0]}`)?.scrollIntoView({ block: "center" });
    return;
  }
  await app.kept(app.work.finishStop(one));
  app.queued();
}

/** How a saved stop or step stands with the server, with what to do where it was refused. */
export function outcome(app, one) {
  const { state: how, entries } = app.work.progress(one.key);
  const counts = entries.filter(({ state: each }) => each === "sent").length;
  return h("div", { class: `outcome ${how}` },
    h("p", {}, state(how, t(`whole_${how}`)), h("span", { class: "sp" }), h("span", { class: "mut" }, t("of", { n: counts, all: entries.length }))),
    entries.map((entry) => entry.said?.notice && h("p", {}, pick(entry.said.notice))),
    entries.filter((entry) => entry.state === "refused" && entry.kind !== "photo").map((entry) => refusal(app, one, entry)));
}

/** What the server said, and what can be done. */
export function refusal(app, one, entry) {
  const { text, advice, code } = entry.said;
  const act = (words, doing, kind = "") => h("button", { type: "button", class: `btn ${kind}`, onclick: doing }, t(words));
  return h("div", { class: "refusal", role: "alert" },
    h("p", {}, mark("refused"), h("b", {}, pick(text))), advice && h("p", {}, pick(advice)),
    h("div", { class: "acts" },
      ["reassigned", "done", "no-plan"].includes(code) && act("as_unplanned", async () => { await app.work.unplanned(entry.id); app.queued(); }, "pri"),
      act("open_again", async () => { await app.work.reopen(one.key); await app.refresh(); app.paint(); }),
      act("give_up", async () => { if (app.sure(t("give_up_sure"))) { await app.work.giveUp(one.key); app.go(""); } })));
}
