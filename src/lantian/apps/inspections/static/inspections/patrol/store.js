/* What the phone keeps: one database for each person, so that nobody sees or sends what another has kept.
 *
 *   facts   { key, … }   the day as the server gave it, when it was asked for
 *   drafts  { key, … }   what is being filled in, by stop or step; saved at every keystroke
 *   photos  { id, … }    a photo with its bytes, its hash, its time and its place
 *   queue   { id, … }    what waits for the server, in order; a photo's entry has the photo's id
 *
 * Nothing here knows pages or the network: the page and the service worker use it alike.
 */

const STORES = { facts: "key", drafts: "key", photos: "id", queue: "id" };
const PEOPLE = "lantian-patrol";
const nameOf = (person) => `${PEOPLE}-${person}`;

/** A promise of an IndexedDB request. */
const answer = (request) => new Promise((done, failed) => {
  request.onsuccess = () => done(request.result);
  request.onerror = () => failed(request.error);
});

function opened(name, stores) {
  const request = indexedDB.open(name, 1);
  request.onupgradeneeded = () => {
    for (const [store, keyPath] of Object.entries(stores)) request.result.createObjectStore(store, { keyPath });
  };
  return answer(request);
}

export class Store {
  /** Open a person's database. */
  static async of(person) {
    return new Store(await opened(nameOf(person), STORES), person);
  }

  constructor(db, person) {
    this.db = db;
    this.person = person;
    db.onversionchange = () => db.close();
  }

  get(name, key) {
    return answer(this.db.transaction(name).objectStore(name).get(key));
  }

  all(name) {
    return answer(this.db.transaction(name).objectStore(name).getAll());
  }

  /** Write rows and remove keys, all or nothing, and only return when the phone has them:
   *  write({ queue: [row] }, { drafts: ["stop:1"] }). Throws the database's error, such as QuotaExceededError. */
  write(rows, keys = {}) {
    return this.#within([...new Set([...Object.keys(rows), ...Object.keys(keys)])], (stores) => {
      for (const [name, list] of Object.entries(keys)) for (const key of list) stores[name].delete(key);
      for (const [name, list] of Object.entries(rows)) for (const row of list) stores[name].put(row);
    });
  }

  /** Change a row that is there, in one transaction; nothing where it is gone. */
  update(name, key, change) {
    return this.#within([name], (stores) => {
      const request = stores[name].get(key);
      request.onsuccess = () => request.result && stores[name].put(change(request.result));
    });
  }

  #within(names, doing) {
    return new Promise((done, failed) => {
      const transaction = this.db.transaction(names, "readwrite", { durability: "strict" });
      transaction.oncomplete = () => done();
      transaction.onerror = () => failed(transaction.error);
      transaction.onabort = () => failed(transaction.error ?? new DOMException("aborted", "AbortError"));
      try {
        doing(Object.fromEntries(names.map((name) => [name, transaction.objectStore(name)])));
      } catch (error) {
        transaction.abort();
        failed(error);
      }
    });
  }

  close() {
    this.db.close();
  }
}

/* Who used this phone ------------------------------------------------------------------------------------------- */

async function people(mode, doing) {
  const db = await opened(PEOPLE, { people: "person" });
  try {
    return await answer(doing(db.transaction("people", mode).objectStore("people")));
  } finally {
    db.close();
  }
}

/** Note who uses the phone now: { person, name, post }. */
export function rememberPerson({ person, name, post }) {
  return people("readwrite", (store) => store.put({ person, name, post, at: Date.now() }));
}

/** Everybody whose work this phone keeps, the last one first. */
export async function knownPeople() {
  const found = await people("readonly", (store) => store.getAll());
  return found.sort((one, other) => other.at - one.at);
}

/** Remove all that a person kept here. The caller has made sure that the server has it, or that the person was asked. */
export async function forgetPerson(store) {
  store.close();
  await answer(indexedDB.deleteDatabase(nameOf(store.person)));
  await people("readwrite", (kept) => kept.delete(store.person));
}
