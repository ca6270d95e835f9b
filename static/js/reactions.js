/** The emoji under a message. */

import { part } from "./message.js";
import { t } from "./strings.js";
import { channel } from "./tabs.js";

/** Who put an emoji on a message: the first of them by name. The server says the same in `rooms_chat/web/shown.py`. */
export function reacted(people, count) {
  const names = people.map(({ user_name: name }) => name).join(", ");
  const more = count - people.length;
  return more > 0 ? t("{names} and {n} more", { names, n: more }) : names;
}

export class Reactions {
  #tabs = channel("rooms reactions");

  /** `asked(item, emoji, on)` hears of each that is put on or taken off. */
  constructor(main, { room, me, list, asked }) {
    Object.assign(this, { room, me, list, asked });
    this.#tabs?.addEventListener("message", ({ data }) => this.#told(data));
    this.template = main.querySelector("[data-reaction]").content.firstElementChild;
    list.addEventListener("click", (event) => this.#clicked(event.target.closest(".reaction")));
  }
  /** Show those of the wire. */
  show(item, reactions = []) {
    const list = part(item, "reactions");
    const wasMine = new Set([...list.querySelectorAll("[aria-pressed=true]")].map(({ dataset }) => dataset.emoji));
    const focused = list.contains(document.activeElement) ? document.activeElement.dataset.emoji : null;
    list.replaceChildren(...reactions.map((reaction) => this.#made(reaction, wasMine)));
    list.hidden = !reactions.length;
    if (focused) (find(list, focused) ?? item).focus();
  }
  /** Show at once what will be: mine more or mine less. */
  turn(item, emoji, on) {
    const list = part(item, "reactions");
    const button = find(list, emoji);
    if (button && isMine(button) === on) return;
    const count = Number(button ? part(button, "count").textContent : 0) + (on ? 1 : -1);
    const shown = this.#made({ emoji, count, people: on ? [{ id: this.me.id, user_name: this.me.name }] : [] });
    if (!count) button?.parentElement.remove();
    else if (!button) list.append(shown);
    else {
      button.ariaPressed = String(on);
      part(button, "count").textContent = count;
    }
    list.hidden = !list.children.length;
  }
  /** It was done: what all are told names the first of many, so that my other tabs hear of mine from here. */
  done(seq, emoji, on) {
    this.#tabs?.postMessage({ room: this.room, person: this.me.id, seq, emoji, on });
  }
  #told({ room, person, seq, emoji, on }) {
    const item = room === this.room && person === this.me.id && this.list.querySelector(`.message[data-seq="${seq}"]`);
    const button = item && find(part(item, "reactions"), emoji);
    if (button) button.ariaPressed = String(on);
  }
  /** Put one on where mine is not there yet, else take it off. */
  toggle(item, emoji) {
    const button = find(part(item, "reactions"), emoji);
    this.asked(item, emoji, !(button && isMine(button)));
  }
  #clicked(button) {
    if (button) this.toggle(button.closest(".message"), button.dataset.emoji);
  }
  /** That mine is among those who are not named, I knew, or was told when I asked, or by a tab. */
  #made({ emoji, count, people, mine = false }, wasMine = new Set()) {
    const item = this.template.cloneNode(true);
    const button = item.querySelector("button");
    const who = reacted(people, count);
    Object.assign(button.dataset, { emoji, who });
    const isNamed = people.some(({ id }) => id === this.me.id);
    button.ariaPressed = String(isNamed || mine || (count > people.length && wasMine.has(emoji)));
    button.ariaLabel = `${emoji} ${count}: ${who}`;
    part(button, "emoji").textContent = emoji;
    part(button, "count").textContent = count;
    return item;
  }
}

const isMine = (button) => button.ariaPressed === "true";
const find = (list, emoji) => [...list.querySelectorAll(".reaction")].find((button) => button.dataset.emoji === emoji);
