/** Messages on their way: shown at once, and until the log has brought them or they have failed visibly. */

import { button, note, part, said, showQuote, state } from "./message.js";
import { putFace } from "./people.js";
import { explain, t } from "./strings.js";
import { goesOn } from "./times.js";

export class Pending {
  constructor(list, template) {
    Object.assign(this, { list, template });
  }
  /**
   * Show `entries` of the outbox, in order, after `before`: what was said last. `act(entry, what, name)` is called for
   * their buttons.
   */
  show(entries, me, before, act) {
    const ids = new Set(entries.map(({ id }) => id));
    for (const item of [...this.list.children]) if (!ids.has(item.dataset.id)) item.remove();
    for (const entry of entries) {
      const item = this.#find(entry.id) ?? this.#add(entry, me);
      showState(item, entry, act);
      this.list.append(item);
      item.classList.toggle("follows", before !== null && goesOn(before, said(item)));
      before = said(item);
    }
  }
  /** It stands in the log now. */
  arrived(id) {
    this.#find(id)?.remove();
  }
  #find(id) {
    return [...this.list.children].find((item) => item.dataset.id === id);
  }
  #add(entry, me) {
    const item = this.template.cloneNode(true);
    Object.assign(item.dataset, { id: entry.id, person: me.id, at: new Date(entry.at).toISOString() });
    putFace(item.querySelector(".face"), me.id, entry.name ?? me.name);
    part(item, "name").textContent = entry.name ?? me.name;
    part(item, "link").remove();
    part(item, "edited").hidden = true;
    part(item, "text").replaceChildren(note("as-typed", entry.text));
    showQuote(item, entry.reply, entry.room);
    return item;
  }
}

function showState(item, entry, act) {
  const failed = entry.state === "failed";
  const now = failed ? `failed ${entry.error?.code} ${entry.error?.suggestion}` : entry.waits;
  if (item.dataset.state === now) return;
  item.dataset.state = now;
  item.classList.toggle("failed", failed);
  if (failed) state(item, `${t("Not sent.")} ${explain(entry.error)}`, { role: "alert", buttons: choices(entry, act) });
  else state(item, entry.waits);
}

function choices(entry, act) {
  const { code, suggestion } = entry.error;
  const again =
    code === "name_taken" && suggestion
      ? button(t("Be “{name}”", { name: suggestion }), () => act(entry, "retry", suggestion))
      : button(t("Try again"), () => act(entry, "retry"));
  return [again, button(t("Discard"), () => act(entry, "discard"))];
}
