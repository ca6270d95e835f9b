/** What I chose for myself: my name, my status, and the switches of this browser. Loaded when its menu first opens. */

import { pref, setPref } from "./prefs.js";
import { ask } from "./socket.js";
import { explain } from "./strings.js";

/** `room` is the room of this page, if it has one: names are given in a room. */
export function startMenu(menu, me, room) {
  const part = (name) => menu.querySelector(`[data-part=${name}]`);
  const renaming = part("rename");
  const stating = part("status");
  submitted(renaming, part("rename-error"), () => room.rename(renaming.elements.user_name.value.trim()), () => menu.hidePopover());
  submitted(stating, part("status-error"), () => state(stating, me), () => menu.hidePopover());
  for (const box of menu.querySelectorAll("[data-pref]")) {
    box.checked = pref(box.dataset.pref);
    box.addEventListener("change", () => setPref(box.dataset.pref, box.checked));
  }
  const fill = () => {
    renaming.hidden = !room || !me.name;
    stating.hidden = !me.name;
    renaming.elements.user_name.value = me.name ?? "";
    stating.elements.status.value = me.status;
    stating.elements.words.value = me.words;
  };
  menu.addEventListener("beforetoggle", (event) => event.newState === "open" && fill());
  fill();
}

/** Gives the refusal in words, or nothing. */
async function state(form, me) {
  const wanted = { status: form.elements.status.value, words: form.elements.words.value.trim() };
  const answer = await ask("status", wanted);
  if (!answer.ok) return explain(answer.error);
  me.states(answer);
  return null;
}

function submitted(form, error, act, done) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    error.textContent = (await act()) ?? "";
    error.hidden = !error.textContent;
    if (error.hidden) done();
  });
}
