/** What the composer is about, where it is not simply the next word: the reply to a message, or the edit of one. */

import { t } from "./strings.js";

export class Subject {
  /** One is {kind: "reply" | "edit", seq, user_name, message}; `cancel()` is called where it is not wanted any more. */
  constructor(line, drafts, cancel) {
    Object.assign(this, { line, drafts });
    this.now = parsed(drafts.get("subject"));
    line.querySelector("[data-cancel]").addEventListener("click", cancel);
    this.#show();
  }
  get edit() {
    return this.now?.kind === "edit" ? this.now : null;
  }
  get reply() {
    return this.now?.kind === "reply" ? this.now : null;
  }
  set(subject) {
    this.now = subject;
    this.drafts.set("subject", subject ? JSON.stringify(subject) : "");
    this.#show();
  }
  #show() {
    this.line.hidden = !this.now;
    if (!this.now) return;
    const name = this.now.user_name;
    this.line.querySelector("[data-label]").textContent = this.edit ? t("Editing") : t("Reply to {name}", { name });
    this.line.querySelector("[data-words]").textContent = this.now.message;
  }
}

function parsed(text) {
  try {
    return text ? JSON.parse(text) : null;
  } catch {
    return null;
  }
}
