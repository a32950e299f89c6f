/* The work of one person on this phone: the day, the drafts, the photos and what waits; every change is on the phone before it is shown.
 *
 * A draft belongs to a stop or a step by its key. A checklist's photos go to the server as they are taken, the checklist itself
 * when it is saved, after all its photos; the photos of a case's step go when the step is saved, before it. So neither a
 * checklist nor a step can be with the server before the photos that it speaks of.
 */

import { here, intact, taken } from "./photos.js";

const KEPT_MS = 3 * 86_400_000;
const SHOWN_MS = 16 * 3_600_000;
const CLOSE_MS = 2000; // a clock so near the server's is left alone
const EARTH_M = 6_371_000;
const AGAIN = /~\d+$/; // the second check of the same thing on one day has the key "…~2"
const STATES = ["refused", "lost", "sending", "waiting"];

export class Work {
  constructor(store) {
    this.store = store;
    this.day = null;
    this.drafts = new Map();
    this.photos = new Map();
    this.queue = [];
    this.sending = null;
    this.gone = new Set();
    this.looked = new Set();
    this.pictures = new Map();
  }

  /** Read what the phone keeps; drafts only at first or when asked, for what is being typed here is newer than what is read. */
  async load(drafts = !this.read) {
    const [facts, kept, photos, queue] = await Promise.all(["facts", "drafts", "photos", "queue"].map((name) => this.store.all(name)));
    this.day = facts.find(({ key }) => key === "day") ?? null;
    if (drafts) this.drafts = new Map(kept.map((draft) => [draft.key, draft]));
    this.read = true;
    this.photos = new Map(photos.map((photo) => [photo.id, photo]));
    this.queue = queue.sort((one, other) => one.seq - other.seq);
    await this.#look();
  }

  /** Look once whether the photos that nobody has sent yet are still here as they were taken. */
  async #look() {
    const sent = new Set(this.queue.filter(({ state }) => state === "sent").map(({ id }) => id));
    for (const photo of this.photos.values()) {
      if (!sent.has(photo.id) && !this.looked.has(photo.id) && !(await intact(photo))) this.gone.add(photo.id);
      this.looked.add(photo.id);
    }
  }

  /** This moment (ISO) by the server's clock, as far as the phone has heard of it. */
  now() {
    return new Date(Date.now() + (this.day?.ahead_ms ?? 0)).toISOString();
  }

  /** Take over a day from the server, and let go of what was sent days ago. */
  async receive(day) {
    const old = [...this.drafts.values()].filter(({ key, saved }) => saved?.at < Date.now() - KEPT_MS && this.progress(key).state === "sent");
    const ids = this.queue.filter(({ owner }) => old.some(({ id }) => id === owner)).map(({ id }) => id);
    old.forEach(({ key }) => this.drafts.delete(key));
    const ahead = Date.parse(day.moment) - Date.now();
    const ahead_ms = Math.abs(ahead) > CLOSE_MS ? ahead : 0;
    await this.store.write({ facts: [{ ...day, key: "day", ahead_ms, synced_at: Date.now() }] }, { queue: ids, photos: ids, drafts: old.map(({ key }) => key) });
    await this.load();
  }

  /* What there is to do ------------------------------------------------------------------------------------- */

  /** The stops and steps of the day in their order, then work of this phone that the server's day does not name. */
  get route() {
    const found = this.#named();
    const listed = (this.day?.route ?? []).map((key) => found.get(key)).filter(Boolean);
    const own = [...this.drafts.values()].filter(({ key, about }) => about && !found.has(key) && this.#stillShown(key)).map(({ about }) => about);
    return [...listed, ...own];
  }

  #named() {
    return new Map([...(this.day?.stops ?? []), ...(this.day?.steps ?? [])].map((one) => [one.key, one]));
  }

  #stillShown(key) {
    const { saved } = this.drafts.get(key);
    return !saved || saved.at > Date.now() - SHOWN_MS || this.progress(key).state !== "sent";
  }

  /** What a key stands for: of the route, of the other entries of the ledgers, or a place without an entry. */
  find(key) {
    const named = this.#named().get(key) ?? this.drafts.get(key)?.about;
    if (named) return named;
    const base = this.others.find((one) => one.key === key.replace(AGAIN, ""));
    return base ? { ...base, key } : null;
  }

  /** Each other entry with each checklist that may be used there, and the checklists that need no entry. */
  get others() {
    const { others = [], checklists = {}, places = [] } = this.day ?? {};
    const made = (source, id) => ({ key: source ? `other:${source.kind}:${source.code}:${id}` : `place:${id}`, plan: null, source, checklist: id, purpose: checklists[id].name, past: [] });
    return [...places.map((id) => made(null, id)), ...others.flatMap((source) => source.checklists.map((id) => made(source, id)))];
  }

  /** The key under which something may be checked once more. */
  fresh(key) {
    let [free, n] = [key, 2];
    while (this.drafts.get(free)?.saved) free = `${key}~${n++}`;
    return free;
  }

  checklist(stop) {
    return this.day?.checklists[stop.checklist] ?? null;
  }

  draft(key) {
    return this.drafts.get(key) ?? { key, id: null, about: null, answers: {}, photos: [], note: "", outcome: "", place: "", no_entry: false, begun_at: null, arrived: null, saved: null };
  }

  /** Change a draft, on the phone first; with the photos and entries of the queue that come with the change. */
  async keep(about, change, more = {}) {
    const draft = { ...this.draft(about.key), ...change, about };
    draft.id ??= crypto.randomUUID();
    draft.begun_at ??= this.now();
    draft.arrived ??= here();
    const before = this.drafts.get(about.key);
    this.drafts.set(about.key, draft);
    try {
      await this.store.write({ ...more, drafts: [draft] });
    } catch (error) {
      if (before) this.drafts.set(about.key, before);
      else this.drafts.delete(about.key);
      throw error;
    }
    return draft;
  }

  answer(about, item, change) {
    const { answers } = this.draft(about.key);
    return this.keep(about, { answers: { ...answers, [item]: { answer: "", value: "", note: "", ...answers[item], ...change } } });
  }

  /** Keep a photo that was just taken; throws PhotoError, or the database's QuotaExceededError. */
  async photograph(about, item, file) {
    const photo = await taken(file, here(), this.now());
    const id = this.draft(about.key).id ?? crypto.randomUUID();
    const queue = about.case ? [] : [this.#photo(photo, item, about, id)];
    await this.keep(about, { id, photos: [...this.draft(about.key).photos, { id: photo.id, item }] }, { photos: [photo], queue });
    await this.load();
  }

  /** Throw a photo away that is not with the server yet. */
  async drop(about, id) {
    if (["sent", "sending"].includes(this.standing(id))) return;
    await this.keep(about, { photos: this.draft(about.key).photos.filter((one) => one.id !== id) });
    await this.store.write({}, { photos: [id], queue: [id] });
    await this.load();
  }

  /* What waits -------------------------------------------------------------------------------------------------- */

  entry(id) {
    return this.queue.find((one) => one.id === id) ?? null;
  }

  /** How a photo stands: draft, waiting, sending, sent, refused or lost. */
  standing(id) {
    const entry = this.entry(id);
    if (entry?.state === "sent") return "sent";
    if (entry?.state === "lost" || this.gone.has(id) || !this.photos.has(id)) return "lost";
    if (!entry) return "draft";
    return this.sending === id ? "sending" : entry.state;
  }

  #standingOf(entry) {
    if (entry.photo) return this.standing(entry.id);
    return this.sending === entry.id ? "sending" : entry.state;
  }

  /** How a stop or step stands as a whole, and the entries that it consists of. */
  progress(key) {
    const draft = this.drafts.get(key);
    if (!draft) return { state: "new", entries: [] };
    const entries = this.queue.filter(({ owner }) => owner === draft.id);
    if (!draft.saved) return { state: "draft", entries };
    const found = entries.map((entry) => this.#standingOf(entry));
    return { state: STATES.find((name) => found.includes(name)) ?? "sent", entries };
  }

  get waiting() {
    return this.queue.filter(({ state }) => state !== "sent");
  }

  /** What needs a person: the server refused it, or the phone has lost it. */
  get stuck() {
    return this.queue.filter((entry) => ["refused", "lost"].includes(this.#standingOf(entry)));
  }

  picture(id) {
    const blob = this.photos.get(id)?.blob;
    if (!this.pictures.has(id) && blob) this.pictures.set(id, URL.createObjectURL(blob));
    return this.pictures.get(id) ?? null;
  }

  /** Put a finished checklist into the queue, after all its photos. */
  async finishStop(stop) {
    const draft = this.draft(stop.key);
    const id = draft.id ?? crypto.randomUUID();
    const list = this.checklist(stop);
    const finished_at = this.now();
    const begun_at = [draft.begun_at ?? finished_at, finished_at].sort()[0];
    const answers = list.items.filter((item) => draft.answers[item.id]).map((item) => ({ item: item.id, ...draft.answers[item.id] }));
    const body = {
      id, plan: stop.plan, kind: stop.source?.kind ?? "", code: stop.source?.code ?? "", place: draft.place,
      checklist: list.id, edition: list.edition, begun_at, finished_at,
      position: here() ?? draft.arrived, note: draft.note, no_entry: draft.no_entry,
      answers: draft.no_entry ? [] : answers, photos: draft.photos.map((one) => one.id),
    };
    const entry = this.#made({ id, owner: id, path: "/patrol/inspections/", body, after: body.photos, title: titleOf(stop), key: stop.key, kind: "inspection" });
    await this.keep(stop, { id, saved: { at: Date.now() } }, { queue: [entry] });
    await this.load();
  }

  /** Put a step of a case, with its photos before it, into the queue. */
  async finishStep(step) {
    const draft = this.draft(step.key);
    const id = crypto.randomUUID();
    const photos = draft.photos.filter((one) => !this.entry(one.id)).map((one) => this.#photo(this.photos.get(one.id), "", step, draft.id));
    const body = {
      id, case: step.case.slug, thread: step.thread, known_at: this.day.moment, outcome: draft.outcome, reason: draft.note,
      place: draft.place, position: here() ?? draft.arrived, finished_at: this.now(),
    };
    const last = this.#made({ id, owner: draft.id, path: "/patrol/steps/", body, after: draft.photos.map((one) => one.id), title: titleOf(step), key: step.key, kind: "step" });
    await this.keep(step, { saved: { at: Date.now() } }, { queue: [...photos, last] });
    await this.load();
  }

  #photo(photo, item, about, owner) {
    const where = about.case ? { case: about.case.slug, thread: about.thread } : { inspection: owner, item };
    const path = about.case ? "/patrol/evidence/" : "/patrol/photos/";
    return this.#made({ id: photo.id, owner, path, fields: fieldsOf(photo, where), photo: photo.id, title: titleOf(about), key: about.key, kind: "photo" });
  }

  #made(entry) {
    const now = Date.now();
    this.last = Math.max(now, (this.last ?? 0) + 1);
    return { fields: {}, body: null, photo: null, after: [], state: "waiting", tries: 0, next_at: 0, trouble: null, seq: this.last, made_at: now, ...entry };
  }

  /** Take a photo again that the phone has lost, or that the server does not take: the new one goes in its place. */
  async again(about, old, file) {
    const photo = await taken(file, here(), this.now());
    const entry = this.entry(old);
    const draft = this.draft(about.key);
    const other = (id) => (id === old ? photo.id : id);
    const waits = this.queue.filter(({ after }) => after.includes(old)).map((one) => ({ ...one, after: one.after.map(other), body: one.body?.photos ? { ...one.body, photos: one.body.photos.map(other) } : one.body }));
    const { inspection, item, case: slug, thread } = entry?.fields ?? {};
    const where = slug ? { case: slug, thread } : { inspection, item };
    const made = entry ? [{ ...entry, id: photo.id, photo: photo.id, fields: fieldsOf(photo, where), state: "waiting", tries: 0, next_at: 0, trouble: null, said: null }] : [];
    await this.keep(about, { photos: draft.photos.map((one) => ({ ...one, id: other(one.id) })) }, { photos: [photo], queue: [...made, ...waits] });
    await this.store.write({}, { queue: [old], photos: [old] });
    await this.load();
  }

  /** Send a checklist without its place in the plan, which somebody else has by now. */
  async unplanned(id) {
    await this.store.update("queue", id, (one) => ({ ...one, body: { ...one.body, plan: null }, state: "waiting", tries: 0, next_at: 0, said: null }));
    await this.load();
  }

  /** Open again what was refused, with answers and photos as they are, to be saved anew. */
  async reopen(about) {
    const whole = this.queue.filter(({ owner, photo }) => owner === this.draft(about.key).id && !photo);
    await this.store.write({}, { queue: whole.map(({ id }) => id) });
    await this.keep(this.#named().get(about.key) ?? about, { saved: null });
    await this.load();
  }

  /** Give up a draft, or what was refused; the person has been asked. What the server has, it keeps. */
  async giveUp(key) {
    const { id: owner, photos } = this.draft(key);
    const ids = this.queue.filter((one) => one.owner === owner).map(({ id }) => id);
    this.drafts.delete(key);
    await this.store.write({}, { queue: ids, photos: [...ids, ...photos.map(({ id }) => id)], drafts: [key] });
    await this.load();
  }
}

const titleOf = (about) => about.source?.name ?? about.case?.title ?? "";

function fieldsOf({ id, sha256, size, taken_at, original_sha256, place }, where) {
  return { ...where, id, sha256, size, taken_at, original_sha256, ...(place ?? {}) };
}

/** Whether an answer fails: as it was given, or a number outside of its limits, or a failing choice. */
export function fails(item, given) {
  if (!given || given.answer === "na") return false;
  if (item.answer === "yes-no") return given.answer === "fail";
  if (item.answer === "choice") return item.choices.some(({ id, fails: failing }) => id === given.value && failing);
  const value = Number(given.value);
  return given.value.trim() !== "" && (Number.isNaN(value) || (item.low !== null && value < item.low) || (item.high !== null && value > item.high));
}

/** Whether an item is answered. */
export function answered(item, given) {
  if (!given) return false;
  if (given.answer === "na") return true;
  return item.answer === "yes-no" ? given.answer !== "" : given.value.trim() !== "" && !(item.answer === "number" && Number.isNaN(Number(given.value)));
}

/** How many photos the checklist asks for, for an item answered so. */
export function photosWanted(item, given) {
  if (!answered(item, given) || given.answer === "na") return item.photo === "always" && given?.answer !== "na" ? 1 : 0;
  return item.photo === "always" || (item.photo === "fail" && fails(item, given)) ? 1 : 0;
}

/** Metres between two places { longitude, latitude }; null where one is not known. */
export function distance(one, other) {
  if (!one || !other || typeof one.latitude !== "number" || typeof other.latitude !== "number") return null;
  const radians = (degrees) => (degrees * Math.PI) / 180;
  const [a, b] = [radians(one.latitude), radians(other.latitude)];
  const across = Math.sin((b - a) / 2) ** 2 + Math.cos(a) * Math.cos(b) * Math.sin(radians(other.longitude - one.longitude) / 2) ** 2;
  return 2 * EARTH_M * Math.asin(Math.sqrt(across));
}
