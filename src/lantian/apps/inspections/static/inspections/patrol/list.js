/* The list of the day: stops and steps in their order, how far each is, and what waits. */

import { here } from "./photos.js";
import { distance } from "./work.js";
import { h, metres, minute, pick, span, state, t, when } from "./dom.js";

export function list(app) {
  const { work } = app;
  if (!work.day) return h("div", { class: "blank" }, h("p", {}, t("no_day")), h("p", { class: "mut" }, t("no_day_help")));
  const route = work.route;
  const open = route.findIndex(({ key }) => ["new", "draft"].includes(work.progress(key).state));
  return h(
    "div", {},
    route.length === 0 && h("div", { class: "blank" }, h("p", {}, t("empty_day"))),
    h("ol", { class: "stops", "aria-label": t("stops") }, route.map((one, index) => row(app, one, index, index === open))),
    h("a", { class: "more", href: "#/others" }, t("others"), h("span", { class: "mut" }, t("others_count", { n: work.day.others.length }))),
    h("p", { class: "foot" }, work.day.sample && h("span", { class: "tag" }, t("sample")), t("saved_here")),
  );
}

function row(app, one, index, current) {
  const { state: how } = app.work.progress(one.key);
  const done = !["new", "draft"].includes(how);
  return h(
    "li", { class: [current && "on", done && "dn"].filter(Boolean).join(" ") },
    h("a", { href: `#/at/${encodeURIComponent(one.key)}` },
      h("span", { class: "no" }, String(index + 1)),
      h("span", { class: "what" }, h("b", {}, title(one)), h("span", { class: "s" }, below(app, one))),
      h("span", { class: "r" }, right(app, one, how))),
  );
}

export const title = (one) => one.source?.name ?? one.case.title;

function below(app, one) {
  const parts = [one.case ? t("step_of", { step: pick(one.name) }) : pick(one.purpose)];
  const list = one.checklist && app.work.checklist(one);
  const filled = Object.values(app.work.draft(one.key).answers).filter(({ value }) => value).length;
  if (list) parts.push(filled ? t("filled", { n: filled, all: list.items.length }) : t("items", { n: list.items.length }));
  return parts.filter(Boolean).join(t("comma"));
}

function right(app, one, how) {
  const saved = app.work.draft(one.key).saved;
  if (saved) return [state(how), h("span", { class: "mut" }, t("done_at", { time: minute(saved.at) }))];
  if (one.done) return [state("sent", t("done_by", { name: one.done.by })), h("span", { class: "mut" }, minute(one.done.at))];
  const far = distance(here(), one.source ?? one);
  return [due(one), far === null ? one.due && h("span", { class: "mut" }, t("until", { time: when(one.due) })) : h("span", { class: "mut" }, metres(far))];
}

/** What is left of a clock, or the lamp of a day's plan. */
export function due(one, now = Date.now()) {
  if (!one.due) return h("span", { class: "lamp", "data-l": "o" }, t("no_clock"));
  const [start, end] = [Date.parse(one.started), Date.parse(one.due)];
  const lamp = one.paused ? "p" : now > end ? "r" : (now - start) / (end - start) >= one.warn_share ? "y" : "g";
  const words = one.paused ? t("paused") : t(now > end ? "late" : "left", { span: span(end - now) });
  return one.case ? h("span", { class: `lamp word`, "data-l": lamp }, words) : h("span", { class: "lamp word", "data-l": lamp }, t(`lamp_${lamp}`));
}

/** Entries of the ledgers on the person's ground, for a patrol that no plan names; found by name or code as one types. */
export function others(app) {
  const found = h("ol", { class: "stops" });
  const show = (words) => {
    const wanted = words.trim().toLowerCase();
    const fitting = app.work.day.others.filter(({ source }) => !wanted || `${source.name} ${source.code}`.toLowerCase().includes(wanted));
    const place = here();
    const near = fitting.map((one) => [distance(place, one.source) ?? Infinity, one]).sort(([a], [b]) => a - b || 0).slice(0, 40);
    found.replaceChildren(...near.map(([far, one]) => h("li", {},
      h("a", { href: `#/at/${encodeURIComponent(one.key)}` }, h("span"), h("span", { class: "what" }, h("b", {}, one.source.name), h("span", { class: "s" }, `${pick(one.source.kind_label)} · ${pick(one.purpose)}`)), h("span", { class: "r mut" }, far < Infinity ? metres(far) : one.source.code)))));
    if (near.length === 0) found.replaceChildren(h("li", { class: "blank" }, t("none_found")));
  };
  if (!app.work.day) return list(app);
  show("");
  return h("div", {},
    h("label", { class: "search" }, h("span", { class: "vh" }, t("search")), h("input", { type: "search", placeholder: t("search"), "data-key": "search", oninput: (event) => show(event.target.value) })),
    found);
}
