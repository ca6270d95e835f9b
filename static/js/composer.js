/** The form to speak. What is typed stays until it is in the outbox, through a reload too. */

import { Drafts } from "./drafts.js";
import { newId } from "./ids.js";
import { isComposed } from "./keys.js";
import { parsed } from "./orders.js";
import { explain, t } from "./strings.js";
import { Subject } from "./subject.js";

const CHARACTERS = 4_000;
const NEAR_CHARACTERS = 3_600;
const SIGN = /[@#:/]/;
const NUMBER = new Intl.NumberFormat();

export class Composer {
  #leaving = [];
  #isNative = false;
  #completion = null;

  /**
   * `say(entry)` takes what is said; `edit(seq, text)` gives the server's answer; `obey(order)` gives a refusal in words
   * or nothing, and so does `rename(name)`; `remove(seq)` and `editLast()` are asked for; `known` is who and what a text can name.
   */
  constructor(form, { me, room, typing, ...asks }) {
    Object.assign(this, { form, me, typing, asks });
    this.field = form.elements.message;
    this.nameField = form.elements.user_name;
    this.nameLine = form.querySelector("[data-name-line]");
    this.error = form.querySelector("[data-error]");
    this.left = form.querySelector("[data-left]");
    this.drafts = new Drafts(me.id, room);
    this.subject = new Subject(form.querySelector("[data-subject]"), this.drafts, () => this.cancel());
    this.field.required = false; // an empty message is simply not sent
    this.nameField.required = false;
    form.noValidate = true;
    this.field.value ||= this.drafts.get(this.#draft);
    this.#sized();
    form.addEventListener("submit", (event) => this.#submit(event));
    form.addEventListener("input", () => this.error.hidden || this.#complain(""));
    this.field.addEventListener("input", () => this.#typed());
    this.field.addEventListener("keydown", (event) => this.#key(event));
    form.querySelector("[data-pick]").addEventListener("click", (event) => this.#pick(event.currentTarget));
    this.nameField.addEventListener("keydown", (event) => this.#nameKey(event));
    if (matchMedia("(hover: hover)").matches && !location.hash && me.name) this.focus();
  }
  /** The name in the field, for who has none yet. */
  get name() {
    return this.me.name ? null : this.nameField.value.trim();
  }
  /** Be called what stands in the name's field, or ask for a name. Tells whether I have one then. */
  async introduce() {
    const refusal = this.name ? await this.asks.rename(this.name) : t("Say who you are first.");
    this.#complain(refusal ?? "", refusal ? this.nameField : undefined);
    return !refusal;
  }
  focus() {
    this.field.focus({ preventScroll: true });
  }
  /** Speak about a message from now on: `subject` as `Subject` has it; for an edit with its `text` as it was typed. */
  about(subject, text) {
    if (this.subject.edit) this.cancel();
    this.subject.set(subject);
    if (text !== undefined) this.#fill(text);
    this.focus();
  }
  /** Neither reply nor edit, but the next word. */
  cancel() {
    const wasEdit = this.subject.edit;
    this.drafts.set("edit", "");
    this.subject.set(null);
    if (wasEdit) this.#fill(this.drafts.get());
    this.#complain("");
    this.focus();
  }
  /** Put something where the caret stands, as if it were typed. */
  insert(text) {
    this.focus();
    this.field.setRangeText(text, this.field.selectionStart, this.field.selectionEnd, "end");
    this.field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  /** Let the browser send the form, also what has been written meanwhile. */
  sendNatively(texts) {
    this.#isNative = true;
    this.#prepend(texts);
  }
  /** Send by the socket, as a page with scripts does. */
  sendLive() {
    this.#isNative = false;
  }
  /** I have a name now. */
  named() {
    if (this.nameLine.hidden) return;
    const hadFocus = this.nameLine.contains(document.activeElement);
    this.nameLine.hidden = this.nameField.disabled = true;
    if (hadFocus) this.field.focus();
  }

  get #draft() {
    return this.subject.edit ? "edit" : "";
  }
  #submit(event) {
    const { value: text } = this.field;
    if (this.#isNative && !this.subject.edit && this.#check(text)) return this.drafts.set("", "");
    event.preventDefault();
    if (this.subject.edit) this.#change(this.subject.edit, text);
    else if (this.#check(text)) this.#sendOrObey(text);
  }
  #sendOrObey(typed) {
    const { text, order, rest, unknown } = parsed(typed);
    if (text !== undefined) return this.#send(text);
    if (!unknown) return this.#obey({ order, rest });
    const sentence = t("There is no command “/{name}”. /help tells those there are; begin with // to say it as it is.", { name: unknown });
    this.#complain(sentence, this.field);
  }
  async #obey(order) {
    const refusal = await this.asks.obey(order);
    if (refusal) return this.#complain(refusal, this.field);
    this.#fill("");
  }
  #check(text) {
    if (!text.trim()) return void this.field.focus();
    if ([...text].length > CHARACTERS) return void this.#complain(t("At most {n} characters.", { n: NUMBER.format(CHARACTERS) }), this.field);
    if (this.name === "") return void this.#complain(t("Say who you are first."), this.nameField);
    this.#complain("");
    return true;
  }
  #send(text) {
    this.#hand(text, this.subject.reply);
    this.subject.set(null);
    this.#fill("");
    this.typing.sent();
    this.field.focus();
  }
  /** Hand it to the outbox; until it has it, it belongs to the draft. */
  async #hand(text, reply) {
    this.#leaving.push(text);
    const kept = await this.asks.say({ id: newId(), text, name: this.name, reply }).then(() => true, () => false);
    this.#leaving.splice(this.#leaving.indexOf(text), 1);
    this.#prepend(kept ? [] : [text]);
    if (!kept) this.#complain(t("This browser could not keep it. Try again."), this.field);
  }
  /** Change what was said; who leaves nothing of it wants it gone. */
  async #change({ seq }, text) {
    if (!text.trim()) {
      this.cancel();
      return this.asks.remove(seq);
    }
    if (!this.#check(text)) return;
    this.field.readOnly = true;
    const answer = await this.asks.edit(seq, text);
    this.field.readOnly = false;
    if (answer.ok) this.cancel();
    else this.#complain(`${t("Not changed.")} ${explain(answer.error)}`, this.field);
  }
  #prepend(texts) {
    if (this.subject.edit) return this.drafts.set("", [...texts, this.drafts.get()].filter(Boolean).join("\n"));
    this.#fill([...texts, this.field.value].filter(Boolean).join("\n"));
  }
  #fill(text) {
    this.field.value = text;
    this.#sized();
    this.#keepDraft();
  }
  #complain(sentence, field) {
    this.error.textContent = sentence;
    this.error.hidden = !sentence;
    for (const one of [this.field, this.nameField]) {
      one.toggleAttribute("aria-invalid", one === field);
      if (one === field) one.setAttribute("aria-describedby", this.error.id);
      else one.removeAttribute("aria-describedby");
    }
    field?.focus();
  }
  #key(event) {
    if (isComposed(event)) return;
    if (event.key === "Escape" && this.subject.now) return this.cancel();
    if (event.key === "ArrowUp" && !this.field.value && !this.subject.now && this.asks.editLast()) return event.preventDefault();
    // On a phone Enter makes a line, and the button sends.
    if (event.key !== "Enter" || event.shiftKey || matchMedia("(pointer: coarse)").matches) return;
    event.preventDefault();
    this.form.requestSubmit();
  }
  async #startCompletion() {
    const { Completion } = await import("./completion.js");
    new Completion(this.field, this.asks.known).look();
  }
  async #pick(button) {
    const { openPicker } = await import("./picker.js");
    openPicker(button, (emoji) => this.insert(emoji));
  }
  #nameKey(event) {
    if (event.key !== "Enter" || isComposed(event)) return;
    event.preventDefault();
    if (this.field.value.trim()) this.form.requestSubmit();
    else this.field.focus();
  }
  #typed() {
    this.#sized();
    if (!this.#completion && SIGN.test(this.field.value)) this.#completion = this.#startCompletion();
    if (this.field.value && !this.subject.edit) this.typing.say();
    this.#keepDraft();
  }
  /** With what the outbox does not hold yet. */
  #keepDraft() {
    const leaving = this.subject.edit ? [] : this.#leaving;
    this.drafts.set(this.#draft, [...leaving, this.field.value].filter(Boolean).join("\n"));
  }
  #sized() {
    const isNear = this.field.value.length > NEAR_CHARACTERS;
    const left = isNear ? CHARACTERS - [...this.field.value].length : 0;
    this.left.hidden = !isNear;
    this.left.textContent = !isNear ? "" : left < 0 ? t("{n} too many", { n: NUMBER.format(-left) }) : t("{n} left", { n: NUMBER.format(left) });
    this.left.classList.toggle("over", left < 0);
    if (CSS.supports("field-sizing", "content")) return;
    this.field.style.height = "auto";
    this.field.style.height = `${this.field.scrollHeight}px`;
  }
}
