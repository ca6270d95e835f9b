/** A long press on a message, by touch. */

const HELD_MS = 450;
const STILL_PX = 10;

export class LongPress {
  #timer;
  #start = null;

  /** `pressed(item, finger)` hears of it while the finger still lies there: `finger` is the id of its pointer. */
  constructor(list, pressed) {
    Object.assign(this, { list, pressed });
    list.addEventListener("pointerdown", (event) => this.#down(event));
    for (const name of ["pointerup", "pointercancel", "pointerleave"]) list.addEventListener(name, () => this.#forget());
    list.addEventListener("pointermove", (event) => this.#moved(event));
    list.addEventListener("contextmenu", (event) => this.#start && event.preventDefault());
  }
  #down(event) {
    this.#forget();
    const item = event.target.closest(".message");
    if (!item || event.pointerType === "mouse" || event.target.closest("a:not(.message-time), button")) return;
    this.#start = { x: event.clientX, y: event.clientY, item, finger: event.pointerId };
    this.#timer = setTimeout(() => this.#held(), HELD_MS);
  }
  #moved({ clientX: x, clientY: y }) {
    if (this.#start && Math.hypot(x - this.#start.x, y - this.#start.y) > STILL_PX) this.#forget();
  }
  #held() {
    const { item, finger } = this.#start;
    // The finger that still lies there must not mark words, nor close at once what opens under it.
    getSelection()?.removeAllRanges();
    this.list.addEventListener("touchend", (event) => event.preventDefault(), { once: true });
    this.pressed(item, finger);
  }
  #forget() {
    clearTimeout(this.#timer);
    this.#start = null;
  }
}
