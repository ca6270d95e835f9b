/**
 * The place in the talk: at its end only if one was there, and else to the pixel where one reads.
 * The talk is laid out from its end, so that `scrollTop` is 0 there and negative above.
 */

const NEAR_PX = 80;

export class Scroll {
  /** As it was told last: to ask the page would make it lay out what has just been changed, at once and again later. */
  #top;

  constructor(talk) {
    this.talk = talk;
    this.#top = talk.scrollTop;
    talk.addEventListener("scroll", () => (this.#top = talk.scrollTop), { passive: true });
  }
  get atEnd() {
    return this.#top > -NEAR_PX;
  }
  toEnd() {
    this.talk.scrollTop = this.#top = 0;
  }
  /** Change the talk without moving what is being read. */
  hold(change) {
    const anchor = this.atEnd ? null : this.#firstInSight();
    const before = anchor?.getBoundingClientRect().top;
    change();
    if (anchor) this.talk.scrollTop += anchor.getBoundingClientRect().top - before;
    else if (this.#top) this.toEnd();
  }
  /** As `hold`, also at the end: for what comes in below. */
  stay(change) {
    const anchor = this.#firstInSight();
    const before = anchor?.getBoundingClientRect().top;
    change();
    if (anchor) this.talk.scrollTop += anchor.getBoundingClientRect().top - before;
  }
  #firstInSight() {
    const top = this.talk.getBoundingClientRect().top;
    return [...this.talk.querySelectorAll(".message")].find((message) => message.getBoundingClientRect().bottom > top);
  }
}
