/** What one does with messages: what is offered, and what happens then. */

import { Actions } from "./actions.js";
import { Changes } from "./changes.js";
import { beginning, factsOf, firstOf, part, seqOf, showPinned } from "./message.js";
import { Reactions } from "./reactions.js";
import { offered } from "./rights.js";
import { copy } from "./share.js";
import { explain, t } from "./strings.js";

export class Deeds {
  pins = new Set();

  /** `who()` tells who asks, as `rights.js` wants it. */
  constructor(main, { room, me, messages, scroll, mark, who }) {
    Object.assign(this, { room, me, messages, scroll, mark, who, url: main.dataset.url });
    this.rules = { editHours: Number(main.dataset.editHours) };
    this.changes = new Changes({ room, me, messages, scroll });
    const { list } = messages;
    this.reactions = new Reactions(main, { room, me, list, asked: (item, emoji, on) => this.#react(item, emoji, on) });
    for (const item of messages.shown()) this.#lightMe(item);
    this.actions = new Actions(main, messages, {
      offers: (item) => this.offers(item),
      act: (name, item, button) => this[`_${name}`](item, button),
    });
  }
  /** The names of what one may do with a message now. */
  offers(item) {
    return offered(factsOf(item), this.who(), this.rules);
  }
  /** What the composer asks for. */
  get asks() {
    return {
      edit: (seq, text) => this.changes.edit(seq, text),
      remove: (seq) => this.messages.has(seq) && this.changes.remove(this.messages.find(seq)),
      editLast: () => this.#editLast(),
    };
  }
  /** A message of the wire was put into the page. */
  shown(item, message) {
    this.reactions.show(item, message.reactions);
    this.changes.shown(item);
    this.#lightMe(item);
    showPinned(item, this.pins.has(message.seq));
  }
  /** The messages that are pinned now, as the room's facts have them. */
  pinned(pins) {
    this.pins = new Set(pins.map(({ seq }) => seq));
    for (const item of this.messages.shown()) showPinned(item, this.pins.has(seqOf(item)));
  }
  /** What quotes a message shows it as it is now. */
  changed(message) {
    if (message.changed === message.seq) return;
    const words = message.removed ? t("This message was removed.") : firstOf(message.message);
    for (const quote of this.messages.list.querySelectorAll(`[data-quoted="${message.seq}"]`)) part(quote, "quoted-words").textContent = words;
  }

  _react(item, { dataset: { emoji } }) {
    this.reactions.toggle(item, emoji);
  }
  async _pick(item, button) {
    const { openPicker } = await import("./picker.js");
    openPicker(button.checkVisibility() ? button : item, (emoji) => this.reactions.toggle(item, emoji));
  }
  _reply(item) {
    this.composer.about(this.#subject("reply", item));
  }
  async _edit(item) {
    const text = await this.changes.text(seqOf(item));
    if (text === null) return this.changes.complain(seqOf(item), t("It cannot be changed now. Try again."));
    this.composer.about(this.#subject("edit", item), text);
  }
  _pin(item) {
    this.#pin(item, true);
  }
  _unpin(item) {
    this.#pin(item, false);
  }
  _remove(item) {
    this.changes.remove(item);
  }
  _unread(item) {
    this.mark(seqOf(item));
  }
  async _link(item, button) {
    const url = `${this.url}/${seqOf(item)}`;
    if (!(await copy(url, button))) prompt(t("Copy this address"), url);
    else this.changes.tell(seqOf(item), t("Copied"));
  }
  async _text(item, button) {
    if (await copy(part(item, "text").innerText.trim(), button)) this.changes.tell(seqOf(item), t("Copied"));
  }

  /** Who may talk, and has not said who that is. */
  get #isUnknown() {
    const { name, isLive, may } = this.who();
    return !name && isLive && may("post");
  }
  async #react(item, emoji, on) {
    if (this.#isUnknown && !(await this.composer.introduce())) return;
    if (!this.offers(item).includes("react")) return;
    if (on) this.actions.used(emoji);
    this.scroll.hold(() => this.reactions.turn(item, emoji, on));
    const answer = await this.changes.react(seqOf(item), emoji, on);
    if (answer.ok) return this.reactions.done(seqOf(item), emoji, on);
    this.scroll.hold(() => this.reactions.turn(item, emoji, !on));
    this.changes.complain(seqOf(item), explain(answer.error));
  }
  async #pin(item, on) {
    const answer = await this.changes.pin(seqOf(item), on);
    if (!answer.ok) this.changes.complain(seqOf(item), explain(answer.error));
  }
  #lightMe(item) {
    for (const name of item.querySelectorAll(".mention")) name.classList.toggle("of-me", name.dataset.person === this.me.id);
  }
  #subject(kind, item) {
    return { kind, seq: seqOf(item), user_name: factsOf(item).name, message: beginning(item) };
  }
  /** Edit the last of one's own words; tells whether there is one. */
  #editLast() {
    const may = (item) => this.offers(item).includes("edit");
    const last = this.messages.shown().findLast(may);
    if (last) this._edit(last);
    return Boolean(last);
  }
}
