/** One quiet line at the top of the talk: the connection, and what else concerns the whole room. */

import { socket } from "./socket.js";
import { t } from "./strings.js";

const FIRST_MS = 4_000;
const LOST_MS = 800;

export class Notice {
  #timer;
  #lost = false;

  constructor(line) {
    this.line = line;
    socket.on("connect", () => this.#found());
    socket.on("disconnect", () => this.#soon(LOST_MS));
    this.#soon(FIRST_MS);
  }
  /** Say something, for some time or until there is something else. */
  say(sentence, ms) {
    clearTimeout(this.#timer);
    this.#show(sentence);
    if (ms) this.#timer = setTimeout(() => this.#show(""), ms);
  }
  #soon(ms) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#show(t("Connection lost, trying again. What you write is kept."), true), ms);
  }
  #found() {
    clearTimeout(this.#timer);
    if (this.#lost) this.#show("");
  }
  #show(sentence, lost = false) {
    this.#lost = lost;
    this.line.textContent = sentence;
    this.line.hidden = !sentence;
  }
}
