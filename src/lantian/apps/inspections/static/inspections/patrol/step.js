/* A step of a case on site: what it is about, its clock, photos, the outcome, and what was found. */

import { h, pick, t, when } from "./dom.js";
import { due, nameOf } from "./list.js";
import { camera, head, lineField, noteField, outcome, pictures } from "./check.js";

export function step(app, one) {
  const draft = app.work.draft(one.key);
  const open = !draft.saved;
  const running = app.work.day?.steps.some(({ key }) => key === one.key);
  return h(
    "section", { class: "ck" },
    head(nameOf(app, one), pick(one.cite), [`${one.case.number} · ${pick(one.case.kind)}`]),
    h("div", { class: "clockline" }, due(one), h("span", { class: "mut" }, [one.due && t("until", { time: when(one.due) }), pick(one.given)].filter(Boolean).join(" · "))),
    one.case.facts && h("p", { class: "told" }, one.case.facts),
    one.alarm && h("p", { class: "told" }, pick(one.alarm)),
    !running && open && h("p", { class: "told" }, t("step_gone")),
    !open && outcome(app, one),
    h("div", { class: "part" }, h("h3", {}, t("photos")), pictures(app, one, "", draft.photos, open)),
    h("div", { class: "part" }, h("h3", {}, pick(one.name)),
      h("div", { class: "choices", role: "radiogroup", "aria-label": pick(one.name) }, one.outcomes.map((each) => choice(app, one, each, draft, open))),
      one.at_desk && h("p", { class: "s" }, t("at_desk")),
      noteField(app, open, draft.note, t("what_was_found"), (words) => app.work.keep(one, { note: words }), "reason"),
      lineField(app, open, draft.place, t("where"), (words) => app.work.keep(one, { place: words }))),
    open && dock(app, one, draft),
  );
}

function choice(app, one, each, draft, open) {
  const on = draft.outcome === each.id;
  const choose = async () => { await app.kept(app.work.keep(one, { outcome: each.id })); app.paint(); };
  return h("button", { type: "button", role: "radio", "aria-checked": String(on), class: on ? "on" : "", disabled: !open, "data-key": `outcome-${each.id}`, onclick: choose },
    h("b", {}, pick(each.text)), each.photo && h("span", { class: "s" }, t("with_photo")));
}

function dock(app, one, draft) {
  const chosen = one.outcomes.find(({ id }) => id === draft.outcome);
  return h("div", { class: "dock" },
    camera(app, t("photo"), (file) => app.work.photograph(one, "", file), "btn shoot"),
    h("button", { type: "button", class: "btn pri", onclick: () => save(app, one, chosen) }, chosen ? t("save_as", { outcome: pick(chosen.text) }) : t("save")));
}

/** What is missing before a step can be saved, in words; null when nothing is. */
function missing(app, one, chosen) {
  const draft = app.work.draft(one.key);
  if (!chosen) return t("choose_outcome");
  if (chosen.photo && draft.photos.length === 0) return t("step_needs_photo");
  if (draft.photos.some(({ id }) => app.work.standing(id) === "lost")) return t("retake_first");
  return draft.note.trim() ? null : t("say_what");
}

async function save(app, one, chosen) {
  const words = missing(app, one, chosen);
  if (words) {
    app.say(words);
    return;
  }
  if (await app.kept(app.work.finishStep(one))) app.queued();
  else app.paint();
}
