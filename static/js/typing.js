/** Who is typing. */

import { mention } from "./socket.js";
import { t } from "./strings.js";

const SAY_EVERY_MS = 3_000;
const SHOWN_MS = 6_000;

export class Typing {
  #said = 0;
  #typing = new Map();

  constructor(line, room) {
    this.line = line;
    this.room = room;
  }
  /** I am typing. */
  say() {
    if (Date.now() - this.#said < SAY_EVERY_MS) return;
    this.#said = Date.now();
    mention("typing", { room: this.room });
  }
  /** What I typed is sent: the next letter is told at once. */
  sent() {
    this.#said = 0;
  }
  told({ user_name: name }) {
    clearTimeout(this.#typing.get(name));
    this.#typing.set(name, setTimeout(() => this.stopped(name), SHOWN_MS));
    this.#show();
  }
  stopped(name) {
    clearTimeout(this.#typing.get(name));
    if (this.#typing.delete(name)) this.#show();
  }
  #show() {
    const [name, other, ...more] = this.#typing.keys();
    if (more.length) this.line.textContent = t("Several people are typing …");
    else if (other) this.line.textContent = t("{name} and {other} are typing …", { name, other });
    else this.line.textContent = name ? t("{name} is typing …", { name }) : "";
  }
}
