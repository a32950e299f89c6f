/* The queue: what waits for the server is sent in order, and is called sent only when the server says what it has stored.
 *
 * An entry { id, seq, path, fields, body | photo, after: [ids], state, tries, next_at, words } is in one of four states:
 *   waiting   on the phone; also after a cut, a killed tab, an error of the server, or a sign-in that ran out
 *   sent      the server answered with the entry's own number and, for a photo, with the same hash and size
 *   refused   the server said in words why it does not take it; somebody decides what to do
 *   lost      the phone no longer has the photo as it was taken
 * "Being sent" is no state that is kept: it lives in the hands of the one who sends, so a tab that dies leaves "waiting".
 * Sending the same entry again does no harm: the server knows its number. One lock for each person keeps page and worker
 * from sending at the same time.
 */

import { intact } from "./photos.js";

const ME = "/patrol/me.json";
const ASKING_MS = 15_000;
const SENDING_MS = 180_000;
const FIRST_WAIT_MS = 5_000;
const LONGEST_WAIT_MS = 600_000;

/** How long to wait after so many failures: 5 s, 15 s, 45 s … at most ten minutes. */
export const waitAfter = (tries) => Math.min(FIRST_WAIT_MS * 3 ** (tries - 1), LONGEST_WAIT_MS);

/** Ask the server who is signed in: { state: "in", person, csrf, … }, or { state: "signed-out" | "offline" | "refused" }. */
export async function whoAmI() {
  let response;
  try {
    response = await fetch(ME, { redirect: "manual", cache: "no-store", signal: AbortSignal.timeout(ASKING_MS) });
    if (response.type === "opaqueredirect" || response.status === 401) return { state: "signed-out" };
    if (response.status === 403) return { state: "refused" };
    if (response.ok) return { state: "in", ...(await response.json()) };
  } catch {
    // no answer, or half of one
  }
  return { state: "offline" };
}

/** Send what waits. `hand`: somebody asked, so no pause is waited for. `tell(id)` names the entry that is on its way.
 *  Returns { state: "done" | "offline" | "signed-out" | "other" | "refused" | "busy" | "idle", next_at }; the last two asked nobody. */
export async function drain(store, { hand = false, tell = () => {} } = {}) {
  return navigator.locks.request(`lantian-patrol-${store.person}`, { ifAvailable: true }, async (lock) => {
    if (!lock) return { state: "busy" };
    if (!(await store.all("queue")).some(({ state }) => state === "waiting")) return { state: "idle" };
    const me = await whoAmI();
    if (me.state !== "in") return { state: me.state };
    if (me.person !== store.person) return { state: "other" };
    try {
      return await sendAll(store, me, hand, tell);
    } finally {
      tell(null);
    }
  });
}

async function sendAll(store, me, hand, tell) {
  const tried = new Set();
  for (;;) {
    const queue = await store.all("queue");
    const entry = following(queue, hand ? Infinity : Date.now(), tried);
    if (!entry) return { state: "done", next_at: earliest(queue) };
    tried.add(entry.id);
    tell(entry.id);
    const outcome = await send(store, entry, me);
    if (outcome !== "go on") return { state: outcome, next_at: earliest(await store.all("queue")) };
  }
}

/** The next entry that may go: in order, its pause over, and all that it needs already with the server. */
export function following(queue, now, tried = new Set()) {
  const sent = new Set(queue.filter(({ state }) => state === "sent").map(({ id }) => id));
  return queue
    .filter((one) => one.state === "waiting" && one.next_at <= now && !tried.has(one.id))
    .filter((one) => one.after.every((id) => sent.has(id)))
    .sort((one, other) => one.seq - other.seq)[0];
}

const earliest = (queue) => Math.min(...queue.filter(({ state }) => state === "waiting").map(({ next_at }) => next_at));

async function send(store, entry, me) {
  const photo = entry.photo ? await store.get("photos", entry.photo) : null;
  const content = entry.photo ? await intact(photo) : JSON.stringify(entry.body);
  if (content === null) {
    await store.update("queue", entry.id, (one) => ({ ...one, state: "lost" }));
    return "go on";
  }
  let response, said;
  try {
    response = await post(entry, content, me.csrf);
    said = await words(response);
  } catch {
    await later(store, entry, null);
    return "offline";
  }
  if (response.type === "opaqueredirect" || response.status === 401) return "signed-out";
  if (response.ok) return received(store, entry, photo, said);
  if (response.status >= 500 || response.status === 429 || !said) {
    await later(store, entry, { state: "server", status: response.status });
    return response.status === 403 ? "refused" : "go on";
  }
  await store.update("queue", entry.id, (one) => ({ ...one, state: "refused", said, refused_at: Date.now() }));
  return "go on";
}

function post(entry, body, csrf) {
  const type = entry.photo ? body.type || "application/octet-stream" : "application/json";
  const headers = { "Content-Type": type, "X-CSRFToken": csrf };
  const address = `${entry.path}?${new URLSearchParams(entry.fields ?? {})}`;
  return fetch(address, { method: "POST", headers, body, redirect: "manual", cache: "no-store", signal: AbortSignal.timeout(SENDING_MS) });
}

/** What the server says, null where it is none of our own answers (a page of errors, say). */
async function words(response) {
  if (!response.headers.get("Content-Type")?.startsWith("application/json")) return null;
  return response.json();
}

/** The server has it if it says so itself: the same number and, for a photo, the same hash and size. */
async function received(store, entry, photo, said) {
  const same = said?.id === entry.id && (!photo || (said.sha256 === photo.sha256 && said.size === photo.size));
  if (!same) {
    await later(store, entry, { state: "different" });
    return "go on";
  }
  await store.update("queue", entry.id, (one) => ({ ...one, state: "sent", trouble: null, sent_at: Date.now(), said }));
  return "go on";
}

async function later(store, entry, trouble) {
  await store.update("queue", entry.id, (one) => {
    const tries = one.tries + 1;
    return { ...one, tries, trouble, next_at: Date.now() + waitAfter(tries) };
  });
}
