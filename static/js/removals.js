/**
 * Removals that are held back for a moment, in which they can be undone. They are kept through a reload and are sent when
 * the page is left, or by the next page. An entry is {room, seq, due}.
 */

import { isPassing } from "./outbox.js";

export const UNDO_MS = 5_000;
const AGAIN_MS = 3_000;

const same = (one, other) => one.room === other.room && one.seq === other.seq;

/** What is kept after an answer: nothing once it is done or refused for good, else it is due again later. */
export function settled(entry, answer, now) {
  if (answer.ok || !isPassing(answer.error)) return null;
  return { ...entry, due: now + (answer.error.retry_after ?? AGAIN_MS / 1000) * 1000 };
}

export class Removals {
  #sending = new Set();
  #timer;

  /** `send(entry)` gives the server's answer; `over(entry, answer)` hears of those that are over. */
  constructor({ person, send, over, kept = keptHere(person), now = Date.now, later = (go, ms) => setTimeout(go, ms) }) {
    Object.assign(this, { send, over, kept, now, later });
  }
  add(room, seq) {
    const entry = { room, seq, due: this.now() + UNDO_MS };
    this.kept.save([...this.kept.all().filter((other) => !same(other, entry)), entry]);
    this.#wait();
  }
  /** Take it back; tells whether there was still time. */
  undo(room, seq) {
    if (!this.isHeld(room, seq)) return false;
    this.kept.save(this.kept.all().filter((entry) => !same(entry, { room, seq })));
    return true;
  }
  /** Whether there is still time to take it back. */
  isHeld(room, seq) {
    const isFresh = (entry) => same(entry, { room, seq }) && entry.due > this.now();
    return this.kept.all().some(isFresh) && !this.#sending.has(`${room}/${seq}`);
  }
  has(room, seq) {
    return this.kept.all().some((entry) => same(entry, { room, seq }));
  }
  /** The page is left: what waits is sent now. Whether it arrives only the next page can know, which sends it again. */
  leave() {
    this.kept.save(this.kept.all().map((entry) => ({ ...entry, due: 0 })));
    for (const entry of this.kept.all()) this.#send(entry);
  }
  /** Send what is due, and wait for the rest. */
  flush() {
    for (const entry of this.kept.all()) if (entry.due <= this.now()) this.#send(entry);
    this.#wait();
  }
  async #send(entry) {
    const key = `${entry.room}/${entry.seq}`;
    if (this.#sending.has(key)) return;
    this.#sending.add(key);
    const answer = await this.send(entry);
    this.#sending.delete(key);
    const next = settled(entry, answer, this.now());
    this.kept.save(this.kept.all().flatMap((other) => (same(other, entry) ? (next ?? []) : other)));
    if (!next) this.over(entry, answer);
    this.#wait();
  }
  #wait() {
    clearTimeout(this.#timer);
    const waiting = this.kept.all().filter(({ room, seq }) => !this.#sending.has(`${room}/${seq}`));
    if (!waiting.length) return;
    const first = Math.min(...waiting.map(({ due }) => due));
    this.#timer = this.later(() => this.flush(), Math.max(0, first - this.now()));
  }
}

/** In the browser's storage, so that the next page knows; where that is withheld, in this page. */
function keptHere(person) {
  const name = `rooms:removals:${person}`;
  let here = [];
  return {
    all() {
      try {
        return JSON.parse(localStorage.getItem(name) ?? "[]");
      } catch {
        return here;
      }
    },
    save(entries) {
      here = entries;
      try {
        if (entries.length) localStorage.setItem(name, JSON.stringify(entries));
        else localStorage.removeItem(name);
      } catch {
        // Kept in this page alone.
      }
    },
  };
}
