/**
 * Suggestions while one types: people behind @, rooms behind #, emoji behind :, commands behind /. The field keeps the
 * focus; the list says by `aria-activedescendant` which one is meant. Loaded with the first of these signs.
 */

import { completed, fitting, wanted } from "./complete.js";
import { found, loadEmoji } from "./emoji.js";
import { isComposed } from "./keys.js";
import { make } from "./make.js";
import { ordersFor } from "./orders.js";
import { putFace } from "./people.js";
import { remember } from "./recent.js";
import { t } from "./strings.js";

const EMOJI_MOST = 8;

export class Completion {
  #place = null;
  #offers = [];
  #at = 0;
  #refused = null;
  #asked = 0;

  /** `known` gives {people(), rooms(), may(what)}. */
  constructor(field, known) {
    Object.assign(this, { field, known });
    this.list = make("ul", { className: "completion", id: "completion", role: "listbox", ariaLabel: t("Suggestions"), hidden: true });
    field.closest(".composer-box").append(this.list);
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-controls", this.list.id);
    for (const event of ["input", "click", "focus"]) field.addEventListener(event, () => this.look());
    field.addEventListener("keyup", ({ key }) => /^(Arrow(Left|Right)|Home|End)$/.test(key) && this.look());
    field.addEventListener("blur", () => this.#close());
    field.addEventListener("keydown", (event) => this.#key(event), { capture: true });
    this.list.addEventListener("pointerdown", (event) => this.#pressed(event));
  }
  /** See what is being typed now. */
  async look() {
    const { value, selectionStart, selectionEnd } = this.field;
    const place = selectionStart === selectionEnd ? wanted(value, selectionStart) : null;
    const asked = (this.#asked += 1);
    if (place?.from !== this.#refused) this.#refused = null;
    const offers = place && this.#refused === null ? await this.#find(place) : [];
    if (asked !== this.#asked) return;
    this.#place = place;
    this.#show(isWhole(offers, place) ? [] : offers);
  }

  async #find({ kind, query }) {
    if (kind === "emoji") return found((await loadEmoji()).emoji, query, EMOJI_MOST).map((one) => asEmoji(one, query));
    if (kind === "person") return fitting(this.known.people(), query).map(asPerson);
    if (kind === "room") return fitting(this.known.rooms(), query).map(asRoom);
    return fitting(ordersFor(this.known.may), query).map(asOrder);
  }
  #show(offers) {
    this.#offers = offers;
    this.list.hidden = !offers.length;
    this.list.replaceChildren(...offers.map((offer, place) => option(offer, place)));
    this.#mark(0);
  }
  #mark(at) {
    this.#at = at;
    [...this.list.children].forEach((item, place) => (item.ariaSelected = String(place === at)));
    this.list.children[at]?.scrollIntoView({ block: "nearest" });
    if (this.#offers.length) this.field.setAttribute("aria-activedescendant", `completion-${at}`);
    else this.field.removeAttribute("aria-activedescendant");
  }
  #close() {
    this.#asked += 1;
    this.#show([]);
  }
  #key(event) {
    if (!this.#offers.length || isComposed(event)) return;
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (step) this.#mark((this.#at + step + this.#offers.length) % this.#offers.length);
    else if (event.key === "Enter" || event.key === "Tab") this.#take(this.#offers[this.#at]);
    else if (event.key === "Escape") this.#refuse();
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }
  #refuse() {
    this.#refused = this.#place.from;
    this.#close();
  }
  #pressed(event) {
    event.preventDefault(); // the field keeps the focus
    const item = event.target.closest("[role=option]");
    if (item) this.#take(this.#offers[Number(item.dataset.place)]);
  }
  #take({ insert, emoji }) {
    const { text, caret } = completed(this.field.value, this.#place, insert);
    if (emoji) remember(emoji);
    this.field.value = text;
    this.field.setSelectionRange(caret, caret);
    this.#close();
    this.field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

const asEmoji = ({ emoji, names, label }, query) => {
  const name = names.find((one) => one.startsWith(query.toLowerCase())) ?? names[0];
  return { insert: emoji, emoji, sign: emoji, name: `:${name}:`, more: label };
};
const asPerson = ({ id, name, isHere }) => ({ insert: `@${name}`, id, name, more: isHere ? t("here") : "" });
const asRoom = ({ name, more }) => ({ insert: `#${name}`, sign: "#", name, more });
const asOrder = ({ name, takes, does }) => ({ insert: `/${name}`, name: `/${name}`, takes, more: does });

/** Whether it is typed already: then Enter sends. */
function isWhole(offers, place) {
  return place?.kind !== "emoji" && offers.length === 1 && offers[0].insert.toLowerCase() === `${offers[0].insert[0]}${place.query}`.toLowerCase();
}

function option({ id, sign, name, takes, more }, place) {
  const item = make("li", { className: "completion-item", id: `completion-${place}`, role: "option" });
  item.dataset.place = place;
  if (id) item.append(face(id, name));
  if (sign) item.append(make("span", { className: "completion-sign", textContent: sign, ariaHidden: "true" }));
  item.append(make("b", { textContent: name, dir: "auto" }));
  if (takes) item.append(make("i", { textContent: takes }));
  if (more) item.append(make("span", { className: "completion-more", textContent: more }));
  return item;
}

function face(id, name) {
  const element = make("span", { className: "face tiny", ariaHidden: "true" });
  putFace(element, id, name);
  return element;
}
