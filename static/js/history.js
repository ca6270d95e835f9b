/** The part of the log that the page shows: grows at either end by scrolling, and follows the talk at its newest. */

import { ask } from "./socket.js";
import { t } from "./strings.js";

const AHEAD_PX = 600;
const HELD_MOST = 300;

export class History {
  #unseen = 0;
  #era = 0;
  #held = [];
  #isCut = false;
  #known;

  constructor(main, room, messages, scroll) {
    Object.assign(this, { room, messages, scroll });
    this.#known = Number(main.dataset.head);
    this.older = main.querySelector("[data-older]");
    this.newer = main.querySelector("[data-newer]");
    this.jump = main.querySelector("[data-newest]");
    this.observer = new IntersectionObserver((seen) => this.#near(seen), { root: scroll.talk, rootMargin: `${AHEAD_PX}px 0px` });
    for (const edge of [this.older, this.newer]) edge.addEventListener("click", (event) => this.#clicked(event, edge));
    this.jump.addEventListener("click", () => this.#jumped());
    scroll.talk.addEventListener("scroll", () => this.#showJump(), { passive: true });
    this.#showJump();
  }
  /** The highest seq that was seen here or told of. */
  get known() {
    return this.#known;
  }
  /** Whether the page shows the newest there is. */
  get attached() {
    return this.newer.hidden;
  }
  get atNewest() {
    return this.attached && this.scroll.atEnd;
  }
  /** Connected and up to date: what lies beyond the edges can be asked for. */
  live() {
    for (const edge of [this.older, this.newer]) this.#watch(edge);
  }
  /** Messages of the live stream, new or changed. */
  told(messages) {
    const inSight = this.atNewest;
    const beyond = messages.filter(({ seq }) => seq > (this.messages.newest ?? 0));
    this.#put(messages.filter((message) => this.#belongs(message)));
    if (!this.attached) this.#hold(beyond);
    if (!inSight) this.#unseen += messages.filter(({ seq }) => seq > this.#known).length;
    this.#know(messages);
    this.#showJump();
  }
  /** Show the newest page there is. */
  reset(messages) {
    this.#know(messages);
    this.#showPart(messages, { newer: false });
    this.scroll.toEnd();
  }
  /**
   * Show a message in its place, lit: by scrolling, or by asking for its part of the log; tells whether it could. Of a
   * place in the log that is no message, `near` shows what stands around.
   */
  async goTo(seq, { near = false } = {}) {
    const got = (answer) => answer.ok && this.#showPart(answer.messages, { newer: answer.messages.at(-1)?.seq < this.#known });
    if (!this.messages.has(seq) && !(await ask("history", { room: this.room, around: seq }, { got })).ok) return false;
    const item = near ? this.messages.from(seq) : this.messages.light(seq);
    item?.scrollIntoView({ block: "center" });
    item?.focus({ preventScroll: true });
    for (const edge of [this.older, this.newer]) this.#watch(edge);
    this.#showJump();
    return Boolean(item);
  }
  #showPart(messages, { newer }) {
    this.#era += 1;
    this.messages.clear();
    this.#held = [];
    this.newer.hidden = !newer;
    this.messages.bring(messages);
    this.#showOlder(messages.length > 0 && messages[0].seq > 1);
  }
  /**
   * Go to the newest: by scrolling, or, where the page shows an older part, by asking for it; tells whether it could.
   * Answers are taken in `got`: what the server said next may have come along with them.
   */
  async toNewest() {
    const got = (answer) => answer.ok && this.reset(answer.messages);
    if (!this.attached && !(await ask("history", { room: this.room }, { got })).ok) return false;
    this.scroll.toEnd();
    this.#showJump();
    return true;
  }
  async #jumped() {
    if (!(await this.toNewest())) return void location.assign(`/r/${encodeURIComponent(this.room)}`);
    this.scroll.talk.focus({ preventScroll: true });
  }

  /** What comes while an older part is shown waits until the page has grown down to it; of too much only the last. */
  #hold(messages) {
    this.#held.push(...messages);
    this.#isCut ||= this.#held.length > HELD_MOST;
    this.#held.splice(0, this.#held.length - HELD_MOST);
  }
  /** Whatever comes with a seq up to there again is a change. */
  #know(messages) {
    this.#known = Math.max(this.#known, ...messages.map(({ seq }) => seq));
  }
  /** Within the part that is shown, or right after it. */
  #belongs({ seq }) {
    if (this.messages.has(seq)) return true;
    if (seq > (this.messages.newest ?? 0)) return this.attached;
    return this.older.hidden || seq > this.messages.oldest;
  }
  #put(messages) {
    this.scroll.hold(() => {
      for (const message of messages) this.messages.put(message);
      if (this.scroll.atEnd && this.attached) this.#trimOldest();
    });
  }
  #trimOldest() {
    if (!this.messages.trimOldest()) return;
    this.#era += 1;
    this.#showOlder(true);
  }
  #trimNewest() {
    if (!this.messages.trimNewest()) return;
    this.#era += 1;
    this.newer.hidden = false;
    this.#watch(this.newer);
  }
  #clicked(event, edge) {
    event.preventDefault();
    this.#load(edge);
  }
  #near(seen) {
    for (const { target, isIntersecting } of seen) if (isIntersecting && !target.hidden) this.#load(target);
  }
  #watch(edge) {
    this.observer.unobserve(edge);
    if (!edge.hidden) this.observer.observe(edge);
  }
  #load(edge) {
    if (edge.ariaBusy === "true") return;
    edge.ariaBusy = "true";
    const era = this.#era;
    const place = edge === this.older ? { before: this.messages.oldest } : { from: this.messages.newest + 1 };
    ask("history", { room: this.room, ...place }, { got: (answer) => this.#loaded(edge, era, answer) });
  }
  #loaded(edge, era, answer) {
    edge.ariaBusy = null;
    if (era !== this.#era) return this.#watch(edge); // the page shows another part by now
    if (!answer.ok) return this.#failed(edge);
    if (edge === this.older) this.#loadedOlder(answer);
    else this.#loadedNewer(answer);
    this.#watch(edge);
  }
  #loadedOlder({ messages, more }) {
    this.scroll.stay(() => {
      this.messages.bring(messages);
      this.#showOlder(more && messages.length > 0);
      this.#trimNewest();
    });
    this.#showJump();
  }
  #loadedNewer({ messages, more }) {
    this.scroll.stay(() => {
      this.messages.bring(messages);
      if (!more) this.#reached();
      this.#trimOldest();
    });
    this.#showJump();
  }
  /** The page has grown down to the newest, with what came meanwhile; where that was too much, there is more to ask for. */
  #reached() {
    const held = this.#held.splice(0);
    this.newer.hidden = !this.#isCut;
    if (!this.#isCut) this.messages.bring(held);
    this.#isCut = false;
  }
  #failed(edge) {
    this.observer.unobserve(edge);
    edge.textContent = t("They could not be loaded. Try again.");
  }
  #showOlder(there) {
    this.older.hidden = !there;
    this.older.textContent = t("Older messages");
    if (there) this.older.href = `/r/${encodeURIComponent(this.room)}?before=${this.messages.oldest}`;
    this.#watch(this.older);
  }
  #showJump() {
    const { atNewest } = this;
    if (atNewest) this.#unseen = 0;
    this.jump.hidden = atNewest;
    this.jump.classList.toggle("some", this.#unseen > 0);
    this.jump.querySelector("[data-label]").textContent = this.#unseen ? t("{n} new", { n: this.#unseen }) : t("Newest messages");
  }
}
