/** Walking from message to message by keyboard: one of them is where Tab leads, the arrows move on from there. */

import { beside } from "./messages.js";

const STEPS = { ArrowUp: "previousElementSibling", ArrowDown: "nextElementSibling" };

export class Walk {
  #stop = null;

  constructor(messages) {
    this.messages = messages;
    messages.list.addEventListener("keydown", (event) => this.#key(event));
    messages.list.addEventListener("focusin", (event) => this.#stopAt(event.target.closest(".message")));
    messages.list.addEventListener("focusout", () => this.settle());
    this.settle();
  }
  /** Who is not among the messages comes in at the last one. */
  settle() {
    if (!this.messages.list.contains(document.activeElement)) this.#stopAt(this.messages.last);
  }
  #stopAt(item) {
    if (this.#stop === item) return;
    if (this.#stop) this.#stop.tabIndex = -1;
    this.#stop = item;
    if (item) item.tabIndex = 0;
  }
  #key(event) {
    if (!event.target.matches(".message") || event.altKey || event.ctrlKey || event.metaKey) return;
    const next = event.key in STEPS ? beside(event.target, STEPS[event.key]) : null;
    if (!next) return;
    event.preventDefault();
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  }
}
