/** What a room is about: its topic and pins, whether it is archived, and how much of it I want to be told of. */

import { ask, socket } from "./socket.js";
import { explain } from "./strings.js";

const STILL_IN_AN_ARCHIVE = new Set(["archive", "remove"]);

export class About {
  #facts = { topic: "", pins: [], archived: false };
  #may = new Set();

  constructor(main, { room, rooms }) {
    Object.assign(this, { main, room, rooms });
    this.topic = main.querySelector("[data-topic]");
    this.pinned = main.querySelector("[data-pinned]");
    this.bell = main.querySelector("[data-bell]");
    this.levels = document.querySelector("[data-level] fieldset");
    this.menu = document.querySelector("[data-room-menu]");
    this.pinned.addEventListener("click", () => this.open("pins"));
    this.menu.addEventListener("click", (event) => this.#clicked(event));
    this.menu.addEventListener("beforetoggle", () => this.#offer());
    for (const item of this.menu.querySelectorAll("[popovertarget]")) this.#comeBackTo(item);
    this.levels.addEventListener("change", (event) => this.#choose(event.target.value));
    socket.on("level", (event) => event.room === this.room && this.#showLevel(event.level));
  }
  get facts() {
    return this.#facts;
  }
  /** The answer to a join: also my level. */
  joined({ room, level }) {
    if (level) this.#showLevel(level);
    this.told(room);
  }
  /** What I may do here. */
  allow(may) {
    this.#may = new Set(may);
  }
  /** The room's facts as they are now, or those that changed. */
  told(facts) {
    Object.assign(this.#facts, facts);
    const { topic, pins, archived } = this.#facts;
    this.topic.textContent = this.topic.title = topic;
    this.menu.querySelector("[data-part=topic]").textContent = topic;
    this.pinned.hidden = pins.length === 0;
    this.pinned.querySelector("[data-part=number]").textContent = pins.length;
    this.menu.querySelector("[data-part=pins]").textContent = pins.length || "";
    this.main.querySelector("[data-archived]").hidden = !archived;
    this.main.classList.toggle("archived", archived);
  }
  may(what) {
    return this.#may.has(what) && (!this.#facts.archived || STILL_IN_AN_ARCHIVE.has(what));
  }
  /** A removed message is no pin any more. */
  removed(seq) {
    if (this.#facts.pins.some((pin) => pin.seq === seq)) this.told({ pins: this.#facts.pins.filter((pin) => pin.seq !== seq) });
  }
  /** Ask for a change of the room, and give the refusal in words, or nothing. */
  async change(event, fields) {
    const answer = await ask(event, { room: this.room, ...fields });
    return answer.ok ? null : explain(answer.error);
  }

  /** What one cannot do is not offered. */
  #offer() {
    const { archived } = this.#facts;
    const may = { pins: true, topic: this.may("topic"), archive: this.may("archive") && !archived, reopen: this.may("archive") && archived, leave: this.rooms.find(this.room)?.mine };
    for (const item of this.menu.querySelectorAll("[data-about]")) item.hidden = !may[item.dataset.about];
  }
  /** What opens above the menu gives the focus back; the browser does that for the first of them only. */
  #comeBackTo(item) {
    const back = ({ newState }) => newState === "closed" && this.menu.matches(":popover-open") && item.focus();
    item.popoverTargetElement.addEventListener("toggle", back);
  }
  #clicked(event) {
    const item = event.target.closest("[data-about]");
    if (!item) return;
    this.menu.hidePopover();
    this.open(item.dataset.about);
  }
  async open(what) {
    (await import("./about-dialogs.js")).open[what](this);
  }
  #showLevel(level) {
    this.bell.dataset.bell = level;
    for (const choice of this.levels.elements) choice.checked = choice.value === level;
    this.menu.querySelector("[data-part=level]").textContent = this.levels.querySelector(":checked + span > b").textContent;
  }
  async #choose(level) {
    const before = this.bell.dataset.bell;
    this.#showLevel(level);
    if (await this.change("level", { level })) return this.#showLevel(before);
    this.rooms.mine(this.room);
    this.rooms.read({ room: this.room, level });
  }
}
