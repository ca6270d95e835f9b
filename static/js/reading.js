/** Reading: tells the server how far I have read, and draws the line above what is new. */

import { factsOf, seqOf } from "./message.js";
import { begin, read } from "./seen.js";
import { ask } from "./socket.js";
import { t } from "./strings.js";

const SEND_EVERY_MS = 1_000;
const COUNTED_MOST = 100;

export class Reading {
  #state = begin();
  #unread = 0;
  #sending = null;
  #wanted = null;
  #isDrawing = false;
  #wasInSight = false;

  constructor(main, { room, me, rooms, messages, scroll, history }) {
    Object.assign(this, { room, me, rooms, messages, scroll, history });
    this.line = main.querySelector("[data-new-line]").content.firstElementChild.cloneNode(true);
    this.jump = main.querySelector("[data-first-new]");
    this.jump.addEventListener("click", () => this.#toFirst());
    this.observer = new IntersectionObserver(([{ isIntersecting: is }]) => is && this.#sawLine(), { root: scroll.talk });
    scroll.talk.addEventListener("scroll", () => this.look(), { passive: true });
    document.addEventListener("visibilitychange", () => (document.hidden ? this.#step({ type: "hid" }) : this.look()));
  }
  /** Whether what is new can be marked: only of members it is kept. */
  get isKept() {
    return this.#state.isMember;
  }
  joined({ seen = null, unread = 0 }) {
    this.#unread = unread;
    const newest = (this.history.attached ? this.messages.newest : this.history.known) ?? 0;
    this.#step({ type: "joined", seen, newest });
    this.look();
  }
  arrived({ seq, person }) {
    if (seq > this.#state.newest) this.#unread = person === this.me.id ? 0 : this.#unread + 1;
    this.#step({ type: "arrived", seq, mine: person === this.me.id });
  }
  told({ seq, unread }) {
    this.#unread = unread;
    this.#step({ type: "told", seq });
  }
  mark(seq) {
    this.#unread = this.messages.shown().filter((item) => this.#isNew(item, seq - 1)).length;
    this.#step({ type: "marked", seq });
  }
  /** The page or the place in it changed. */
  look() {
    this.#step({ type: "looking", is: !document.hidden && this.history.attached && this.scroll.atEnd });
  }
  /** A message was put into the page: the line may belong above it. */
  placed() {
    if (this.#state.line === null || this.#isDrawing) return;
    this.#isDrawing = true;
    requestAnimationFrame(() => this.#draw());
  }

  #step(event) {
    const { state, effects } = read(this.#state, event);
    this.#state = state;
    for (const effect of effects) this[`_${effect.do}`](effect);
  }
  _send({ seq }) {
    this.#wanted = seq;
    this.#sending ??= setTimeout(() => this.#send(), 0);
  }
  async #send() {
    const seq = this.#wanted;
    const answer = await ask("seen", { room: this.room, seq });
    if (answer.ok) this.rooms.read({ room: this.room, ...answer });
    setTimeout(() => {
      this.#sending = null;
      if (this.#wanted !== seq) this._send({ seq: this.#wanted });
    }, SEND_EVERY_MS);
  }
  _line() {
    this.#wasInSight = false;
    this.#draw();
  }
  #draw() {
    this.#isDrawing = false;
    this.scroll.hold(() => this.#place());
    this.#offerJump();
  }
  #sawLine() {
    if (document.hidden) return;
    this.#wasInSight = true;
    this.jump.hidden = true;
  }
  #place() {
    const { line } = this.#state;
    const first = line === null ? null : this.messages.shown().find((item) => this.#isNew(item, line));
    this.observer.unobserve(this.line);
    if (!first || (first === this.messages.list.querySelector(".message") && this.messages.oldest > line + 1)) return this.line.remove();
    const day = first.previousElementSibling;
    (day?.matches(".day") ? day : first).before(this.line);
    this.observer.observe(this.line);
  }
  #isNew(item, line) {
    return seqOf(item) > line && factsOf(item).person !== this.me.id;
  }
  /** A way up to the first that is new, where it is out of sight. */
  #offerJump() {
    this.jump.hidden = this.#state.line === null || !this.#unread || this.#wasInSight || !this.#isAbove();
    const n = this.#unread < COUNTED_MOST ? this.#unread : `${COUNTED_MOST}+`;
    this.jump.querySelector("[data-label]").textContent = t("{n} new, from here", { n });
  }
  #isAbove() {
    if (!this.line.isConnected) return this.messages.oldest > this.#state.line;
    return this.line.getBoundingClientRect().top < this.scroll.talk.getBoundingClientRect().top;
  }
  async #toFirst() {
    this.jump.hidden = true;
    const { line } = this.#state;
    if (!this.line.isConnected) await this.history.goTo(line + 1, { near: true });
    this.#place();
    this.line.scrollIntoView({ block: "center" });
    this.line.nextElementSibling?.closest(".message")?.focus({ preventScroll: true });
  }
}
