/**
 * What was sent and not yet acknowledged: kept through a reload, sent again with the same id, in order within a room,
 * by one tab at a time, and only for the person who wrote it.
 *
 * An entry is {id, person, room, text, name, reply, at, state: "waiting" | "failed", notBefore, error}.
 */

import { openStore } from "./stores.js";
import { usable } from "./tabs.js";
import { turnsFor } from "./turns.js";

const AGAIN_MS = 3_000;
const RETRY_SECONDS = 2;
const PASSING = new Set(["no_answer", "rate_limited", "try_again", "busy"]);

/** What this person has in a room, in the order it was written. */
export function ofRoom(entries, person, room) {
  return entries.filter((entry) => entry.person === person && entry.room === room).sort((one, other) => one.at - other.at);
}

/** The entry whose turn it is in a room. One that failed for good does not hold up the next. */
export function nextIn(entries, person, room) {
  return ofRoom(entries, person, room).find((entry) => entry.state === "waiting") ?? null;
}

/** The rooms in which this person has something to send. */
export function roomsOf(entries, person) {
  const waiting = entries.filter((entry) => entry.person === person && entry.state === "waiting");
  return [...new Set(waiting.map((entry) => entry.room))];
}

/** Whether time will help. */
export function isPassing(error) {
  return PASSING.has(error.code) || error.retry_after !== undefined;
}

/** An entry after its answer: null once it is stored, waiting where time will help, else failed. */
export function settled(entry, answer, now) {
  if (answer.ok) return null;
  const { error } = answer;
  if (error.code === "no_answer") return entry;
  if (isPassing(error)) {
    return { ...entry, notBefore: now + (error.retry_after ?? RETRY_SECONDS) * 1000 };
  }
  return { ...entry, state: "failed", error };
}

export class Outbox {
  #opened;
  #was = null;
  #at = 0;
  #draining = new Set();
  #again = new Set();
  #timers = new Map();

  /**
   * `send(entry)` gives the server's answer; `changed(entries, sent)` hears of every change, where `sent` is the entry
   * just acknowledged, with its answer. `open()` brings the `store` that keeps entries, and the `turns` that let one
   * tab send at a time.
   */
  constructor({ person, send, changed, open = openHere, now = Date.now, later = (go, ms) => setTimeout(go, ms) }) {
    Object.assign(this, { person, send, changed, now, later });
    this.#opened = open().then(({ store, turns }) => {
      Object.assign(this, { store, turns });
      store.onchange = () => this.#tell().catch(() => {});
    });
  }

  async add({ id, room, text, name, reply = null }) {
    await this.#opened;
    this.#at = Math.max(this.now(), this.#at + 1);
    const entry = { id, person: this.person, room, text, name, reply, at: this.#at, state: "waiting", notBefore: 0 };
    await this.store.put(entry);
    if (entry.person === this.#was) await this.store.put({ ...entry, person: this.person });
    this.flush();
  }

  /** Who wrote on this page turns out to be another: one whom the browser's cookies could not name. */
  async becomes(person) {
    [this.#was, this.person] = [this.person, person];
    await this.#opened;
    for (const entry of await this.store.all()) if (entry.person === this.#was) await this.store.put({ ...entry, person });
    this.flush();
  }

  /** Send what failed once more, at its old place in the order, perhaps under another name. */
  async retry(id, changes = {}) {
    await this.#opened;
    const entry = (await this.store.all()).find((kept) => kept.id === id);
    if (!entry) return;
    await this.store.put({ ...entry, ...changes, state: "waiting", notBefore: 0, error: undefined });
    await this.#tell();
    this.flush();
  }

  async discard(id) {
    await this.#opened;
    await this.store.remove(id);
    await this.#tell();
  }

  /** Send all that waits. A browser may fail at keeping things for a moment; what waits can wait for that too. */
  async flush() {
    try {
      await this.#opened;
      await this.#tell();
      for (const room of roomsOf(await this.store.all(), this.person)) this.#drain(room);
    } catch {
      this.#later("", AGAIN_MS, () => this.flush());
    }
  }

  async #drain(room) {
    if (this.#draining.has(room)) return void this.#again.add(room);
    this.#draining.add(room);
    try {
      await this.turns.take(`outbox ${this.person} ${room}`, () => this.#sendAll(room));
    } catch {
      this.#later(room, AGAIN_MS);
    } finally {
      this.#draining.delete(room);
    }
    if (this.#again.delete(room)) this.#drain(room);
  }

  async #sendAll(room) {
    for (;;) {
      // Read anew each time: another tab may have sent it, or its writer thrown it away.
      const entry = nextIn(await this.store.all(), this.person, room);
      if (!entry) return;
      if (entry.notBefore > this.now()) return this.#later(room, entry.notBefore - this.now());
      const answer = await this.send(entry);
      if (answer.error?.code === "no_answer") return this.#later(room, AGAIN_MS);
      await this.#settle(entry, answer);
    }
  }

  async #settle(entry, answer) {
    const next = settled(entry, answer, this.now());
    await (next ? this.store.put(next) : this.store.remove(entry.id));
    await this.#tell(next ? null : { entry, answer });
  }

  #later(room, ms, go = () => this.#drain(room)) {
    clearTimeout(this.#timers.get(room));
    this.#timers.set(room, this.later(go, ms));
  }

  async #tell(sent = null) {
    this.changed(await this.store.all(), sent);
  }
}

async function openHere() {
  const store = await openStore();
  return { store, turns: turnsFor(store, await usable(navigator.locks)) };
}
