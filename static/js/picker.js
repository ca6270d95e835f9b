/** The picker of emoji: found by a word, or looked for in groups. Loaded when it is first opened. */

import { found, loadEmoji } from "./emoji.js";
import { isComposed } from "./keys.js";
import { make } from "./make.js";
import { moveBeside } from "./place.js";
import { quick, recent, remember } from "./recent.js";
import { t } from "./strings.js";

const RECENT = -1;
const FOUND_MOST = 60;
const FIRST_MOST = 48; // what fills the first page

let picker;

/** Open it beside an element; `chosen(emoji)` hears of the one that is taken. */
export async function openPicker(beside, chosen) {
  picker ??= new Picker(await loadEmoji());
  picker.open(beside, chosen);
}

class Picker {
  constructor({ groups, emoji }) {
    Object.assign(this, { groups, emoji });
    this.byEmoji = new Map(emoji.map((one) => [one.emoji, one]));
    this.#build();
  }
  open(beside, chosen) {
    this.chosen = chosen;
    this.opener = document.activeElement;
    this.field.value = "";
    this.#showGroup(RECENT);
    document.body.append(this.root);
    this.root.showPopover();
    moveBeside(this.root, beside);
    if (matchMedia("(hover: hover)").matches) this.field.focus();
  }

  #build() {
    this.root = make("div", { className: "picker", popover: "auto", role: "dialog", ariaLabel: t("Emoji") });
    this.field = make("input", { className: "field", type: "search", placeholder: t("Find an emoji"), ariaLabel: t("Find an emoji") });
    Object.assign(this.field, { autocomplete: "off", spellcheck: false, enterKeyHint: "done" });
    this.tabs = make("div", { className: "picker-groups", role: "tablist", ariaLabel: t("Groups of emoji") });
    this.tabs.append(...this.#tabs());
    this.grid = make("div", { className: "picker-grid", role: "tabpanel", id: "picker-grid" });
    this.label = make("p", { className: "picker-label" });
    this.root.append(this.field, this.tabs, this.grid, this.label);
    this.field.addEventListener("input", () => this.#search());
    this.field.addEventListener("keydown", (event) => this.#fieldKey(event));
    this.tabs.addEventListener("click", ({ target }) => target.closest("button") && this.#showGroup(Number(target.closest("button").dataset.group)));
    this.tabs.addEventListener("keydown", (event) => this.#tabKey(event));
    this.grid.addEventListener("click", ({ target }) => target.closest("button") && this.#choose(target.closest("button").dataset.emoji));
    this.grid.addEventListener("keydown", (event) => this.#gridKey(event));
    for (const name of ["focusin", "pointerover"]) this.grid.addEventListener(name, ({ target }) => this.#tell(target.dataset.emoji));
  }
  #tabs() {
    const faces = [...this.groups].map(([group, name]) => [group, this.emoji.find((one) => one.group === group).emoji, name]);
    return [[RECENT, "🕘", t("Recent and common")], ...faces].map(([group, face, name]) => {
      const tab = make("button", { type: "button", className: "deed emoji", role: "tab", ariaLabel: name, textContent: face });
      tab.setAttribute("aria-controls", "picker-grid");
      tab.dataset.group = group;
      return tab;
    });
  }
  #showGroup(group) {
    this.field.value = "";
    this.#show(group === RECENT ? this.#first() : this.emoji.filter((one) => one.group === group), group);
  }
  #first() {
    const known = (one) => this.byEmoji.get(one) ?? { emoji: one, label: one, names: [] };
    return quick(recent(), FIRST_MOST, [...this.byEmoji.keys()]).map(known);
  }
  #search() {
    if (this.field.value.trim()) this.#show(found(this.emoji, this.field.value, FOUND_MOST), null);
    else this.#showGroup(RECENT);
  }
  #show(emoji, group) {
    for (const tab of this.tabs.children) {
      tab.ariaSelected = String(Number(tab.dataset.group) === group);
      tab.tabIndex = Number(tab.dataset.group) === (group ?? RECENT) ? 0 : -1;
    }
    this.grid.ariaLabel = this.groups.get(group) ?? (group === RECENT ? t("Recent and common") : t("Found"));
    this.grid.replaceChildren(...emoji.map(emojiButton));
    this.grid.scrollTop = 0;
    if (emoji.length) this.grid.firstElementChild.tabIndex = 0;
    this.#tell(emoji[0]?.emoji);
    if (!emoji.length) this.label.textContent = t("No emoji is called that.");
  }
  #tell(emoji) {
    const one = this.byEmoji.get(emoji);
    if (one) this.label.textContent = `${one.emoji} ${one.label} :${one.names[0]}:`;
  }
  #choose(emoji) {
    remember(emoji);
    this.root.hidePopover();
    if (this.opener?.isConnected) this.opener.focus({ preventScroll: true });
    this.chosen(emoji);
  }
  #fieldKey(event) {
    const first = this.grid.firstElementChild;
    if (isComposed(event) || !first) return;
    if (event.key === "Enter") this.#choose(first.dataset.emoji);
    else if (event.key === "ArrowDown") first.focus();
    else return;
    event.preventDefault();
  }
  #tabKey(event) {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const tabs = [...this.tabs.children];
    const next = tabs.at((tabs.indexOf(document.activeElement) + step) % tabs.length);
    this.#showGroup(Number(next.dataset.group));
    next.focus();
  }
  #gridKey(event) {
    const buttons = [...this.grid.children];
    const at = buttons.indexOf(event.target);
    const next = moved(at, event.key, buttons.length, columnsOf(buttons));
    if (next === null) return;
    event.preventDefault();
    if (next < 0) return this.field.focus();
    event.target.tabIndex = -1;
    buttons[next].tabIndex = 0;
    buttons[next].focus();
  }
}

/** Where a key leads in a grid of so many in so many columns: a place, -1 for above it, null for nowhere. Pure. */
export function moved(at, key, many, columns) {
  const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns };
  if (key === "Home") return 0;
  if (key === "End") return many - 1;
  if (!(key in steps)) return null;
  const next = at + steps[key];
  if (next < 0) return -1;
  return Math.min(next, many - 1);
}

function columnsOf(buttons) {
  const other = buttons.findIndex((button) => button.offsetTop > buttons[0].offsetTop);
  return other < 0 ? buttons.length : other;
}

function emojiButton({ emoji, label }) {
  const button = make("button", { type: "button", className: "deed emoji", tabIndex: -1, textContent: emoji, ariaLabel: label });
  button.dataset.emoji = emoji;
  return button;
}
