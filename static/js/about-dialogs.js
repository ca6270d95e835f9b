/** The dialogs about a room: its pins, its topic, archiving it, leaving it. Loaded when the first is opened. */

import { openDialog } from "./dialog.js";
import { make } from "./make.js";
import { putFace } from "./people.js";
import { ask } from "./socket.js";
import { explain, t } from "./strings.js";
import { clock, day } from "./times.js";

const TOPIC_CHARACTERS = 200;

export const open = { pins, topic, archive, reopen, leave };

function pins(about) {
  openDialog("pins", t("Pinned messages"), (body, close) => {
    const { pins } = about.facts;
    if (!pins.length) return body.append(make("p", { className: "help", textContent: t("Nothing is pinned here yet. Pin a message, and everybody finds it here.") }));
    body.append(make("ul", { className: "pin-list" }, ...pins.map((pin) => pinItem(about, pin, close))));
  });
}

function pinItem(about, pin, close) {
  const face = make("span", { className: "face small", ariaHidden: "true" });
  putFace(face, pin.person, pin.user_name);
  const time = make("time", { dateTime: pin.at, textContent: `${day(pin.at)} ${clock(pin.at)}` });
  const head = make("span", { className: "pin-head" }, make("bdi", { textContent: pin.user_name }), time);
  const words = make("span", { className: "pin-words", dir: "auto", textContent: pin.message });
  const link = make("a", { className: "pin-link", href: `/r/${encodeURIComponent(about.room)}/${pin.seq}` }, face, head, words);
  const item = make("li", { className: "pin" }, link);
  link.addEventListener("click", close);
  if (about.may("pin")) item.append(unpinButton(about, pin, item));
  return item;
}

function unpinButton(about, pin, item) {
  const button = make("button", { type: "button", className: "button quiet", textContent: t("Unpin") });
  button.addEventListener("click", async () => {
    const refusal = await about.change("pin", { seq: pin.seq, on: false });
    if (refusal) return void button.replaceChildren(refusal);
    const next = item.nextElementSibling ?? item.previousElementSibling;
    (next ?? item.closest("dialog")).querySelector("a, button").focus();
    item.remove();
  });
  return button;
}

function topic(about) {
  openDialog("topic", t("Topic of /{room}", { room: about.room }), (body, close) => {
    const field = make("input", { className: "field", type: "text", name: "topic", value: about.facts.topic, maxLength: TOPIC_CHARACTERS, autofocus: true, autocomplete: "off", dir: "auto" });
    field.setAttribute("aria-label", t("Topic"));
    const help = make("p", { className: "help", textContent: t("One line that says what is talked of here. Everybody sees it.") });
    body.append(form([field, help], t("Save"), () => about.change("topic", { topic: field.value.trim() }), close));
  });
}

function archive(about) {
  const words = t("All of it can still be read, and nothing more is said. It leaves the lists of rooms. You can open it again.");
  confirm("archive", t("Archive /{room}?", { room: about.room }), words, t("Archive"), () => about.change("archive", { on: true }));
}

function reopen(about) {
  const words = t("It can be talked in again, and is in the lists of rooms.");
  confirm("archive", t("Open /{room} again?", { room: about.room }), words, t("Open it"), () => about.change("archive", { on: false }));
}

function leave(about) {
  const words = t("It is none of your rooms any more. What you said stays, and you can come back.");
  confirm("leave", t("Leave /{room}?", { room: about.room }), words, t("Leave"), async () => {
    const answer = await ask("leave", { room: about.room, forget: true });
    if (!answer.ok) return explain(answer.error);
    location.assign("/");
    return null;
  });
}

function confirm(kind, title, words, label, act) {
  openDialog(kind, title, (body, close) => body.append(form([make("p", { className: "lead", textContent: words })], label, act, close)));
}

/** A form that does one thing: `act` gives a refusal in words, or nothing when it is done. */
function form(fields, label, act, close) {
  const error = make("p", { className: "error", hidden: true });
  const cancel = make("button", { type: "button", className: "button", textContent: t("Cancel") });
  const submit = make("button", { type: "submit", className: "button main", textContent: label });
  const whole = make("form", { className: "dialog-body", method: "dialog" }, ...fields, error, make("div", { className: "row" }, cancel, submit));
  error.setAttribute("role", "alert");
  cancel.dataset.cancel = "";
  cancel.addEventListener("click", close);
  whole.addEventListener("submit", async (event) => {
    event.preventDefault();
    error.textContent = (await act()) ?? "";
    error.hidden = !error.textContent;
    if (error.hidden) close();
  });
  return whole;
}
