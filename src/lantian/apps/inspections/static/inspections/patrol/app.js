/* The patrol page: who uses it, which screen is shown, the strip that says how things stand, and when the queue runs.
 *
 * Every screen is drawn anew from what the phone keeps. While somebody types, only the strip changes, so that no input loses
 * its cursor; each keystroke is on the phone already.
 */

import { stop } from "./check.js";
import { chosen, h, language, mark, minute, monthDay, speak, t, weekday } from "./dom.js";
import { list, others } from "./list.js";
import { PhotoError, follow } from "./photos.js";
import { drain, whoAmI } from "./queue.js";
import { step } from "./step.js";
import { Store, forgetPerson, knownPeople, rememberPerson } from "./store.js";
import { waiting } from "./waiting.js";
import { Work } from "./work.js";

const DAY = "/patrol/day.json";
const WORKER = "/patrol/sw.js";
const ASKING_MS = 30_000;
const EVERY_MS = 60_000;
const NEARLY_FULL = 0.9;
const SIGN_IN = `/accounts/sign-in/?next=${encodeURIComponent("/patrol/")}`;
const OTHER = { zh: "English", en: "中文" }; // a language is named in itself
const root = document.getElementById("patrol");
const strip = h("div", { class: "strip", role: "status" });
const screen = h("main", { id: "main", tabindex: "-1" });
const toast = h("div", { class: "toast", role: "alert", hidden: true });

const app = {
  work: null,
  me: null, // as the server last said, or as the phone remembers
  link: "asking", // asking, on, offline, signed-out, other, refused
  others: [],
  item: "", // the item that was last touched: the next photo belongs to it
  full: false,
  dirty: false,

  go(path) { location.hash = path ? `#/${path}` : "#/"; },
  sure: (words) => window.confirm(words),

  say(words) {
    toast.textContent = words;
    toast.hidden = false;
    clearTimeout(app.hiding);
    app.hiding = setTimeout(() => { toast.hidden = true; }, 4000);
  },

  /** Wait until the phone has kept something, and tell whether it has; where it cannot, say so in words. */
  async kept(promise) {
    try {
      await promise;
      return true;
    } catch (error) {
      if (error instanceof PhotoError) app.say(t(error.word));
      else if (error?.name === "QuotaExceededError") app.say(t("full"));
      else { app.say(t("not_kept")); throw error; }
      return false;
    }
  },

  paint() {
    paintStrip();
    if (typing()) { app.dirty = true; return; }
    app.dirty = false;
    const key = document.activeElement?.dataset?.key;
    screen.replaceChildren(shown());
    if (key) screen.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus();
  },

  queued() {
    app.paint();
    app.say(t("kept_here"));
    window.scrollTo(0, 0);
    send({ hand: true });
  },

  refresh,
  send: () => send({ hand: true }),
};

const typing = () => ["TEXTAREA", "INPUT"].includes(document.activeElement?.tagName) && document.activeElement.type !== "file" && screen.contains(document.activeElement);

/* Screens ------------------------------------------------------------------------------------------------------- */

function shown() {
  if (!app.work) return nobody();
  const [, name, key] = location.hash.split("/");
  const one = name === "at" ? app.work.find(decodeURIComponent(key)) : null;
  if (one) return one.case ? step(app, one) : stop(app, one);
  if (name === "waiting") return waiting(app);
  if (name === "others") return others(app);
  return list(app);
}

function nobody() {
  const words = app.link === "refused" ? t("no_right") : app.link === "asking" ? t("asking") : t(app.link === "offline" ? "first_online" : "sign_in_first");
  return h("div", { class: "blank" }, h("p", {}, words), app.link !== "asking" && app.link !== "refused" && h("a", { class: "btn pri", href: SIGN_IN }, t("sign_in")));
}

function bar() {
  const inside = location.hash.length > 2;
  return h("div", { class: "bar0" },
    inside && h("a", { class: "back", href: "#/" }, `‹ ${t("back")}`),
    h("h1", {}, t("title")), h("span", { class: "mut" }, `${monthDay(Date.now())} ${weekday(Date.now())}`), h("span", { class: "sp" }),
    h("button", { type: "button", class: "who", popovertarget: "patrol-menu", "aria-label": t("menu") }, app.me ? [app.me.post && !inside && h("span", { class: "post" }, `${app.me.post} · `), h("span", { class: "name" }, app.me.name)] : t("menu")));
}

function menu() {
  return [
    h("b", {}, app.me?.name ?? t("nobody")), app.me?.post && h("span", { class: "mut" }, app.me.post),
    h("a", { class: "btn", href: "#/waiting" }, t("queue")),
    h("button", { type: "button", class: "btn", onclick: () => { speak(language === "zh" ? "en" : "zh"); app.paint(); paintMenu(); } }, OTHER[language]),
    h("a", { class: "btn", href: "/" }, t("desk")),
    app.work && h("button", { type: "button", class: "btn", onclick: leave }, t("leave")),
  ];
}

const top = h("header", { class: "ph0" });
const menuBox = h("div", { id: "patrol-menu", popover: true, class: "pop menu-pop" });
const paintMenu = () => menuBox.replaceChildren(...menu().filter(Boolean));

function paintStrip() {
  top.replaceChildren(bar(), strip);
  const [kind, words, act] = standing();
  strip.className = `strip ${kind}`;
  strip.replaceChildren(...[["dark", "bad"].includes(kind) && mark(kind === "bad" ? "refused" : "offline"), h("span", {}, words), act].filter(Boolean));
}

/** What the strip says: its look, its words, and the one thing to do. */
function standing() {
  const n = app.work?.waiting.length ?? 0;
  const synced = app.work?.day ? t("synced", { time: minute(app.work.day.synced_at) }) : t("never_synced");
  const words = (key, more = {}) => `${t(key, { n, ...more })} · ${synced}`;
  const retry = h("button", { type: "button", onclick: () => refresh().then(() => send({ hand: true })) }, t("retry"));
  const stuck = app.work?.stuck.length ?? 0;
  if (app.full) return ["bad", t("nearly_full"), null];
  if (app.link === "signed-out" && app.work) return ["dark", t("session_over", { n }), h("a", { href: SIGN_IN }, t("sign_in"))];
  if (app.link === "other") return ["dark", t("other_person", { n }), h("a", { href: SIGN_IN }, t("sign_in"))];
  if (app.link === "refused") return ["bad", t("no_right"), null];
  if (stuck) return ["bad", t("stuck", { n: stuck }), h("a", { href: "#/waiting" }, t("look"))];
  if (app.link === "offline") return ["dark", words(n ? "offline_waiting" : "offline"), retry];
  if (app.work?.sending) return ["", t("sending", { n }), h("a", { href: "#/waiting" }, t("look"))];
  if (n) return ["", words("online_waiting"), retry];
  return ["", app.link === "asking" ? t("asking") : `${t("all_sent")} · ${synced}`, null];
}

/* The server ------------------------------------------------------------------------------------------------------ */

/** Ask who is signed in, take over the day, and open the work of that person. */
async function refresh() {
  const me = await whoAmI();
  app.link = me.state === "in" ? "on" : me.state;
  if (me.state === "in") await enter(me);
  app.paint();
}

async function enter(me) {
  await rememberPerson(me);
  if (app.work?.store.person !== me.person) await openFor(me);
  app.me = me;
  if (!chosen()) speak(me.language);
  try {
    const response = await fetch(DAY, { redirect: "manual", cache: "no-store", signal: AbortSignal.timeout(ASKING_MS) });
    if (response.ok) await app.kept(app.work.receive(await response.json()));
    else if (response.type === "opaqueredirect") app.link = "signed-out";
  } catch {
    app.link = "offline";
  }
}

async function openFor(person) {
  app.work?.store.close();
  app.me = person;
  app.work = new Work(await Store.of(person.person));
  await app.work.load();
  app.others = await waitingOfOthers(person.person);
}

/** How much the others who use this phone have waiting; only they can send it. */
async function waitingOfOthers(own) {
  const found = [];
  for (const { person, name } of await knownPeople()) {
    if (person === own) continue;
    const store = await Store.of(person);
    const n = (await store.all("queue")).filter(({ state }) => state !== "sent").length;
    store.close();
    if (n) found.push({ name, n });
  }
  return found;
}

let timer = null;

async function send(options = {}) {
  if (!app.work) return;
  const { work } = app;
  const { state, next_at } = await drain(work.store, { ...options, tell: async (id) => { work.sending = id; await work.load(); app.paint(); } });
  await work.load();
  if (!["busy", "idle"].includes(state)) app.link = state === "done" ? "on" : state;
  if (state === "offline") wakeWorker();
  app.paint();
  await room();
  clearTimeout(timer);
  timer = setTimeout(send, Math.min(Math.max((next_at ?? Infinity) - Date.now(), 1000), EVERY_MS));
}

/** Let the browser wake the service worker when there is a network, also after the page is gone, where it can. */
async function wakeWorker() {
  const registration = await navigator.serviceWorker?.getRegistration();
  await registration?.sync?.register("patrol-queue").catch(() => {});
}

async function room() {
  const { usage, quota } = (await navigator.storage?.estimate?.()) ?? {};
  app.full = Boolean(quota && usage / quota > NEARLY_FULL);
}

/** Sign out. What waits stays on the phone; what the server has is wiped, after a question. */
async function leave() {
  const n = app.work.waiting.length + [...app.work.drafts.values()].filter(({ saved }) => !saved).length;
  if (!app.sure(n ? t("leave_keeping", { n }) : t("leave_wiping"))) return;
  if (!n) await forgetPerson(app.work.store);
  const form = h("form", { method: "post", action: "/accounts/sign-out/" }, h("input", { type: "hidden", name: "csrfmiddlewaretoken", value: app.me.csrf ?? "" }));
  document.body.append(form);
  form.submit();
}

/* Beginning ------------------------------------------------------------------------------------------------------- */

const able = () => window.isSecureContext && "indexedDB" in window && "serviceWorker" in navigator && navigator.locks && crypto.subtle;

async function begin() {
  speak(language);
  root.replaceChildren(top, screen, toast, menuBox);
  menuBox.addEventListener("beforetoggle", paintMenu);
  if (!able()) {
    screen.replaceChildren(h("div", { class: "blank" }, h("p", {}, t("not_able"))));
    return;
  }
  const registered = navigator.serviceWorker.register(WORKER, { scope: "/patrol/", type: "module", updateViaCache: "none" }).catch(() => null);
  const [last] = await knownPeople();
  if (last) await openFor(last);
  app.paint();
  follow(() => {});
  await navigator.storage?.persist?.();
  await refresh();
  await registered;
  root.dataset.ready = "true";
  await send();
}

window.addEventListener("hashchange", () => { document.activeElement?.blur(); app.item = ""; toast.hidden = true; app.paint(); screen.focus({ preventScroll: true }); window.scrollTo(0, 0); });
window.addEventListener("online", () => refresh().then(() => send({ hand: true })));
window.addEventListener("offline", () => { app.link = "offline"; app.paint(); });
document.addEventListener("visibilitychange", () => {
  if (!app.work) return;
  if (document.visibilityState === "visible") refresh().then(() => send({ hand: true }));
  else if (app.work.waiting.length) wakeWorker();
});
screen.addEventListener("focusout", () => setTimeout(() => { if (app.dirty && !typing()) app.paint(); }));
navigator.serviceWorker?.addEventListener("message", async () => { await app.work?.load(); app.paint(); });
begin();
