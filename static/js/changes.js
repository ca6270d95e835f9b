/** What the page asks the server to change in messages that stand in the log. */

import { button, part, seqOf, state } from "./message.js";
import { Removals } from "./removals.js";
import { ask, socket } from "./socket.js";
import { explain, t } from "./strings.js";

const TOLD_MS = 2_000;
const COMPLAINED_MS = 6_000;

export class Changes {
  constructor({ room, me, messages, scroll }) {
    Object.assign(this, { room, messages, scroll });
    this.removals = new Removals({
      person: me.id,
      send: ({ room: name, seq }) => ask("remove", { room: name, seq }),
      over: (entry, answer) => this.#removed(entry, answer),
    });
    for (const item of messages.shown()) this.shown(item);
    socket.on("connect", () => this.removals.flush());
    addEventListener("pagehide", () => this.removals.leave());
  }
  /** A message stands in the page: one that is on its way out shows it. */
  shown(item) {
    if (this.removals.has(this.room, seqOf(item))) this.#showGoing(item);
  }
  /** The text of a message as it was typed; null where it cannot be had now. */
  async text(seq) {
    const answer = await ask("history", { room: this.room, from: seq, limit: 1 });
    const found = answer.ok ? answer.messages.find((message) => message.seq === seq) : null;
    return found && !found.removed ? found.message : null;
  }
  edit(seq, text) {
    return ask("edit", { room: this.room, seq, message: text });
  }
  react(seq, emoji, on) {
    return ask("react", { room: this.room, seq, emoji, on });
  }
  pin(seq, on) {
    return ask("pin", { room: this.room, seq, on });
  }
  /** Held back for a moment, in which it can be undone. */
  remove(item) {
    this.removals.add(this.room, seqOf(item));
    this.#showGoing(item);
  }
  /** Say why something was not done, where it was asked for. */
  complain(seq, sentence) {
    this.tell(seq, sentence, { role: "alert", ms: COMPLAINED_MS });
  }
  /** Say something beside a message for a moment. */
  tell(seq, sentence, { role = "status", ms = TOLD_MS } = {}) {
    const item = this.messages.find(seq);
    if (!item) return;
    this.scroll.hold(() => state(item, sentence, { role }));
    setTimeout(() => part(item, "state").textContent === sentence && this.scroll.hold(() => state(item, "")), ms);
  }

  #showGoing(item) {
    const isHeld = this.removals.isHeld(this.room, seqOf(item));
    const buttons = isHeld ? [button(t("Undo"), () => this.#undo(item))] : [];
    item.dataset.going = "";
    this.scroll.hold(() => state(item, t("Removed"), { buttons }));
  }
  #undo(item) {
    if (!this.removals.undo(this.room, seqOf(item))) return;
    this.#stays(item);
    item.focus();
  }
  #removed({ room, seq }, answer) {
    const item = room === this.room && this.messages.find(seq);
    if (!item) return;
    this.#stays(item);
    if (!answer.ok) this.complain(seq, `${t("Not removed.")} ${explain(answer.error)}`);
  }
  #stays(item) {
    delete item.dataset.going;
    this.scroll.hold(() => state(item, ""));
  }
}
