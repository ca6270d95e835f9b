/**
 * The place in the talk: at its end only if one was there, and else to the pixel where one reads.
 * The talk is laid out from its end, so that `scrollTop` is 0 there and negative above.
 */

const NEAR_PX = 80;

export class Scroll {
  /** As it was told last: to ask the page would make it lay out what has just been changed, at once and again later. */
  #top;
  #left = 0;

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
    if (!this.atEnd) return this.stay(change);
    change();
    if (this.#top) this.toEnd();
  }
  /** As `hold`, also at the end: for what comes in below. */
  stay(change) {
    const anchor = this.#firstInSight();
    if (!anchor) return change();
    const place = () => anchor.getBoundingClientRect().top;
    const wanted = place() - this.#left;
    change();
    const moved = place() - wanted;
    if (Math.abs(moved) >= 0.5) this.talk.scrollTop += moved; // set for nothing, it would end the glide of a finger or a wheel
    this.#leave(place() - wanted);
  }
  /** One scrolls by whole pixels: what is left of one is made up for the next time, or it would add up. */
  #leave(px) {
    this.#left = Math.abs(px) < 1 ? px : 0;
  }
  #firstInSight() {
    const top = this.talk.getBoundingClientRect().top;
    return [...this.talk.querySelectorAll(".message")].find((message) => message.getBoundingClientRect().bottom > top);
  }
}
