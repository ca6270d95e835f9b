/** The lists of active rooms, in the sidebar and on the first page, kept by what the server tells. */

import { answered, inOrder, merge } from "./active.js";
import { putFace } from "./people.js";
import { ask, socket } from "./socket.js";
import { t } from "./strings.js";
import { ago } from "./times.js";

const WORD_CHARACTERS = 140;

export function startRooms() {
  const lists = [...document.querySelectorAll("[data-rooms]")].map((element) => new RoomList(element));
  let known = new Map();
  let own = new Set();
  const tell = (base, told) => {
    known = merge(base, told, own);
    lists.forEach((list) => list.show([...known.values()]));
  };
  const got = (answer) => {
    if (!answer.ok) return;
    own = answered(own, answer.rooms);
    tell(new Map(), answer);
  };
  const refresh = (options) => ask("rooms", { on: true }, { ...options, got });
  const retell = (name) => tell(known, { rooms: known.has(name) ? [known.get(name)] : [] });
  socket.on("connect", () => refresh());
  socket.on("rooms", (event) => tell(known, event));
  return {
    refresh,
    /** The room of this page, if it is one's. */
    current: document.querySelector("[data-room]")?.dataset.room ?? null,
    /** What is known of the rooms, in order; before the server told of any, their names in the page. */
    all: () => (known.size ? inOrder([...known.values()]) : namesIn(lists)),
    /** I spoke there: it is one of mine, be it told of or not. */
    mine(name) {
      if (own.has(name)) return;
      own.add(name);
      retell(name);
    },
    /** I left it for good. */
    left(name) {
      if (own.delete(name)) retell(name);
    },
  };
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
  show(rooms) {
    this.#rooms = inOrder(rooms);
    const names = new Set(rooms.map(({ name }) => name));
    for (const item of this.#items()) if (!names.has(item.dataset.name)) item.remove();
    for (const room of this.#rooms) this.#fill(this.#find(room.name) ?? this.#add(room), room);
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
  #fill(item, room) {
    const part = (name) => item.querySelector(`[data-part=${name}]`);
    part("name").textContent = room.name;
    part("number").textContent = room.here;
    part("spoken").textContent = t("{n} here", { n: room.here });
    part("here").hidden = room.here === 0;
    part("people").replaceChildren(...(room.people ?? []).map(face));
    part("last").hidden = part("ago").hidden = !room.last;
    if (!room.last) return;
    part("speaker").textContent = room.last.user_name;
    part("word").textContent = [...room.last.message].slice(0, WORD_CHARACTERS).join("");
    part("ago").dateTime = room.last.at;
    part("ago").textContent = ago(room.last.at);
  }
  /** Put the rooms in order; not while somebody points at one, who would then hit another. */
  #settle() {
    if (!this.element.matches(":hover, :focus-within")) {
      for (const room of this.#rooms) {
        const item = this.#find(room.name);
        if (item) this.#section(room).append(item);
      }
    }
    for (const section of this.sections.values()) section.hidden = !section.querySelector(".room-item");
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
  #sift() {
    const wanted = this.field?.value.trim().replace(/^\//, "").toLowerCase() ?? "";
    for (const item of this.#items()) item.hidden = !item.dataset.name.toLowerCase().includes(wanted);
  }
}

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
