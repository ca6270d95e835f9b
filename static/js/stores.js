/** Where the outbox is kept: IndexedDB; where that is withheld localStorage, and else this page's memory. */

import { channel } from "./tabs.js";

const DATABASE = "rooms";
const ENTRIES = "outbox";
const LEASES = "leases";

/** The best store there is. Tabs tell each other of changes. */
export async function openStore() {
  const store = await IndexedStore.open().catch(() => LocalStore.open() ?? new MemoryStore());
  return announced(store);
}

function announced(store) {
  const tabs = channel("rooms outbox");
  for (const name of ["put", "remove"]) {
    const change = store[name].bind(store);
    store[name] = async (given) => {
      await change(given);
      tabs?.postMessage(name);
    };
  }
  tabs?.addEventListener("message", () => store.onchange?.());
  return store;
}

/** Whether `holder` may have a lease that is held so. */
const isFree = (held, holder, now) => !held || held.holder === holder || held.until <= now;

export class MemoryStore {
  entries = new Map();
  leases = new Map();
  async all() {
    return [...this.entries.values()];
  }
  async put(entry) {
    this.entries.set(entry.id, entry);
  }
  async remove(id) {
    this.entries.delete(id);
  }
  /** Whether `holder` has the lease of `name` from now on, for so long. */
  async lease(name, holder, now, ms) {
    if (!isFree(this.leases.get(name), holder, now)) return false;
    this.leases.set(name, { holder, until: now + ms });
    return true;
  }
  async release(name, holder) {
    if (this.leases.get(name)?.holder === holder) this.leases.delete(name);
  }
}

class LocalStore {
  static open() {
    try {
      localStorage.setItem("rooms:try", "1");
      localStorage.removeItem("rooms:try");
      return new LocalStore();
    } catch {
      return null;
    }
  }
  #read(what) {
    return new Map(JSON.parse(localStorage.getItem(`rooms:${what}`) ?? "[]"));
  }
  #change(what, change) {
    const kept = this.#read(what);
    const result = change(kept);
    localStorage.setItem(`rooms:${what}`, JSON.stringify([...kept]));
    return result;
  }
  async all() {
    return [...this.#read(ENTRIES).values()];
  }
  async put(entry) {
    this.#change(ENTRIES, (kept) => kept.set(entry.id, entry));
  }
  async remove(id) {
    this.#change(ENTRIES, (kept) => kept.delete(id));
  }
  async lease(name, holder, now, ms) {
    return this.#change(LEASES, (leases) => {
      const free = isFree(leases.get(name), holder, now);
      if (free) leases.set(name, { holder, until: now + ms });
      return free;
    });
  }
  async release(name, holder) {
    this.#change(LEASES, (leases) => leases.get(name)?.holder === holder && leases.delete(name));
  }
}

class IndexedStore {
  #opening = null;

  static async open() {
    const store = new IndexedStore();
    await store.#database();
    return store;
  }
  #database() {
    this.#opening ??= opened(() => (this.#opening = null));
    return this.#opening;
  }
  /** Browsers drop a database beneath pages that sleep: where work fails, it is done once more with one opened anew. */
  async #within(name, mode, work) {
    const once = async () => work((await this.#database()).transaction(name, mode, { durability: "strict" }).objectStore(name));
    try {
      return await once();
    } catch {
      this.#opening = null;
      return once();
    }
  }
  all() {
    return this.#within(ENTRIES, "readonly", (kept) => done(kept.getAll()));
  }
  put(entry) {
    return this.#within(ENTRIES, "readwrite", (kept) => committed(kept, () => kept.put(entry)));
  }
  remove(id) {
    return this.#within(ENTRIES, "readwrite", (kept) => committed(kept, () => kept.delete(id)));
  }
  lease(name, holder, now, ms) {
    return this.#within(LEASES, "readwrite", async (leases) => {
      if (!isFree(await done(leases.get(name)), holder, now)) return false;
      await done(leases.put({ name, holder, until: now + ms }));
      return true;
    });
  }
  release(name, holder) {
    return this.#within(LEASES, "readwrite", async (leases) => {
      if ((await done(leases.get(name)))?.holder === holder) await done(leases.delete(name));
    });
  }
}

async function opened(dropped) {
  const opening = indexedDB.open(DATABASE, 1);
  opening.onupgradeneeded = () => {
    opening.result.createObjectStore(ENTRIES, { keyPath: "id" });
    opening.result.createObjectStore(LEASES, { keyPath: "name" });
  };
  const database = await done(opening);
  database.onclose = dropped;
  return database;
}

function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error("blocked"));
  });
}

function committed(kept, change) {
  return new Promise((resolve, reject) => {
    change();
    kept.transaction.oncomplete = () => resolve();
    kept.transaction.onabort = () => reject(kept.transaction.error);
  });
}
