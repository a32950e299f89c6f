/* A step of a case on site: what it is about, its clock, photos, the outcome, and what was found. */

import { h, pick, t, when } from "./dom.js";
import { due, title } from "./list.js";
import { camera, head, noteField, outcome, pictures } from "./check.js";

export function step(app, one) {
  const draft = app.work.draft(one.key);
  const open = !draft.saved;
  const running = app.work.day?.steps.some(({ key }) => key === one.key);
  return h(
    "section", { class: "ck" },
    head(title(one), pick(one.cite), [`${one.case.number} · ${pick(one.case.kind)}`]),
    h("div", { class: "clockline" }, due(one), h("span", { class: "mut" }, [one.due && t("until", { time: when(one.due) }), pick(one.given)].filter(Boolean).join(" · "))),
    one.case.facts && h("p", { class: "told" }, one.case.facts),
    one.alarm && h("p", { class: "told" }, pick(one.alarm)),
    !running && open && h("p", { class: "told" }, t("step_gone")),
    !open && outcome(app, one),
    h("div", { class: "part" }, h("h3", {}, t("photos")), pictures(app, one.key, "", draft.photos, open)),
    h("div", { class: "part" }, h("h3", {}, pick(one.name)),
      h("div", { class: "choices", role: "radiogroup", "aria-label": pick(one.name) }, one.outcomes.map((each) => choice(app, one, each, draft, open))),
      one.at_desk && h("p", { class: "s" }, t("at_desk")),
      noteField(app, one.key, open, draft.note, t("what_was_found"), (words) => app.work.keep(one.key, { note: words }), "reason"),
      open ? h("label", { class: "write" }, h("span", { class: "vh" }, t("where")), h("input", { type: "text", maxlength: 200, placeholder: t("where"), "data-key": "place", value: draft.place, oninput: (event) => app.kept(app.work.keep(one.key, { place: event.target.value })) })) : draft.place && h("p", { class: "written" }, draft.place)),
    open && dock(app, one, draft),
  );
}

function choice(app, one, each, draft, open) {
  const on = draft.outcome === each.id;
  return h("button", { type: "button", role: "radio", "aria-checked": String(on), class: on ? "on" : "", disabled: !open, onclick: async () => { await app.work.keep(one.key, { outcome: each.id }); app.paint(); } },
    h("b", {}, pick(each.text)), each.photo && h("span", { class: "s" }, t("with_photo")));
}

function dock(app, one, draft) {
  const chosen = one.outcomes.find(({ id }) => id === draft.outcome);
  return h("div", { class: "dock" },
    camera(app, t("photo"), (file) => app.work.photograph(one.key, "", file), "btn shoot"),
    h("button", { type: "button", class: "btn pri", onclick: () => save(app, one, chosen) }, chosen ? t("save_as", { outcome: pick(chosen.text) }) : t("save")));
}

async function save(app, one, chosen) {
  const draft = app.work.draft(one.key);
  const lost = draft.photos.some(({ id }) => app.work.standing(id) === "lost");
  const words = !chosen ? t("choose_outcome") : chosen.photo && draft.photos.length === 0 ? t("step_needs_photo") : lost ? t("retake_first") : !draft.note.trim() ? t("say_what") : null;
  if (words) {
    app.say(words);
    return;
  }
  await app.kept(app.work.finishStep(one));
  app.queued();
}
