/** The form to speak. What is typed stays until it is in the outbox, through a reload too. */

import { newId } from "./ids.js";
import { t } from "./strings.js";

const CHARACTERS = 4_000;
const NUMBER = new Intl.NumberFormat();

export class Composer {
  #leaving = [];
  #isNative = false;

  constructor(form, { me, room, say, typing }) {
    Object.assign(this, { form, me, say, typing });
    this.field = form.elements.message;
    this.nameField = form.elements.user_name;
    this.nameLine = form.querySelector("[data-name-line]");
    this.error = form.querySelector("[data-error]");
    this.draft = `rooms:draft:${me.id}:${room}`;
    this.field.required = false; // an empty message is simply not sent
    this.nameField.required = false;
    form.noValidate = true;
    this.#recall();
    form.addEventListener("submit", (event) => this.#submit(event));
    this.field.addEventListener("input", () => this.#typed());
    this.field.addEventListener("keydown", (event) => this.#key(event));
    this.nameField.addEventListener("keydown", (event) => this.#nameKey(event));
    if (matchMedia("(hover: hover)").matches && !location.hash && me.name) this.field.focus({ preventScroll: true });
  }
  /** The name in the field, for who has none yet. */
  get name() {
    return this.me.name ? null : this.nameField.value.trim();
  }
  focus() {
    this.field.focus({ preventScroll: true });
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

  #submit(event) {
    const isFine = this.#check(this.field.value);
    if (isFine && this.#isNative) return this.#forgetDraft();
    event.preventDefault();
    if (isFine) this.#send(this.field.value);
  }
  #check(text) {
    if (!text.trim()) return void this.field.focus();
    if ([...text].length > CHARACTERS) return void this.#complain(t("At most {n} characters.", { n: NUMBER.format(CHARACTERS) }), this.field);
    if (this.name === "") return void this.#complain(t("Say who you are first."), this.nameField);
    this.#complain("");
    return true;
  }
  #send(text) {
    this.#hand(text);
    this.field.value = "";
    this.#grow();
    this.typing.sent();
    this.field.focus();
  }
  /** Hand it to the outbox; until it has it, it belongs to the draft. */
  async #hand(text) {
    this.#leaving.push(text);
    const kept = await this.say({ id: newId(), text, name: this.name }).then(() => true, () => false);
    this.#leaving.splice(this.#leaving.indexOf(text), 1);
    this.#prepend(kept ? [] : [text]);
    if (!kept) this.#complain(t("This browser could not keep it. Try again."), this.field);
  }
  #prepend(texts) {
    this.field.value = [...texts, this.field.value].filter(Boolean).join("\n");
    this.#grow();
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
    // Enter that ends a composition belongs to the input method; on a phone the button sends.
    const sends = event.key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== 229;
    if (!sends || matchMedia("(pointer: coarse)").matches) return;
    event.preventDefault();
    this.form.requestSubmit();
  }
  #nameKey(event) {
    if (event.key !== "Enter" || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    if (this.field.value.trim()) this.form.requestSubmit();
    else this.field.focus();
  }
  #typed() {
    this.#grow();
    if (this.field.value) this.typing.say();
    this.#keepDraft();
  }
  /** With what the outbox does not hold yet. */
  #keepDraft() {
    const draft = [...this.#leaving, this.field.value].filter(Boolean).join("\n");
    if (!draft) return this.#forgetDraft();
    try {
      localStorage.setItem(this.draft, draft);
    } catch {
      // A browser that keeps nothing keeps no draft either.
    }
  }
  #forgetDraft() {
    try {
      localStorage.removeItem(this.draft);
    } catch {
      // Nothing was kept.
    }
  }
  #recall() {
    try {
      this.field.value ||= localStorage.getItem(this.draft) ?? "";
    } catch {
      return;
    }
    this.#grow();
  }
  #grow() {
    if (CSS.supports("field-sizing", "content")) return;
    this.field.style.height = "auto";
    this.field.style.height = `${this.field.scrollHeight}px`;
  }
}
