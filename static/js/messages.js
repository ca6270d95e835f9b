/** The messages in the page: shown in the order of their seq, in the groups of `times.js`, and those on their way. */

import { putHtml } from "./html.js";
import { putFace } from "./people.js";
import { explain, t } from "./strings.js";
import { clock, day, full, goesOn, sameDay } from "./times.js";

const KEPT_IN_PAGE = 300;

export class Messages {
  constructor(root, room) {
    this.room = room;
    this.list = root.querySelector("[data-messages]");
    this.pendingList = root.querySelector("[data-pending]");
    this.template = root.parentElement.querySelector("[data-message]").content.firstElementChild;
    this.dayTemplate = root.parentElement.querySelector("[data-day]").content.firstElementChild;
    this.bySeq = new Map(this.#shown().map((item) => [Number(item.dataset.seq), item]));
    for (const item of this.#shown()) this.#showTime(item, item.dataset.at);
    for (const item of this.#shown()) letScroll(item);
    for (const item of this.#shown()) this.#place(item);
  }

  get oldest() {
    return this.#seqOf(this.list.querySelector(".message"));
  }
  get newest() {
    return this.#seqOf([...this.list.querySelectorAll(".message")].at(-1));
  }
  has(seq) {
    return this.bySeq.has(seq);
  }

  /** Show a message, new or changed, in its place. */
  put(message) {
    const known = this.bySeq.get(message.seq);
    if (known && Number(known.dataset.changed) > message.changed) return known;
    const item = known ?? this.template.cloneNode(true);
    this.#fill(item, message);
    if (!known) this.#insert(item, message.seq);
    this.#place(item);
    const next = this.#beside(item, "nextElementSibling");
    if (next) this.#place(next);
    return item;
  }
  clear() {
    this.list.replaceChildren();
    this.bySeq.clear();
  }
  /** Drop the oldest where the page grows long; tells whether any were. */
  trim() {
    if (this.bySeq.size <= KEPT_IN_PAGE) return false;
    const surplus = this.#shown().slice(0, this.bySeq.size - KEPT_IN_PAGE);
    for (const item of surplus) {
      this.bySeq.delete(this.#seqOf(item));
      item.remove();
    }
    this.#place(this.list.querySelector(".message"));
    return true;
  }

  /** Today is yesterday after midnight. */
  nameDays() {
    for (const line of this.list.querySelectorAll(".day")) line.firstElementChild.textContent = day(line.nextElementSibling.dataset.at);
  }

  /** What is on its way: `entries` of the outbox, in order. `act(entry, what, name)` is called for its buttons. */
  pending(entries, me, act) {
    const ids = new Set(entries.map(({ id }) => id));
    for (const item of [...this.pendingList.children]) if (!ids.has(item.dataset.id)) item.remove();
    let before = said([...this.list.querySelectorAll(".message")].at(-1));
    for (const entry of entries) {
      const item = [...this.pendingList.children].find((one) => one.dataset.id === entry.id) ?? this.#newPending(entry, me);
      this.#showState(item, entry, act);
      this.pendingList.append(item);
      item.classList.toggle("follows", before !== null && goesOn(before, said(item)));
      before = said(item);
    }
  }
  /** It stands in the log now. */
  arrived(id) {
    [...this.pendingList.children].find((item) => item.dataset.id === id)?.remove();
  }

  #shown() {
    return [...this.list.querySelectorAll(".message")];
  }
  #seqOf(item) {
    return item ? Number(item.dataset.seq) : null;
  }
  #fill(item, message) {
    const part = (name) => item.querySelector(`[data-part=${name}]`);
    const { seq, changed, person, at } = message;
    item.id = `m${seq}`;
    Object.assign(item.dataset, { seq, changed, person, at });
    putFace(item.querySelector(".face"), person, message.user_name);
    part("name").textContent = message.user_name;
    part("link").href = `/r/${encodeURIComponent(this.room)}/${seq}`;
    part("edited").hidden = !message.edited || message.removed;
    this.#showTime(item, at);
    if (message.removed) part("text").replaceChildren(note("removed", t("This message was removed.")));
    else putHtml(part("text"), message.html);
    letScroll(item);
  }
  #showTime(item, at) {
    const time = item.querySelector("time");
    time.dateTime = at;
    time.textContent = clock(at);
    time.title = full(at);
  }
  #insert(item, seq) {
    let before = this.list.lastElementChild;
    while (before && !(this.#seqOf(before) < seq)) before = before.previousElementSibling;
    if (before) before.after(item);
    else this.list.prepend(item);
    this.bySeq.set(seq, item);
  }
  /** Give a message its day above it, where it opens one, and join it to the one before, where it goes on. */
  #place(item) {
    const before = this.#beside(item, "previousElementSibling");
    const opens = !before || !sameDay(before.dataset.at, item.dataset.at);
    let line = item.previousElementSibling;
    if (line && !line.matches(".day")) line = null;
    if (!opens) line?.remove();
    else {
      if (!line) item.before((line = this.dayTemplate.cloneNode(true)));
      line.firstElementChild.textContent = day(item.dataset.at);
    }
    item.classList.toggle("follows", !opens && goesOn(said(before), said(item)));
  }
  #beside(item, way) {
    let other = item[way];
    while (other && !other.matches(".message")) other = other[way];
    return other;
  }

  #newPending(entry, me) {
    const item = this.template.cloneNode(true);
    Object.assign(item.dataset, { id: entry.id, person: me.id, at: new Date(entry.at).toISOString() });
    putFace(item.querySelector(".face"), me.id, entry.name ?? me.name);
    item.querySelector("[data-part=name]").textContent = entry.name ?? me.name;
    item.querySelector("[data-part=link]").remove();
    item.querySelector("[data-part=edited]").hidden = true;
    item.querySelector("[data-part=text]").replaceChildren(note("as-typed", entry.text));
    return item;
  }
  #showState(item, entry, act) {
    const state = item.querySelector("[data-part=state]");
    const failed = entry.state === "failed";
    const said = failed ? `failed ${entry.error?.code} ${entry.error?.suggestion}` : entry.waits;
    if (item.dataset.state === said) return;
    item.dataset.state = said;
    item.classList.toggle("failed", failed);
    state.hidden = false;
    state.setAttribute("role", failed ? "alert" : "status");
    state.replaceChildren(failed ? `${t("Not sent.")} ${explain(entry.error)}` : entry.waits, ...(failed ? choices(entry, act) : []));
  }
}

/** Code may be wider than the page: who has no mouse scrolls it once it can be focused. */
function letScroll(item) {
  for (const code of item.querySelectorAll("pre")) code.tabIndex = 0;
}

function choices(entry, act) {
  const { code, suggestion } = entry.error;
  const again =
    code === "name_taken" && suggestion
      ? button(t("Be “{name}”", { name: suggestion }), () => act(entry, "retry", suggestion))
      : button(t("Try again"), () => act(entry, "retry"));
  return [again, button(t("Discard"), () => act(entry, "discard"))];
}

function said(item) {
  if (!item) return null;
  const { person, at } = item.dataset;
  return { person, at, name: item.querySelector("[data-part=name]").textContent };
}

function note(kind, text) {
  const element = document.createElement("span");
  element.className = kind;
  element.textContent = text;
  return element;
}

function button(text, act) {
  const element = document.createElement("button");
  element.type = "button";
  element.className = "button";
  element.textContent = text;
  element.addEventListener("click", act);
  return element;
}
