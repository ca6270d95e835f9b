/** Going to a room by a few letters of its name. */

import { openDialog } from "./dialog.js";
import { isComposed } from "./keys.js";
import { make } from "./make.js";
import { t } from "./strings.js";

const SHOWN_AT_MOST = 12;

const plain = (text) => text.normalize("NFKC").toLowerCase();

/** How well a name fits what was typed: 3 it begins so, 2 a word in it does, 1 it holds it, 0 not at all. */
export function fits(name, typed) {
  const [whole, part] = [plain(name), plain(typed)];
  if (whole.startsWith(part)) return 3;
  if (whole.split(/[-_]/).some((word) => word.startsWith(part))) return 2;
  return whole.includes(part) ? 1 : 0;
}

/** A name as people type one: behind a slash, with blanks between words. */
export function spelled(typed) {
  return typed.trim().replace(/^\/+/, "").split(/\s+/u).join("-");
}

/**
 * What is offered for what was typed: {name, room} of those that fit, the best first and then in the order they have,
 * and last the name itself, if no room is called so. The room one is in is offered only by name.
 */
export function offers(rooms, typed, current) {
  const wanted = spelled(typed);
  const others = rooms.filter(({ name }) => wanted || name !== current);
  const fitting = others.map((room) => ({ name: room.name, room, fit: fits(room.name, wanted) })).filter(({ fit }) => fit > 0);
  const found = fitting.sort((one, other) => other.fit - one.fit).slice(0, SHOWN_AT_MOST);
  const isThere = rooms.some(({ name }) => plain(name) === plain(wanted));
  return wanted && !isThere ? [...found, { name: wanted, room: null }] : found;
}

export function openSwitcher(rooms) {
  openDialog("switcher", t("Go to a room"), (body, close) => new Switcher(body, rooms, close));
}

class Switcher {
  #offers = [];
  #at = 0;

  constructor(body, rooms, close) {
    Object.assign(this, { rooms, close });
    this.field = make("input", { className: "field", type: "text", autofocus: true, maxLength: 300, autocomplete: "off", spellcheck: false, placeholder: t("Name of a room") });
    this.list = make("ul", { className: "switcher-list", id: "switcher-list" });
    for (const [name, value] of Object.entries({ role: "combobox", "aria-expanded": "true", "aria-controls": "switcher-list", "aria-autocomplete": "list", "aria-label": t("Name of a room"), autocapitalize: "none", enterkeyhint: "go" })) this.field.setAttribute(name, value);
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", t("Rooms"));
    this.field.addEventListener("input", () => this.#show());
    this.field.addEventListener("keydown", (event) => this.#key(event));
    this.list.addEventListener("click", (event) => this.#clicked(event));
    body.append(this.field, this.list);
    this.#show();
  }
  #show() {
    this.#at = 0;
    this.#offers = offers(this.rooms.all(), this.field.value, this.rooms.current);
    this.list.replaceChildren(...this.#offers.map((offer, number) => option(offer, number)));
    this.#mark();
  }
  #mark() {
    for (const [number, item] of [...this.list.children].entries()) item.ariaSelected = String(number === this.#at);
    const marked = this.list.children[this.#at];
    marked?.scrollIntoView({ block: "nearest" });
    if (marked) this.field.setAttribute("aria-activedescendant", marked.id);
    else this.field.removeAttribute("aria-activedescendant");
  }
  #key(event) {
    if (isComposed(event)) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && this.#offers.length) this.#at = (this.#at + step + this.#offers.length) % this.#offers.length;
    else if (event.key === "Enter") this.#go(this.#offers[this.#at]);
    else return;
    event.preventDefault();
    this.#mark();
  }
  #clicked(event) {
    const item = event.target.closest("[role=option]");
    if (item) this.#go(this.#offers[[...this.list.children].indexOf(item)]);
  }
  #go(offer) {
    if (!offer) return;
    this.close();
    if (offer.name !== this.rooms.current) location.assign(`/r/${encodeURIComponent(offer.name)}`);
  }
}

function option({ name, room }, number) {
  const slash = make("span", { className: "slash", textContent: "/" });
  const shown = make("span", { className: "room-name", dir: "auto" }, slash, name);
  const item = make("li", { className: "switcher-option", id: `switcher-${number}` }, shown, make("span", { className: "switcher-hint", textContent: hint(room) }));
  item.setAttribute("role", "option");
  return item;
}

function hint(room) {
  if (!room) return t("go there, or open it");
  if (room.unread) return t("{n} unread", { n: room.unread });
  return room.here ? t("{n} here", { n: room.here }) : "";
}
