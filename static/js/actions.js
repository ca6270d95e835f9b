/**
 * What one may do with a message, offered beside the one that has the pointer or the focus, and in a menu: by the last
 * button, with Enter on the message, or by a long press.
 */

import { moveBeside } from "./place.js";
import { LongPress } from "./press.js";
import { quick, recent, remember } from "./recent.js";
import { t } from "./strings.js";

export class Actions {
  #item = null;

  /** `offers(item)` names what is possible with a message; `act(name, item)` does it. */
  constructor(main, messages, { offers, act }) {
    Object.assign(this, { list: messages.list, offers, act });
    this.bar = main.querySelector("[data-actions]").content.firstElementChild.cloneNode(true);
    this.menu = main.querySelector("[data-menu]");
    this.#listen();
    new LongPress(this.list, (item, finger) => this.#openUnder(finger, item));
  }
  /** Open the menu of a message, beside what was pressed. */
  open(item, beside = item) {
    this.#item = item;
    if (!this.#offer(this.menu, item)) return;
    this.menu.showPopover();
    moveBeside(this.menu, beside);
    this.#choices()[0].focus();
  }
  /** An emoji was used: from now on it is among the first. */
  used(emoji) {
    remember(emoji);
    for (const where of [this.bar, this.menu]) offerQuick(where);
  }

  /** The finger that still lies on the message belongs to the menu from now on: lifted outside, it would close it. */
  #openUnder(finger, item) {
    this.open(item);
    this.menu.setPointerCapture(finger);
  }
  #listen() {
    const { list, bar, menu } = this;
    list.addEventListener("pointerover", (event) => event.pointerType === "mouse" && this.#show(event.target));
    list.addEventListener("pointerleave", () => bar.contains(document.activeElement) || this.#hide());
    list.addEventListener("focusin", (event) => this.#isFocusSeen() && this.#show(event.target));
    list.addEventListener("focusout", (event) => list.contains(event.relatedTarget) || this.#hide());
    list.addEventListener("keydown", (event) => this.#openByKey(event));
    bar.addEventListener("click", (event) => this.#clicked(event));
    bar.addEventListener("keydown", (event) => walk(event, buttonsOf(bar), ["ArrowLeft", "ArrowRight"]));
    menu.addEventListener("click", (event) => this.#clicked(event));
    menu.addEventListener("keydown", (event) => event.key === "Tab" && menu.hidePopover()); // and on from where one was
    menu.addEventListener("keydown", (event) => walk(event, this.#choices(), ["ArrowUp", "ArrowDown"], ["ArrowLeft", "ArrowRight"]));
  }
  #isFocusSeen() {
    return document.activeElement?.matches(":focus-visible");
  }
  #show(target) {
    const item = target.closest(".message");
    if (!item || (this.bar.parentElement === item && !this.bar.hidden)) return;
    if (this.bar.contains(document.activeElement)) return; // it would be pulled from under who uses it
    this.bar.hidden = !this.#offer(this.bar, item);
    item.append(this.bar);
  }
  #hide() {
    if (!this.menu.matches(":popover-open")) this.bar.hidden = true;
  }
  /** Show the buttons of what is possible; tells whether there is any. */
  #offer(where, item) {
    const names = new Set(this.offers(item));
    offerQuick(where);
    for (const button of where.querySelectorAll("[data-do]")) button.hidden = !names.has(button.dataset.do) && button.dataset.do !== "menu";
    return names.size > 0;
  }
  #choices() {
    return buttonsOf(this.menu);
  }
  #openByKey(event) {
    if (!event.target.matches(".message") || !["Enter", "ContextMenu"].includes(event.key)) return;
    event.preventDefault();
    this.open(event.target);
  }
  #clicked(event) {
    const button = event.target.closest("[data-do]");
    if (!button) return;
    const item = this.menu.contains(button) ? this.#item : this.bar.closest(".message");
    if (button.dataset.do === "menu") return this.open(item, button);
    this.menu.hidePopover();
    this.act(button.dataset.do, item, button);
  }
}

const buttonsOf = (where) => [...where.querySelectorAll("button:not([hidden])")];

/** Put the emoji that are wanted most into the buttons for them. */
function offerQuick(where) {
  const buttons = [...where.querySelectorAll("[data-quick]")];
  quick(recent(), buttons.length).forEach((emoji, place) => {
    buttons[place].textContent = buttons[place].dataset.emoji = emoji;
    buttons[place].ariaLabel = t("React with {emoji}", { emoji });
  });
}

/** Move the focus among buttons by pairs of keys, and to the first and last. */
export function walk(event, buttons, ...pairs) {
  const at = buttons.indexOf(document.activeElement);
  const steps = { Home: 0, End: buttons.length - 1 };
  for (const [back, on] of pairs) Object.assign(steps, { [back]: at - 1, [on]: at + 1 });
  if (!(event.key in steps)) return;
  event.preventDefault();
  buttons.at(steps[event.key] % buttons.length).focus();
}
