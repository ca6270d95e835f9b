/** The messages in the page: shown in the order of their seq, in the groups of `times.js`. */

import { fill, finish, rest, said, seqOf } from "./message.js";
import { Pending } from "./pending.js";
import { day, goesOn, sameDay } from "./times.js";

const MOST_IN_PAGE = 300;
/** Many go at once: all that stay move with it, and are drawn anew. */
const KEPT_IN_PAGE = 270;
/** Screen readers hear a little later what changed in the page. */
const QUIET_MS = 1_000;

export class Messages {
  /** Hears of every message that is put into the page. */
  onput = () => {};
  #width = null;
  #quiet;

  constructor(root, room) {
    this.room = room;
    this.log = root.querySelector("[role=log]");
    this.list = root.querySelector("[data-messages]");
    this.template = root.parentElement.querySelector("[data-message]").content.firstElementChild;
    this.dayTemplate = root.parentElement.querySelector("[data-day]").content.firstElementChild;
    this.pending = new Pending(root.querySelector("[data-pending]"), this.template);
    this.bySeq = new Map(this.shown().map((item) => [seqOf(item), item]));
    for (const item of this.shown()) finish(item);
    for (const item of this.shown()) this.#place(item);
    new ResizeObserver(() => this.#widened()).observe(root);
  }

  get oldest() {
    return seqOf(this.list.querySelector(".message"));
  }
  get last() {
    return beside(this.list.lastElementChild, "previousElementSibling", true);
  }
  get newest() {
    return seqOf(this.last);
  }
  has(seq) {
    return this.bySeq.has(seq);
  }
  find(seq) {
    return this.bySeq.get(seq);
  }
  /** The first from a seq on. */
  from(seq) {
    return this.shown().find((item) => seqOf(item) >= seq);
  }
  /** Those in the page, the oldest first. */
  shown() {
    return [...this.list.querySelectorAll(".message")];
  }

  /** Show a message, new or changed, in its place. */
  put(message) {
    const known = this.bySeq.get(message.seq);
    if (known && Number(known.dataset.changed) > message.changed) return known;
    const item = known ?? this.template.cloneNode(true);
    fill(item, message, this.room);
    if (!known) this.#insert(item, message.seq);
    this.#place(item);
    const next = beside(item, "nextElementSibling");
    if (next) this.#place(next);
    this.onput(item, message);
    return item;
  }
  /** Show messages that were asked for. They are no news: a screen reader keeps silent about a log that is busy. */
  bring(messages) {
    clearTimeout(this.#quiet);
    this.log.ariaBusy = "true";
    for (const message of messages) this.put(message);
    this.#quiet = setTimeout(() => (this.log.ariaBusy = null), QUIET_MS);
  }
  clear() {
    this.list.replaceChildren();
    this.bySeq.clear();
  }
  /** Drop the oldest, or the newest, where the page grows long; tells whether any were. */
  trimOldest() {
    return this.#isLong && this.#drop(this.shown().slice(0, -KEPT_IN_PAGE));
  }
  trimNewest() {
    return this.#isLong && this.#drop(this.shown().slice(KEPT_IN_PAGE));
  }
  /** Light the message of an address, and no other; gives it, if it is in the page. */
  light(seq) {
    this.list.querySelector(".marked")?.classList.remove("marked");
    const item = this.find(seq);
    item?.classList.add("marked");
    return item;
  }
  /** Show what is on its way, below what was said last. */
  showPending(entries, me, act) {
    this.pending.show(entries, me, said(this.last), act);
  }
  /** Today is yesterday after midnight. */
  nameDays() {
    for (const line of this.list.querySelectorAll(".day")) line.firstElementChild.textContent = day(line.nextElementSibling.dataset.at);
  }

  get #isLong() {
    return this.bySeq.size > MOST_IN_PAGE;
  }
  /** In another width each has another size. */
  #widened() {
    const { clientWidth: width } = this.list;
    if (width !== this.#width) for (const item of this.shown()) rest(item);
    this.#width = width;
  }
  #drop(surplus) {
    for (const item of surplus) {
      this.bySeq.delete(seqOf(item));
      if (item.previousElementSibling?.matches(".day")) item.previousElementSibling.remove();
      item.remove();
    }
    const first = this.list.querySelector(".message");
    if (surplus.length && first) this.#place(first);
    return surplus.length > 0;
  }
  #insert(item, seq) {
    let before = this.list.lastElementChild;
    while (before && !(seqOf(before) < seq)) before = before.previousElementSibling;
    if (before) before.after(item);
    else this.list.prepend(item);
    this.bySeq.set(seq, item);
  }
  /** Give a message its day above it, where it opens one, and join it to the one before, where it goes on. */
  #place(item) {
    const before = beside(item, "previousElementSibling");
    const opens = !before || !sameDay(before.dataset.at, item.dataset.at);
    let line = item.previousElementSibling;
    if (line && !line.matches(".day")) line = null;
    if (!opens) line?.remove();
    else {
      if (!line) item.before((line = this.dayTemplate.cloneNode(true)));
      line.firstElementChild.textContent = day(item.dataset.at);
    }
    item.classList.toggle("follows", !opens && goesOn(said(before), said(item)));
  }
}

/** The next message in a direction, perhaps the element itself. */
export function beside(item, way, orItself = false) {
  let other = orItself ? item : item[way];
  while (other && !other.matches(".message")) other = other[way];
  return other;
}
