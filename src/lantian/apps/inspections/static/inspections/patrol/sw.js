/* The service worker of the patrol pages: keeps their files, and sends what waits when the phone is on-line again.
 *
 * The view that serves this file puts VERSION (a hash of all files) and FILES before it. A new version is fetched whole or
 * not at all; the page that is open goes on with the files it has. Only the shell and its files are kept here: the day, the
 * drafts and the photos lie in each person's own database.
 */

import { drain } from "/static/inspections/patrol/queue.js";
import { Store, knownPeople } from "/static/inspections/patrol/store.js";

const SHELL = "/patrol/";
const CACHE = `patrol-${VERSION}`;
const OURS = "patrol-";

self.addEventListener("install", (event) => event.waitUntil(install()));

async function install() {
  const cache = await caches.open(CACHE);
  const requests = [SHELL, ...FILES].map((path) => new Request(path, { cache: "reload", redirect: "error" }));
  await cache.addAll(requests);
  await self.skipWaiting();
}

self.addEventListener("activate", (event) => event.waitUntil(activate()));

async function activate() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(OURS) && name !== CACHE).map((name) => caches.delete(name)));
  await self.clients.claim();
}

self.addEventListener("fetch", (event) => {
  const { method, mode, url } = event.request;
  const { origin, pathname } = new URL(url);
  if (method !== "GET" || origin !== self.location.origin) return;
  if (mode === "navigate" ? pathname === SHELL : FILES.includes(pathname)) event.respondWith(kept(event.request, pathname));
});

async function kept(request, pathname) {
  const found = await caches.match(pathname, { cacheName: CACHE, ignoreVary: true });
  return found ?? fetch(request);
}

self.addEventListener("sync", (event) => {
  if (event.tag === "patrol-queue") event.waitUntil(sendWhatWaits());
});

/** Send for whoever is signed in; an error makes the browser try again later. */
async function sendWhatWaits() {
  for (const { person } of await knownPeople()) {
    const store = await Store.of(person);
    const { state } = await drain(store, { hand: true });
    store.close();
    if (state === "offline") throw new Error("no answer from the server");
  }
  for (const client of await self.clients.matchAll({ type: "window" })) client.postMessage("sent");
}
