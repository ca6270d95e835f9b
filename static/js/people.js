/** People: their colour and letters, who is here, and who I am. */

import { t } from "./strings.js";

const HUES = 24;

export function hue(person) {
  return [...person].reduce((number, letter) => (number * 31 + letter.codePointAt(0)) % 65521, 0) % HUES;
}

export function initials(name) {
  const bare = (name ?? "").replace(/\p{M}/gu, "");
  const words = bare.split(/\s+/u).filter(Boolean).map((word) => [...word]);
  const letters = words.length > 1 ? [words[0][0], words[1][0]] : (words[0] ?? []).slice(0, 2);
  return letters.join("").toUpperCase();
}

export function putFace(face, person, name) {
  face.dataset.hue = hue(person);
  face.textContent = initials(name) || "?";
}

/** Me, as the sidebar shows it. */
export class Me {
  status = "active";
  words = "";

  constructor(body, element) {
    this.id = body.dataset.person;
    this.name = body.dataset.userName || null;
    this.element = element;
  }
  called(name) {
    if (!name || name === this.name) return;
    this.name = name;
    this.#show();
  }
  /** What I let others know of me. */
  states({ status = "active", words = "" }) {
    Object.assign(this, { status, words });
    this.#show();
  }
  #show() {
    if (!this.element || !this.name) return;
    this.element.querySelector("[data-part=name]").textContent = this.name;
    this.element.querySelector("[data-part=kind]").textContent = this.words || (this.status === "away" ? t("away") : t("guest"));
    putFace(this.element.querySelector("[data-part=face]"), this.id, this.name);
  }
}

/** Whose face or name was pressed shows their card; with a menu for who I am. Both are loaded when first asked for. */
export function startPeople(me, room) {
  const menu = document.querySelector("[data-me-menu]");
  menu?.addEventListener("beforetoggle", async () => (await import("./me.js")).startMenu(menu, me, room), { once: true });
  document.addEventListener("click", async ({ target }) => {
    const pressed = target.closest?.("[data-card], .mention[data-person], .message .face, .message-name");
    if (!pressed) return;
    const message = pressed.closest(".message");
    const id = pressed.dataset.card ?? pressed.dataset.person ?? message.dataset.person;
    const name = (message ?? pressed).querySelector("[data-part=name]")?.textContent ?? pressed.textContent;
    (await import("./card.js")).openCard(id, name, pressed);
  });
}

const TOLD_AT_MOST = 50;
const LISTED_AT_MOST = 100;

/** Who is here: a list kept by what the server tells. */
export class Here {
  #anew = false;

  constructor(element, me) {
    this.me = me;
    this.list = element.querySelector("[data-people]");
    this.more = element.querySelector("[data-here-more]");
    this.paused = element.querySelector("[data-here-paused]");
    this.template = element.querySelector("[data-person-item]");
    this.numbers = document.querySelectorAll("[data-here-number]");
  }
  /** The next word tells all who are here: who went while we were away was not told. */
  anew() {
    this.#anew = true;
  }
  told({ here, came, went, paused = false }) {
    if (this.#anew) this.#forgetAllBut(came);
    this.#anew = false;
    for (const { id } of went) this.#find(id)?.remove();
    for (const person of came) this.#put(person);
    for (const person of came) if (person.id === this.me.id) this.me.states(person);
    for (const number of this.numbers) number.textContent = here || "";
    const unnamed = Math.max(0, here - this.list.children.length);
    this.more.hidden = unnamed === 0;
    this.paused.hidden = !paused;
    const allAreListed = this.list.children.length < TOLD_AT_MOST;
    this.more.textContent = allAreListed ? t("{n} reading", { n: unnamed }) : t("and {n} more", { n: unnamed });
  }
  /** This page does not hear of the room any more. */
  nobody() {
    this.#anew = true;
    this.told({ here: 0, came: [], went: [] });
  }
  #forgetAllBut(people) {
    const kept = new Set(people.map(({ id }) => id));
    for (const item of [...this.list.children]) if (!kept.has(item.dataset.person)) item.remove();
  }
  #find(id) {
    return [...this.list.children].find((item) => item.dataset.person === id);
  }
  #put({ id, user_name: name, status, words = "" }) {
    const known = this.#find(id);
    if (!known && id !== this.me.id && this.list.children.length >= LISTED_AT_MOST) return;
    const item = known?.querySelector("button") ? known : this.template.content.firstElementChild.cloneNode(true);
    const part = (what) => item.querySelector(`[data-part=${what}]`);
    item.dataset.person = item.querySelector("button").dataset.card = id;
    item.toggleAttribute("data-away", status === "away");
    putFace(item.querySelector(".face"), id, name);
    part("name").textContent = name;
    part("words").textContent = words;
    part("words").hidden = !words;
    part("away").hidden = status !== "away";
    part("you").hidden = id !== this.me.id;
    if (item.isConnected) return;
    if (known) known.replaceWith(item); // the page brought it, for who runs no script
    else this.list.append(item);
  }
}
