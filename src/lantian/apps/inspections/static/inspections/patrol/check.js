/* A checklist at a stop: three big answers for each item, a note, photos with how they stand; and the past record. */

import { here } from "./photos.js";
import { answered, distance, fails, photosWanted } from "./work.js";
import { h, mark, metres, minute, monthDay, pick, state, t, when } from "./dom.js";
import { due, link, nameOf } from "./list.js";

const ANSWERS = { ok: "pass", fail: "fail", na: "na" };
const FAR_M = 500;

export function stop(app, one) {
  const { work } = app;
  const list = work.checklist(one);
  const draft = work.draft(one.key);
  const open = !draft.saved;
  return h(
    "section", { class: "ck" },
    head(nameOf(app, one), list && pick(list.cite), facts(one, draft, list)),
    steps(app, one),
    past(one),
    !open && outcome(app, one),
    !list && h("p", { class: "blank" }, t("no_checklist")),
    list && !one.source && h("div", { class: "part" }, lineField(app, open, draft.place, t("where_it_is"), (words) => work.keep(one, { place: words }))),
    list && !draft.no_entry && h("ol", { class: "items" }, list.items.map((item, index) => itemRow(app, one, item, index))),
    list && general(app, one, draft, list),
    list && open && dock(app, one, list),
  );
}

export function head(name, cite, lines) {
  return h("header", {}, h("div", { class: "row" }, h("h2", {}, name), h("span", { class: "sp" }), cite && h("span", { class: "cite" }, cite)), lines.map((line) => h("p", { class: "s" }, line)));
}

function facts(one, draft, list) {
  const place = draft.arrived ?? here();
  const far = distance(place, one.source);
  const first = [list && pick(list.name), draft.begun_at && t("arrived", { time: minute(draft.begun_at) }), place ? t("error", { n: place.accuracy_m }) : t("no_place")];
  const second = [one.source && pick(one.source.kind_label), one.source?.area && pick(one.source.area), one.source?.address, far > (list?.within_m ?? FAR_M) && t("far_from", { far: metres(far) })];
  return [first, second].map((parts) => parts.filter(Boolean).join(" · ")).filter(Boolean);
}

/** Cases of the same object that wait for somebody on site. */
function steps(app, one) {
  const open = (app.work.day?.steps ?? []).filter(({ source }) => source && one.source && source.code === one.source.code && source.kind === one.source.kind);
  return open.map((step) => h("a", { class: "more", href: link(step.key) }, `${step.case.number} ${pick(step.name)}`, due(step)));
}

function past(one) {
  if (!one.source) return null;
  if (!one.past?.length) return h("p", { class: "past mut" }, t(one.plan ? "no_past" : "past_unknown"));
  return h("details", { class: "past" }, h("summary", {}, t("past", { n: one.past.length })),
    h("ul", {}, one.past.map((record) => h("li", {}, h("b", {}, `${monthDay(record.at)} ${pick(record.checklist)}`), h("span", { class: "mut" }, ` ${pick(record.by)} `),
      record.failed.length ? h("span", {}, t("failed", { list: record.failed.map(pick).join(t("list_comma")) })) : h("span", { class: "mut" }, pick(record.result))))));
}

function itemRow(app, one, item, index) {
  const draft = app.work.draft(one.key);
  const given = draft.answers[item.id];
  const open = !draft.saved;
  const photos = draft.photos.filter((photo) => photo.item === item.id);
  const wanted = photosWanted(item, given) - photos.length;
  return h(
    "li", { id: `item-${item.id}` },
    h("div", { class: "q0" }, h("span", { class: "q" }, h("span", { class: "n" }, String(index + 1)), h("span", {}, pick(item.text), item.cite && h("span", { class: "s" }, ` § ${pick(item.cite)}`))), answers(app, one, item, given, open)),
    (photos.length > 0 || (wanted > 0 && open)) && pictures(app, one, item.id, photos, open),
    open && wanted > 0 && h("p", { class: "ask" }, t("photo_wanted", { n: wanted })),
    (fails(item, given) || given?.note) && noteField(app, open, given.note, t("what_is_wrong"), (words) => app.work.answer(one, item.id, { note: words }), `note-${item.id}`),
  );
}

function answers(app, one, item, given, open) {
  const set = (change) => async () => { app.item = item.id; await app.kept(app.work.answer(one, item.id, change)); app.paint(); };
  const option = (name, on, words, kind, change) => h("button", { type: "button", role: "radio", class: on ? `is-${kind}` : "", "aria-checked": String(on), disabled: !open, "data-key": `${item.id}-${name}`, onclick: set(change) }, words);
  const none = !item.must && option("na", given?.answer === "na", t("na"), "na", { answer: "na", value: "" });
  if (item.answer === "yes-no") {
    return h("span", { class: item.must ? "tri two" : "tri", role: "radiogroup", "aria-label": pick(item.text) },
      ["ok", "fail"].map((name) => option(name, given?.answer === name, t(ANSWERS[name]), ANSWERS[name], { answer: name })), none);
  }
  if (item.answer === "choice") {
    return h("span", { class: "tri wide", role: "radiogroup", "aria-label": pick(item.text) },
      item.choices.map((each) => option(each.id, given?.answer !== "na" && given?.value === each.id, pick(each), each.fails ? "fail" : "pass", { answer: "", value: each.id })), none);
  }
  return h("span", { class: "number" }, number(app, one, item, given, open), none && h("span", { class: "tri" }, none));
}

function number(app, one, item, given, open) {
  const limits = [item.low && `≥ ${item.low}`, item.high !== null && `≤ ${item.high}`].filter(Boolean).join(" ");
  const bad = fails(item, given);
  return h("label", { class: bad ? "bad" : "" }, h("span", { class: "vh" }, pick(item.text)),
    h("input", { type: "text", inputmode: "decimal", autocomplete: "off", disabled: !open, "data-key": `${item.id}-number`, value: given?.value ?? "",
      oninput: (event) => { app.item = item.id; app.kept(app.work.answer(one, item.id, { answer: "", value: event.target.value.replace(",", ".").trim() })); } }),
    h("span", { class: "u" }, item.unit, h("br"), limits));
}

export function noteField(app, open, words, label, keep, name) {
  if (!open) return words ? h("p", { class: "written" }, words) : null;
  return h("label", { class: "write" }, h("span", { class: "vh" }, label), h("textarea", { rows: 2, maxlength: 500, placeholder: label, "data-key": name, value: words, oninput: (event) => app.kept(keep(event.target.value)) }));
}

export function lineField(app, open, words, label, keep) {
  if (!open) return words ? h("p", { class: "written" }, words) : null;
  return h("label", { class: "write" }, h("span", { class: "vh" }, label), h("input", { type: "text", maxlength: 200, placeholder: label, "data-key": "place", value: words, oninput: (event) => app.kept(keep(event.target.value)) }));
}

/** The photos of an item, each with its honest state, and the place for the next. */
export function pictures(app, one, item, photos, open) {
  return h("div", { class: "pics" },
    photos.map(({ id }) => picture(app, one, id, open)),
    open && h("div", {}, camera(app, t(photos.length ? "one_more" : "take_photo"), (file) => app.work.photograph(one, item, file), "add")));
}

function picture(app, one, id, open) {
  const { work } = app;
  const how = work.standing(id);
  const again = () => camera(app, t("take_again"), (file) => work.again(one, id, file), "again");
  if (how === "lost") return h("div", { class: "pic" }, h("div", { class: "lost" }, h("span", {}, t("lost_here"), h("br"), t("not_sent"))), again());
  const refused = how === "refused" && pick(work.entry(id).said?.text);
  const away = open && !["sent", "sending"].includes(how);
  return h("div", { class: "pic" },
    h("div", { class: "ph" }, h("img", { src: work.picture(id), alt: t("photo_of", { time: when(work.photos.get(id).taken_at) }) }),
      away && h("button", { type: "button", class: "drop", "aria-label": t("drop_photo"), onclick: async () => { await work.drop(one, id); app.paint(); } }, "×")),
    h("div", { class: "st" }, state(how, t(`photo_${how}`))),
    refused && [h("p", { class: "ask" }, refused), again()]);
}

/** A button that opens the camera; what was taken is on the phone before anything is shown. */
export function camera(app, words, keep, kind) {
  const input = h("input", { type: "file", accept: "image/*", capture: "environment", class: "vh", onchange: async () => {
    const [file] = input.files;
    if (!file) return;
    document.activeElement?.blur();
    await app.kept(keep(file));
    app.paint();
    app.send();
  } });
  return h("label", { class: kind }, input, h("span", {}, words));
}

function general(app, one, draft, list) {
  const photos = draft.photos.filter(({ item }) => item === "");
  const open = !draft.saved;
  const wanted = list.least - draft.photos.length;
  return h("div", { class: "part" },
    h("h3", {}, t("whole")),
    (photos.length > 0 || open) && pictures(app, one, "", photos, open),
    open && wanted > 0 && h("p", { class: "ask" }, t("least", { n: list.least })),
    noteField(app, open, draft.note, t("remark"), (words) => app.work.keep(one, { note: words }), "remark"),
    open && h("label", { class: "tick" }, h("input", { type: "checkbox", checked: draft.no_entry, onchange: async (event) => { event.target.blur(); await app.kept(app.work.keep(one, { no_entry: event.target.checked })); app.paint(); } }), t("not_let_in")),
    !open && draft.no_entry && h("p", { class: "written" }, t("not_let_in")),
    open && draft.id && h("button", { type: "button", class: "btn quiet", onclick: async () => { if (app.sure(t("clear_sure"))) { await app.work.giveUp(one.key); app.go(""); } } }, t("clear")));
}

/** What is missing before a checklist can be saved: [id of the item, words]. */
export function missing(work, one, list) {
  const draft = work.draft(one.key);
  const found = [];
  if (!one.source && !draft.place.trim()) found.push(["", t("say_where")]);
  for (const [index, item] of draft.no_entry ? [] : list.items.entries()) {
    const photos = draft.photos.filter((photo) => photo.item === item.id);
    if (!answered(item, draft.answers[item.id])) found.push([item.id, t("unanswered", { n: index + 1 })]);
    else if (photos.length < photosWanted(item, draft.answers[item.id])) found.push([item.id, t("needs_photo", { n: index + 1 })]);
  }
  if (draft.photos.some(({ id }) => work.standing(id) === "lost")) found.push(["", t("retake_first")]);
  if (draft.photos.length < list.least) found.push(["", t("least", { n: list.least })]);
  return found;
}

function dock(app, one, list) {
  const draft = app.work.draft(one.key);
  const failed = draft.no_entry ? 0 : list.items.filter((item) => fails(item, draft.answers[item.id])).length;
  const item = list.items.some(({ id }) => id === app.item) ? app.item : "";
  const number = list.items.findIndex(({ id }) => id === item) + 1;
  return h("div", { class: "dock" },
    camera(app, number ? t("photo_for", { n: number }) : t("photo"), (file) => app.work.photograph(one, item, file), "btn shoot"),
    h("button", { type: "button", class: "btn pri", onclick: () => save(app, one, list) }, failed ? t("save_failed", { n: failed }) : t("save_passed")));
}

async function save(app, one, list) {
  const [first] = missing(app.work, one, list);
  if (first) {
    app.item = first[0];
    app.paint();
    app.say(first[1]);
    document.getElementById(`item-${first[0]}`)?.scrollIntoView({ block: "center" });
    return;
  }
  if (await app.kept(app.work.finishStop(one))) app.queued();
  else app.paint();
}

/** How a saved stop or step stands with the server, with what to do where it was refused. */
export function outcome(app, one) {
  const { state: how, entries } = app.work.progress(one.key);
  const counts = entries.filter(({ state: each }) => each === "sent").length;
  return h("div", { class: `outcome ${how}` },
    h("p", { class: "row" }, state(how, t(`whole_${how}`)), h("span", { class: "sp" }), h("span", { class: "mut" }, t("of", { n: counts, all: entries.length }))),
    entries.map(({ said }) => said?.notice && h("p", {}, pick(said.notice))),
    entries.filter((entry) => entry.state === "refused" && !entry.photo).map((entry) => refusal(app, one, entry)));
}

/** What the server said, and what can be done. */
export function refusal(app, one, entry) {
  const { text, advice, code } = entry.said;
  const act = (words, doing, kind = "") => h("button", { type: "button", class: `btn ${kind}`, onclick: doing }, t(words));
  return h("div", { class: "refusal", role: "alert" },
    h("p", {}, mark("refused"), h("b", {}, pick(text))), advice && h("p", {}, pick(advice)),
    h("div", { class: "acts" },
      code === "plan" && act("as_unplanned", async () => { await app.work.unplanned(entry.id); app.queued(); }, "pri"),
      act("open_again", async () => { await app.refresh(); await app.work.reopen(one); app.go(link(one.key).slice(2)); app.paint(); }, code === "plan" ? "" : "pri"),
      act("give_up", async () => { if (app.sure(t("give_up_sure"))) { await app.work.giveUp(one.key); app.go(""); app.paint(); } })));
}
