/* The list of the day: stops and steps in their order, how far each is, and what waits. */

import { here } from "./photos.js";
import { distance } from "./work.js";
import { h, metres, minute, monthDay, pick, span, state, t, when } from "./dom.js";

export function list(app) {
  const { work } = app;
  if (!work.day) return h("div", { class: "blank" }, h("p", {}, t("no_day")), h("p", { class: "mut" }, t("no_day_help")));
  const route = work.route;
  const open = route.findIndex(({ key }) => ["new", "draft"].includes(work.progress(key).state));
  return h(
    "div", {},
    route.length === 0 && h("div", { class: "blank" }, h("p", {}, t("empty_day"))),
    h("ol", { class: "stops", "aria-label": t("stops") }, route.map((one, index) => row(app, one, index, index === open))),
    h("a", { class: "more", href: "#/others" }, t("others"), h("span", { class: "mut" }, t("others_count", { n: work.others.length }))),
    h("p", { class: "foot" }, work.day.sample && h("span", { class: "tag" }, t("sample")), t("saved_here")),
  );
}

export const link = (key) => `#/at/${encodeURIComponent(key)}`;

/** What a stop or step is called. */
export const nameOf = (app, one) => one.source?.name ?? one.case?.title ?? (app.work.draft(one.key).place || pick(one.purpose));

function row(app, one, index, current) {
  const { state: how } = app.work.progress(one.key);
  const done = !["new", "draft"].includes(how) || (how === "new" && one.done);
  return h(
    "li", { class: [current && "on", done && "dn"].filter(Boolean).join(" ") },
    h("a", { href: link(one.key) },
      h("span", { class: "no" }, String(index + 1)),
      h("span", { class: "what" }, h("b", {}, nameOf(app, one)), h("span", { class: "s" }, below(app, one))),
      h("span", { class: "r" }, right(app, one, how))),
  );
}

function below(app, one) {
  const parts = [one.case ? t("step_of", { kind: pick(one.case.kind), step: pick(one.name) }) : pick(one.purpose)];
  const items = one.checklist && app.work.checklist(one)?.items;
  const filled = Object.values(app.work.draft(one.key).answers).filter(({ answer, value }) => answer || value).length;
  if (items) parts.push(filled ? t("filled", { n: filled, all: items.length }) : t("items", { n: items.length }));
  return parts.filter(Boolean).join(t("comma"));
}

function right(app, one, how) {
  const saved = app.work.draft(one.key).saved;
  if (saved) return [state(how), h("span", { class: "mut" }, t("done_at", { time: minute(saved.at) }))];
  if (one.done) return [state("sent", t("done_by", { name: one.done.by })), h("span", { class: "mut" }, minute(one.done.at))];
  const far = distance(here(), one.source);
  const second = far === null ? one.due && t("until", { time: one.case ? when(one.due) : monthDay(one.due) }) : metres(far);
  return [due(one), second && h("span", { class: "mut" }, second)];
}

/** What is left of a case's clock, or the lamp of a day's plan. */
export function due(one, now = Date.now()) {
  if (!one.due) return h("span", { class: "mut" }, t(one.case ? "no_clock" : "own_choice"));
  if (!one.case) return h("span", { class: "lamp word", "data-l": one.lamp }, t(`lamp_${one.lamp}`));
  const [start, end] = [Date.parse(one.started), Date.parse(one.due)];
  const lamp = one.paused ? "p" : now > end ? "r" : (now - start) / (end - start) >= one.warn_share ? "y" : "g";
  return h("span", { class: "lamp word", "data-l": lamp }, one.paused ? t("paused") : t(now > end ? "late" : "left", { span: span(end - now) }));
}

const MOST = 60;

/** Entries of the ledgers on the person's ground, for a patrol that no plan names; found by name or code as one types. */
export function others(app) {
  if (!app.work.day) return list(app);
  const found = h("ol", { class: "stops" });
  const everything = app.work.others;
  const show = (words) => {
    const wanted = words.trim().toLowerCase();
    const place = here();
    const near = everything
      .filter(({ source, purpose }) => !wanted || `${source?.name ?? ""} ${source?.code ?? ""} ${pick(purpose)}`.toLowerCase().includes(wanted))
      .map((one) => [one.source ? distance(place, one.source) ?? Infinity : -1, one])
      .sort(([a], [b]) => (a === b ? 0 : a - b));
    found.replaceChildren(...near.slice(0, MOST).map(([far, one]) => other(app, one, far)));
    if (near.length === 0) found.replaceChildren(h("li", { class: "blank" }, t("none_found")));
    if (near.length > MOST) found.append(h("li", { class: "foot" }, t("more_found", { n: near.length - MOST })));
  };
  show("");
  return h("div", {},
    h("label", { class: "search" }, h("span", { class: "vh" }, t("search")), h("input", { type: "search", placeholder: t("search"), "data-key": "search", oninput: (event) => show(event.target.value) })),
    found);
}

function other(app, one, far) {
  return h("li", {}, h("a", { href: link(app.work.fresh(one.key)) },
    h("span", { class: "no" }, "+"),
    h("span", { class: "what" }, h("b", {}, one.source?.name ?? t("no_entry_known")), h("span", { class: "s" }, [one.source && pick(one.source.kind_label), pick(one.purpose)].filter(Boolean).join(t("comma")))),
    h("span", { class: "r mut" }, one.source && (far < Infinity ? metres(far) : one.source.code))));
}
