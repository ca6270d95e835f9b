/** One message in the page: filled with what the wire says, and read where the page brought it. */

import { putHtml } from "./html.js";
import { putFace } from "./people.js";
import { t } from "./strings.js";
import { clock, full } from "./times.js";

const QUOTED_CHARACTERS = 140;
const RESTING_TOGETHER = 24;

const waiting = new Set();

export const part = (item, name) => item.querySelector(`[data-part=${name}]`);
export const seqOf = (item) => (item ? Number(item.dataset.seq) : null);

/** What a message is, as far as its place in the page tells. */
export function factsOf(item) {
  const { seq, person, at } = item.dataset;
  const { removed, going, pinned } = Object.fromEntries(["removed", "going", "pinned"].map((is) => [is, is in item.dataset]));
  return { seq: Number(seq), person, at, removed, going, pinned, ...said(item) };
}

/** Who said it when: what decides whether the next one goes on. */
export function said(item) {
  if (!item) return null;
  const { person, at } = item.dataset;
  return { person, at, name: part(item, "name").textContent, isAction: Boolean(item.querySelector(".message-text > .action")) };
}

/** The beginning of what it says, as a quote shows it. */
export const beginning = (item) => firstOf(part(item, "text").textContent.trim());
export const firstOf = (text) => [...text].slice(0, QUOTED_CHARACTERS).join("");

/** Show a message of the wire. */
export function fill(item, message, room) {
  const { seq, changed, person, at } = message;
  item.id = `m${seq}`;
  Object.assign(item.dataset, { seq, changed, person, at });
  item.toggleAttribute("data-removed", message.removed);
  putFace(item.querySelector(".face"), person, message.user_name);
  part(item, "name").textContent = message.user_name;
  part(item, "link").href = `/r/${encodeURIComponent(room)}/${seq}`;
  part(item, "edited").hidden = !message.edited || message.removed;
  showQuote(item, message.reply, room);
  if (message.removed) part(item, "text").replaceChildren(note("removed", t("This message was removed.")));
  else putHtml(part(item, "text"), message.html);
  finish(item);
}

/** Show what it answers. */
export function showQuote(item, reply, room) {
  const quote = part(item, "quote");
  quote.hidden = !reply;
  if (!reply) return;
  quote.href = `/r/${encodeURIComponent(room)}/${reply.seq}`;
  quote.dataset.quoted = reply.seq;
  part(quote, "quoted-name").textContent = reply.user_name;
  part(quote, "quoted-words").textContent = reply.message || t("This message was removed.");
}

/** Say that it is pinned, or no more. */
export function showPinned(item, is) {
  if (is === "pinned" in item.dataset) return;
  item.toggleAttribute("data-pinned", is);
  if (is) part(item, "link").after(note("message-pinned", t("pinned")));
  else item.querySelector(".message-pinned").remove();
}

/** What only scripts can give a message, also to one that the page brought. */
export function finish(item) {
  showTime(item, item.dataset.at);
  item.tabIndex = -1;
  part(item, "link").tabIndex = -1; // one walks from message to message; the menu has its address
  // Code may be wider than the page: who has no mouse scrolls it once it can be focused.
  for (const code of item.querySelectorAll("pre")) code.tabIndex = 0;
  rest(item);
}

/**
 * Let the browser pass over a message while it is out of sight, once its size is known: hundreds of them would be gone
 * through with every letter typed below. A size that is only guessed would move what is being read. Many at once, since
 * the page is laid out twice for it; the few that came last cost little.
 */
export function rest(item) {
  item.classList.remove("rests");
  waiting.add(item);
  if (waiting.size === RESTING_TOGETHER) requestAnimationFrame(restTogether);
}
/** Those that wait now are drawn in this frame, and rest in the next; whoever comes in between is drawn later. */
function restTogether() {
  const drawn = [...waiting];
  waiting.clear();
  requestAnimationFrame(() => {
    for (const item of drawn) if (!waiting.has(item)) item.classList.add("rests");
  });
}

function showTime(item, at) {
  const time = item.querySelector("time");
  time.dateTime = at;
  time.textContent = clock(at);
  time.title = full(at);
}

/** Say something beside a message, with buttons; nothing hides it. */
export function state(item, sentence, { role = "status", buttons = [] } = {}) {
  const line = part(item, "state");
  line.hidden = !sentence;
  line.setAttribute("role", role);
  line.replaceChildren(sentence, ...buttons);
}

export function note(kind, text) {
  const element = document.createElement("span");
  element.className = kind;
  element.textContent = text;
  return element;
}

export function button(text, act) {
  const element = document.createElement("button");
  element.type = "button";
  element.className = "button";
  element.textContent = text;
  element.addEventListener("click", act);
  return element;
}
