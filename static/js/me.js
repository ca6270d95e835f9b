/** What I chose for myself: my name, my status, and the switches of this browser. Loaded when its menu first opens. */

import { openDialog } from "./dialog.js";
import { make } from "./make.js";
import { pref, setPref } from "./prefs.js";
import { copy } from "./share.js";
import { ask } from "./socket.js";
import { explain, t } from "./strings.js";

/** `room` is the room of this page, if it has one: names are given in a room. */
export function startMenu(menu, me, room) {
  const part = (name) => menu.querySelector(`[data-part=${name}]`);
  const renaming = part("rename");
  const stating = part("status");
  submitted(renaming, part("rename-error"), () => room.rename(renaming.elements.user_name.value.trim()), () => menu.hidePopover());
  submitted(stating, part("status-error"), () => state(stating, me), () => menu.hidePopover());
  part("device").addEventListener("submit", (event) => showLink(event, menu));
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

/** The link to another device in a dialog, instead of on a page of its own. */
async function showLink(event, menu) {
  const form = event.target;
  event.preventDefault();
  const made = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { accept: "application/json" } }).catch(() => null);
  if (!made?.ok) return form.submit();
  const { url, qr, seconds } = await made.json();
  menu.hidePopover();
  openDialog("device", t("Be the same person on another device"), (body) => {
    const words = t("Open this link there within {minutes} minutes. It works once; whoever opens it is you.", { minutes: seconds / 60 });
    const label = make("span", { textContent: t("Copy link") });
    const button = make("button", { type: "button", className: "button main", autofocus: true }, label);
    const address = make("div", { className: "address" }, make("span", { className: "address-url", dir: "ltr", textContent: url.replace(/^\w+:\/\//, "") }), button);
    label.ariaLive = "polite";
    button.addEventListener("click", async () => (label.textContent = (await copy(url, button)) ? t("Copied") : url));
    const picture = make("img", { className: "qr", src: qr, width: 220, height: 220, alt: t("QR code with this link") });
    body.append(make("p", { className: "help", textContent: words }), picture, address);
  });
}

function submitted(form, error, act, done) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    error.textContent = (await act()) ?? "";
    error.hidden = !error.textContent;
    if (error.hidden) done();
  });
}
