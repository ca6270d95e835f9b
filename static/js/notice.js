/** One quiet line at the top of the talk: the connection, and what else concerns the whole room. */

import { t } from "./strings.js";

const FIRST_MS = 4_000;
const LOST_MS = 800;

export class Notice {
  #said = null;
  #trouble = null;
  #saying;
  #losing;

  constructor(line, socket) {
    this.line = line;
    socket.on("connect", () => this.#found());
    socket.on("disconnect", () => this.#soon(LOST_MS));
    this.#soon(FIRST_MS);
  }
  /**
   * Say something, for some time or until there is something else. A `way` out of it stands beside it: {label, act} or
   * {label, href}. What troubles the connection goes before it as long as it lasts.
   */
  say(sentence, { ms, way } = {}) {
    clearTimeout(this.#saying);
    this.#said = sentence ? { sentence, way } : null;
    if (ms) this.#saying = setTimeout(() => this.say(""), ms);
    this.#show();
  }
  /** No connection is to be had from this page. */
  refused(sentence, way) {
    clearTimeout(this.#losing);
    this.#trouble = { sentence, way, lasts: true };
    this.#show();
  }
  #soon(ms) {
    clearTimeout(this.#losing);
    if (!this.#trouble?.lasts) this.#losing = setTimeout(() => this.#lost(), ms);
  }
  #lost() {
    this.#trouble = { sentence: t("Connection lost, trying again. What you write is kept.") };
    this.#show();
  }
  #found() {
    clearTimeout(this.#losing);
    this.#trouble = null;
    this.#show();
  }
  #show() {
    const { sentence = "", way } = this.#trouble ?? this.#said ?? {};
    this.line.replaceChildren(sentence, ...(way ? [wayOut(way)] : []));
    this.line.hidden = !sentence;
  }
}

function wayOut({ label, act, href }) {
  const element = document.createElement(href ? "a" : "button");
  element.textContent = label;
  if (href) return Object.assign(element, { href });
  element.addEventListener("click", act);
  return Object.assign(element, { type: "button", className: "button" });
}
