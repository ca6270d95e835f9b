/** The lists of active rooms, in the sidebar and on the first page, kept by what the server tells. */

import { answered, inOrder, merge, read, wanted, wants } from "./active.js";
import { showWanted } from "./badge.js";
import { putFace } from "./people.js";
import { ask, socket } from "./socket.js";
import { t } from "./strings.js";
import { ago } from "./times.js";

const WORD_CHARACTERS = 140;
const COUNTED = 99;

export class Rooms {
  #known = new Map();
  #own = new Map();
  /** Called with a room, as it is now, and as it was before, when something new was said in it. */
  onnews = () => {};
  /** Called with the name of a room of mine in which nothing is new any more. */
  onread = () => {};

  constructor() {
    /** The room of this page, if it is one's. */
    this.current = document.querySelector("[data-room]")?.dataset.room ?? null;
    this.lists = [...document.querySelectorAll("[data-rooms]")].map((element) => new RoomList(element));
    socket.on("connect", () => this.refresh());
    socket.on("rooms", (told) => this.#tell(this.#known, told));
    socket.on("unread", ({ rooms }) => rooms.forEach((news) => this.read(news)));
    for (const event of ["seen", "level"]) socket.on(event, (news) => this.read(news));
    document.addEventListener("visibilitychange", () => this.#show());
  }
  /** Ask for all of them. Gives the answer. */
  refresh(options) {
    return ask("rooms", { on: true }, { ...options, got: (answer) => answer.ok && this.#answered(answer) });
  }
  /** What is known of the rooms, in order; before the server told of any, their names in the page. */
  all() {
    return this.#known.size ? inOrder([...this.#known.values()]) : namesIn(this.lists);
  }
  find(name) {
    return this.#known.get(name);
  }
  /** I spoke there: it is one of mine, be it told of or not. */
  mine(name) {
    if (this.#own.has(name)) return;
    this.#own = answered(this.#own, [{ name, mine: true }]);
    this.#retell(name);
  }
  /** I left it for good. */
  left(name) {
    this.#own = answered(this.#own, [{ name, mine: false }]);
    this.#retell(name);
  }
  /** What is new for me in a room of mine: any of `unread`, `mentions`, `level`, and `seq`, up to which I have seen it. */
  read({ room: name, seq, ...news }) {
    const before = this.#known.get(name);
    this.#own = read(this.#own, name, { ...news, ...(seq === undefined ? {} : { seen: seq }) });
    this.#retell(name);
    const now = this.#known.get(name);
    if (!before || !now) return;
    if (now.unread > before.unread || now.mentions > before.mentions) this.onnews(now, before);
    if (before.unread > 0 && now.unread === 0) this.onread(name);
  }

  #answered(answer) {
    this.#own = answered(this.#own, answer.rooms);
    this.#tell(new Map(), answer);
  }
  #retell(name) {
    if (this.#known.has(name)) this.#tell(this.#known, { rooms: [this.#known.get(name)] });
  }
  #tell(base, told) {
    this.#known = merge(base, told, this.#own);
    this.#show();
  }
  #show() {
    const lookedAt = document.hidden ? null : this.current;
    const rooms = [...this.#known.values()];
    for (const list of this.lists) list.show(rooms, lookedAt);
    showWanted(wanted(rooms, lookedAt));
  }
}

class RoomList {
  #rooms = [];

  constructor(element) {
    this.element = element;
    this.template = element.querySelector("[data-room-item]");
    this.none = element.querySelector("[data-none]");
    this.sections = new Map([...element.querySelectorAll("[data-section]")].map((one) => [one.dataset.section, one]));
    this.field = element.parentElement.querySelector("#find");
    this.field?.addEventListener("input", () => this.#sift());
    for (const walked of [this.field, element]) walked?.addEventListener("keydown", (event) => this.#walk(event));
    for (const event of ["pointerleave", "focusout"]) element.addEventListener(event, () => setTimeout(() => this.#settle()));
  }
  show(rooms, lookedAt) {
    this.#rooms = inOrder(rooms);
    const names = new Set(rooms.map(({ name }) => name));
    for (const item of this.#items()) if (!names.has(item.dataset.name)) item.remove();
    for (const room of this.#rooms) this.#fill(this.#find(room.name) ?? this.#add(room), room, room.name === lookedAt);
    this.#settle();
    this.none.hidden = rooms.length > 0;
    this.#sift();
  }
  #items() {
    return [...this.element.querySelectorAll(".room-item")];
  }
  #find(name) {
    return this.#items().find((item) => item.dataset.name === name);
  }
  #section(room) {
    return this.sections.get(room.mine ? "mine" : "others").querySelector("ul");
  }
  #add(room) {
    const item = this.template.content.firstElementChild.cloneNode(true);
    item.dataset.name = room.name;
    const link = item.querySelector("a");
    link.href = `/r/${encodeURIComponent(room.name)}`;
    if (room.name === this.element.dataset.current) link.setAttribute("aria-current", "page");
    this.#section(room).append(item);
    return item;
  }
  #fill(item, room, isLookedAt) {
    const part = (name) => item.querySelector(`[data-part=${name}]`);
    part("name").textContent = room.name;
    part("number").textContent = room.here;
    part("spoken").textContent = t("{n} here", { n: room.here });
    part("people").replaceChildren(...(room.people ?? []).map(face));
    this.#fillNew(item, room, isLookedAt);
    part("last").hidden = part("ago").hidden = !room.last;
    if (!room.last) return;
    part("speaker").textContent = room.last.user_name;
    part("word").textContent = [...room.last.message].slice(0, WORD_CHARACTERS).join("");
    part("ago").dateTime = room.last.at;
    part("ago").textContent = ago(room.last.at);
  }
  /** How much is new, in the place of how many are here. */
  #fillNew(item, room, isLookedAt) {
    const { count, some } = wants(room, isLookedAt);
    const [badge, here] = [item.querySelector("[data-part=new]"), item.querySelector("[data-part=here]")];
    item.classList.toggle("unread", some);
    badge.hidden = !some;
    badge.classList.toggle("counts", count > 0);
    here.hidden = some || room.here === 0;
    if (some) badge.replaceChildren(...inWords(room));
  }
  /** Put the rooms in order; not while somebody points at one, who would then hit another. */
  #settle() {
    if (!this.element.matches(":hover, :focus-within")) {
      for (const room of this.#rooms) {
        const item = this.#find(room.name);
        if (item) this.#section(room).append(item);
      }
    }
    this.#showSections();
  }
  #showSections() {
    for (const section of this.sections.values()) section.hidden = !section.querySelector(".room-item:not([hidden])");
  }
  /** With the arrows from the field into the list, through it and back. */
  #walk(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || event.altKey || event.isComposing) return;
    const stops = [this.field, ...this.#items().filter((item) => !item.hidden).map((item) => item.querySelector("a"))];
    const next = stops[stops.indexOf(document.activeElement) + step];
    if (!next) return;
    event.preventDefault();
    next.focus();
  }
  /** Those with the letters in the field; without any all but the hidden. */
  #sift() {
    const letters = this.field?.value.trim().replace(/^\//, "").toLowerCase() ?? "";
    const isHidden = ({ name, level }) => level === "hidden" && !letters && name !== this.element.dataset.current;
    const hidden = new Set(this.#rooms.filter(isHidden).map(({ name }) => name));
    for (const item of this.#items()) item.hidden = hidden.has(item.dataset.name) || !item.dataset.name.toLowerCase().includes(letters);
    this.#showSections();
  }
}

/** The number as it is seen, and as it is spoken. */
function inWords({ unread, mentions, level }) {
  const number = document.createElement("span");
  const words = document.createElement("span");
  number.ariaHidden = "true";
  number.textContent = mentions && level !== "everything" ? `@${upTo(mentions)}` : upTo(unread);
  words.className = "unseen";
  words.textContent = mentions ? t("{n} new, {m} for you", { n: unread, m: mentions }) : t("{n} new", { n: unread });
  return [number, words];
}

const upTo = (number) => (number > COUNTED ? `${COUNTED}+` : String(number));

function namesIn(lists) {
  const items = lists.flatMap(({ element }) => [...element.querySelectorAll(".room-item")]);
  return items.map((item) => ({ name: item.dataset.name, here: 0 }));
}

function face({ id, user_name: name }) {
  const element = document.createElement("span");
  element.className = "face tiny";
  element.title = name;
  putFace(element, id, name);
  return element;
}
