/** What one does with messages: what is offered, and what happens then. */

import { Actions } from "./actions.js";
import { Changes } from "./changes.js";
import { beginning, factsOf, part, seqOf } from "./message.js";
import { offered } from "./rights.js";
import { copy } from "./share.js";
import { t } from "./strings.js";

export class Deeds {
  /** `who()` tells who asks, as `rights.js` wants it. */
  constructor(main, { room, me, messages, scroll, who }) {
    Object.assign(this, { room, messages, who, url: main.dataset.url });
    this.rules = { editHours: Number(main.dataset.editHours) };
    this.changes = new Changes({ room, me, messages, scroll });
    this.actions = new Actions(main, messages, {
      offers: (facts) => offered(facts, who(), this.rules),
      act: (name, item, button) => this[`_${name}`](item, button),
    });
  }
  /** What the composer asks for. */
  get asks() {
    return {
      edit: (seq, text) => this.changes.edit(seq, text),
      remove: (seq) => this.messages.has(seq) && this.changes.remove(this.messages.find(seq)),
      editLast: () => this.#editLast(),
    };
  }
  /** A message was put into the page. */
  shown(item) {
    this.changes.shown(item);
  }

  _reply(item) {
    this.composer.about(this.#subject("reply", item));
  }
  async _edit(item) {
    const text = await this.changes.text(seqOf(item));
    if (text === null) return this.changes.complain(seqOf(item), t("It cannot be changed now. Try again."));
    this.composer.about(this.#subject("edit", item), text);
  }
  _remove(item) {
    this.changes.remove(item);
  }
  async _link(item, button) {
    const url = `${this.url}/${seqOf(item)}`;
    if (!(await copy(url, button))) prompt(t("Copy this address"), url);
    else this.changes.tell(seqOf(item), t("Copied"));
  }
  async _text(item, button) {
    if (await copy(part(item, "text").innerText.trim(), button)) this.changes.tell(seqOf(item), t("Copied"));
  }

  #subject(kind, item) {
    return { kind, seq: seqOf(item), user_name: factsOf(item).name, message: beginning(item) };
  }
  /** Edit the last of one's own words; tells whether there is one. */
  #editLast() {
    const may = (item) => offered(factsOf(item), this.who(), this.rules).includes("edit");
    const last = this.messages.shown().findLast(may);
    if (last) this._edit(last);
    return Boolean(last);
  }
}

