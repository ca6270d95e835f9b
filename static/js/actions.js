/**
 * What one may do with a message, offered beside the one that has the pointer or the focus, and in a menu: by the last
 * button, with Enter on the message, or by a long press.
 */

import { factsOf } from "./message.js";
import { LongPress } from "./press.js";

const GAP_PX = 4;

export class Actions {
  #item = null;

  /** `offers(facts)` names what is possible with a message; `act(name, item)` does it. */
  constructor(main, messages, { offers, act }) {
    Object.assign(this, { list: messages.list, offers, act });
    this.bar = main.querySelector("[data-actions]").content.firstElementChild.cloneNode(true);
    this.menu = main.querySelector("[data-menu]");
    this.#listen();
    new LongPress(this.list, (item) => this.open(item));
  }
  /** Open the menu of a message, beside what was pressed. */
  open(item, beside = item) {
    this.#item = item;
    if (!this.#offer(this.menu, item)) return;
    this.menu.showPopover();
    this.#moveBeside(beside.getBoundingClientRect());
    this.#choices()[0].focus();
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
    menu.addEventListener("keydown", (event) => walk(event, this.#choices(), ["ArrowUp", "ArrowDown"]));
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
    const names = new Set(this.offers(factsOf(item)));
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
  #moveBeside(box) {
    const { offsetWidth: width, offsetHeight: height } = this.menu;
    const fits = box.bottom + GAP_PX + height < innerHeight;
    const top = fits ? box.bottom + GAP_PX : Math.max(GAP_PX, Math.min(box.top, innerHeight) - height - GAP_PX);
    const left = Math.max(GAP_PX, Math.min(box.right, innerWidth - GAP_PX) - width);
    this.menu.style.setProperty("--menu-top", `${top}px`);
    this.menu.style.setProperty("--menu-left", `${left}px`);
  }
}

const buttonsOf = (where) => [...where.querySelectorAll("button:not([hidden])")];

/** Move the focus among buttons with two keys, and to the first and last. */
export function walk(event, buttons, [back, on]) {
  const at = buttons.indexOf(document.activeElement);
  const steps = { [back]: at - 1, [on]: at + 1, Home: 0, End: buttons.length - 1 };
  if (!(event.key in steps)) return;
  event.preventDefault();
  buttons.at(steps[event.key] % buttons.length).focus();
}
