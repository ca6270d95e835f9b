/** The page of a room: brings the log, the socket, the outbox and what is seen together. */

import { About } from "./about.js";
import { watchAddresses } from "./addresses.js";
import { Composer } from "./composer.js";
import { Deeds } from "./deeds.js";
import { History } from "./history.js";
import { known } from "./known.js";
import { begin, step } from "./log.js";
import { Messages } from "./messages.js";
import { ofRoom } from "./outbox.js";
import { Here } from "./people.js";
import { Reading } from "./reading.js";
import { Scroll } from "./scroll.js";
import { startSharing } from "./share.js";
import { ask, keepKey, NO_ANSWER, socket } from "./socket.js";
import { explain, t } from "./strings.js";
import { Typing } from "./typing.js";
import { Walk } from "./walk.js";

const AWAY_MS = 8_000;

export class Room {
  #state;
  #wasLive = false;
  #version;
  #renaming = null;
  #entries = [];
  #acknowledged = [];

  constructor(main, { me, rooms, alerts, outbox, notice }) {
    const talk = main.querySelector("[data-talk]");
    this.name = main.dataset.room;
    Object.assign(this, { main, me, rooms, alerts, outbox, notice });
    this.about = new About(main, { room: this.name, rooms });
    this.messages = new Messages(talk, this.name);
    this.scroll = new Scroll(talk);
    this.history = new History(main, this.name, this.messages, this.scroll);
    const { messages, scroll, history } = this;
    this.reading = new Reading(main, { room: this.name, me, rooms, messages, scroll, history });
    this.here = new Here(document.querySelector("[data-here]"), me);
    this.typing = new Typing(main.querySelector("[data-typing]"), this.name);
    this.walk = new Walk(this.messages);
    const mark = (seq) => this.reading.mark(seq);
    this.deeds = new Deeds(main, { room: this.name, me, messages, scroll, mark, who: () => this.#who() });
    const may = (what) => this.about.may(what);
    const obey = async (order) => (await import("./commands.js")).carryOut(order, this.about);
    const asks = { ...this.deeds.asks, obey, known: known({ messages, me, may }), say: (entry) => this.say(entry), rename: (name) => this.rename(name) };
    this.composer = new Composer(main.querySelector("[data-composer]"), { me, room: this.name, typing: this.typing, ...asks });
    this.deeds.composer = this.composer;
    this.messages.onput = (item, message) => this.#put(item, message);
    this.#state = begin({ room: this.name, last: Number(main.dataset.head), epoch: main.dataset.epoch || null });
    this.#version = main.dataset.version;
    if (main.dataset.marked) this.messages.light(Number(main.dataset.marked))?.scrollIntoView({ block: "center" });
    startSharing(main);
    watchAddresses(main, this.name, this.history);
    messages.list.addEventListener("click", ({ target }) => target.closest(".day-jump") && this.#goToDay(target.closest(".day")));
    this.#listen();
  }

  get live() {
    return this.#state.phase === "live";
  }

  /** Put what was written into the outbox, and show it on its way. Who left comes back in by speaking. */
  async say({ id, text, name, reply }) {
    this.#comeBack();
    this.history.toNewest();
    await this.outbox.add({ id, room: this.name, text, name, reply });
  }

  /** The outbox changed: show what is on its way here. */
  showPending(entries, sent) {
    this.#entries = entries;
    if (sent?.entry.room === this.name && sent.answer.you?.may) this.about.allow(sent.answer.you.may);
    if (sent?.entry.room === this.name) this.#acknowledged.push({ ...sent.entry, seq: sent.answer.seq, waits: t("sending …") });
    this.#dropPassed();
    const waits = socket.connected ? t("sending …") : t("waiting for the connection …");
    const own = ofRoom(entries, this.me.id, this.name).map((entry) => ({ ...entry, waits }));
    const change = () => this.messages.showPending([...this.#acknowledged, ...own], this.me, (...given) => this.#act(...given));
    this.scroll.hold(change);
  }
  /** What was acknowledged stays in sight until the log has brought it, shown or not. */
  #dropPassed() {
    const { last } = this.#state;
    for (const { id, seq } of this.#acknowledged) if (seq <= last) this.messages.pending.arrived(id);
    this.#acknowledged = this.#acknowledged.filter(({ seq }) => seq > last);
  }

  /** The server takes no connection from this address: the form sends as it does without scripts. */
  refused() {
    const { url } = this.main.dataset;
    const isElsewhere = new URL(url).origin !== location.origin;
    const sentence = t("The server takes no live talk from this address. You can read here, and send: the page loads anew each time.");
    this.notice.refused(sentence, isElsewhere ? { label: url.replace(/^\w+:\/\//, ""), href: url } : undefined);
    const kept = ofRoom(this.#entries, this.me.id, this.name);
    this.composer.sendNatively(kept.map(({ text }) => text));
    for (const { id } of kept) this.outbox.discard(id);
  }

  #act(entry, what, name) {
    this.composer.focus(); // the button that was pressed goes away
    if (what === "discard") return this.outbox.discard(entry.id);
    const own = this.composer.name;
    return this.outbox.retry(entry.id, { name: name ?? (own || entry.name) });
  }

  #listen() {
    socket.on("connect", () => this.composer.sendLive());
    socket.on("connect", () => this.#step({ type: "connected" }));
    socket.on("disconnect", () => this.#step({ type: "disconnected" }));
    socket.on("my response", (message) => this.#told(message, { seq: message.seq, message }));
    socket.on("changed", (event) => this.#told(event, { seq: event.seq, message: event.message }));
    socket.on("room", (event) => this.#told(event, { seq: event.seq, facts: event }));
    socket.on("members", (event) => event.room === this.name && this.#members(event));
    socket.on("seen", (event) => event.room === this.name && this.reading.told(event));
    socket.on("typing", (event) => event.room === this.name && this.typing.told(event));
  }
  #told(event, told) {
    if (event.room === this.name) this.#step({ type: "told", ...told });
  }
  #members(event) {
    this.here.told(event);
    for (const { id, user_name: name } of event.came) if (id === this.me.id) this.#called(name);
    if (event.went.some(({ id }) => id === this.me.id)) this.#step({ type: "left" });
  }
  #step(event) {
    const { state, effects } = step(this.#state, event);
    this.#state = state;
    this.main.dataset.phase = state.phase;
    // All at once what is to be shown: each by itself would lay the page out anew.
    const shown = effects.filter((effect) => effect.do === "show").map(({ message }) => message);
    if (shown.length) this.#show(shown);
    this.#dropPassed();
    for (const effect of effects) if (effect.do !== "show") this[`_${effect.do}`](effect);
  }

  _join({ ask: number, after, epoch }) {
    this.notice.say("");
    const { name, told } = this.#renaming ?? {};
    this.#renaming = null;
    const fields = { room: this.name, after, ...(epoch ? { epoch } : {}), ...(name ? { user_name: name } : {}) };
    const got = (answer) => {
      told?.(answer.ok ? (answer.you.user_name === name ? null : t("That name is taken here. You are “{name}” now.", { name: answer.you.user_name })) : explain(answer.error));
      // A name that cannot be had is no reason to be out: come in as before.
      if (name && !answer.ok) this._join({ ask: number, after, epoch });
      else this.#step({ type: "answered", ask: number, answer });
    };
    ask("join", fields, { got });
  }
  /** Be called otherwise. Gives the refusal in words, or nothing. */
  rename(name) {
    if (!this.live) return Promise.resolve(explain(NO_ANSWER.error));
    return new Promise((told) => {
      this.#renaming = { name, told };
      this.#step({ type: "again" });
    });
  }
  _wait({ ask: number, seconds }) {
    setTimeout(() => this.#step({ type: "waited", ask: number }), seconds * 1000);
  }
  #show(messages) {
    for (const message of messages) this.#arrived(message);
    this.history.told(messages);
    this.reading.look();
  }
  _reset({ messages }) {
    for (const message of messages) this.#arrived(message);
    this.history.reset(messages);
    this.notice.say(t("You were away for long. These are the newest messages."), { ms: AWAY_MS });
  }
  _facts({ room }) {
    this.about.told(room);
    if (room.pins) this.deeds.pinned(room.pins);
  }
  /** Who I am to the messages here, as `rights.js` wants it. */
  #who() {
    return { id: this.me.id, name: this.me.name, isLive: this.live, isKept: this.reading.isKept, may: (what) => this.about.may(what) };
  }
  _live({ answer }) {
    if (!this.#isStillMe(answer.you)) return;
    this.#called(answer.you.user_name);
    this.about.allow(answer.you.may);
    this._facts(answer);
    this.about.joined(answer);
    this.here.anew();
    this.history.live();
    this.reading.joined(answer);
    this.outbox.flush();
    if (answer.version !== this.#version) this.#isOld();
  }
  /** The server was renewed while this page was open. What waits to be sent is kept through the reload. */
  #isOld() {
    this.notice.say(t("This page is older than its server."), { way: { label: t("Load it again"), act: () => location.reload() } });
  }
  /** Somebody else's cookie is in this browser now: their page is another one. */
  #isStillMe(you) {
    if (you.id !== this.me.id && (this.#wasLive || !you.key)) {
      location.reload();
      return false;
    }
    // Where the browser keeps no cookies, the person of the page is the one of its first connection.
    if (you.id !== this.me.id) this.outbox.becomes((this.me.id = you.id));
    keepKey(you);
    this.#wasLive = true;
    return true;
  }
  _refused({ error }) {
    this.notice.say(error.code === "room_not_found" ? t("This room is not open any more.") : explain(error));
  }

  /** Another tab of this person left for good: this one is out as well, until it is asked back in. */
  _left() {
    this.here.nobody();
    this.rooms.left(this.name);
    const way = { label: t("Come back in"), act: () => this.#comeBack() };
    this.notice.say(t("You left this room in another tab."), { way });
  }
  #comeBack() {
    this.#step({ type: "returned" });
  }

  #arrived(message) {
    this.typing.stopped(message.user_name);
    if (message.person === this.me.id || message.mentions?.includes(this.me.id)) this.alerts.offer(this.notice);
    this.deeds.changed(message);
    this.reading.arrived(message);
    if (message.person !== this.me.id) return;
    this.messages.pending.arrived(message.id);
    this.#called(message.user_name);
    this.rooms.mine(this.name);
  }
  async #goToDay({ nextElementSibling: first }) {
    (await import("./days.js")).openDays(this.name, this.history, first.dataset.at);
  }
  #put(item, message) {
    this.deeds.shown(item, message);
    this.walk.settle();
    this.reading.placed();
  }
  #called(name) {
    this.me.called(name);
    if (this.me.name) this.composer.named();
  }
}
