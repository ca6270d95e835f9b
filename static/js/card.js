/** A card for a person, beside what was pressed: who it is, since when, and where one may meet. Loaded on first use. */

import { make } from "./make.js";
import { putFace } from "./people.js";
import { moveBeside } from "./place.js";
import { ask } from "./socket.js";
import { explain, t } from "./strings.js";
import { date } from "./times.js";

let card = null;

export async function openCard(id, name, opener) {
  const answer = await ask("person", { id });
  card?.remove();
  card = make("section", { className: "menu card", popover: "auto", tabIndex: -1 });
  card.setAttribute("role", "dialog");
  card.ariaLabel = answer.ok ? answer.user_name ?? name : name;
  card.append(...(answer.ok ? content({ ...answer, user_name: answer.user_name ?? name }) : [make("p", { className: "card-line", textContent: explain(answer.error) })]));
  opener.after(card);
  card.addEventListener("toggle", (event) => event.newState === "closed" && closed(opener, event.target));
  card.showPopover();
  moveBeside(card, opener);
  card.focus();
}

function closed(opener, which) {
  if (which.contains(document.activeElement) || document.activeElement === document.body) opener.focus({ preventScroll: true });
  which.remove();
}

function content({ id, user_name: name, since, status, words, here, rooms }) {
  const face = make("span", { className: "face", ariaHidden: "true" });
  putFace(face, id, name);
  const head = make("div", { className: "card-head" }, face, make("div", {}, make("b", { dir: "auto", textContent: name }), make("p", { className: "card-state", textContent: stated(here, status) })));
  const lines = [];
  if (words) lines.push(make("p", { className: "card-words", dir: "auto", textContent: words }));
  if (since) lines.push(make("p", { className: "card-line", textContent: t("Here since {date}", { date: date(since) }) }));
  const others = rooms.filter((room) => room !== document.querySelector("[data-room]")?.dataset.room);
  if (others.length) lines.push(make("p", { className: "card-line", textContent: t("Also in") }), make("ul", { className: "card-rooms" }, ...others.map(roomItem)));
  return [head, ...lines];
}

function stated(here, status) {
  if (!here) return t("not here now");
  return status === "away" ? t("away") : t("here now");
}

function roomItem(name) {
  const link = make("a", { href: `/r/${encodeURIComponent(name)}` }, make("span", { className: "slash", textContent: "/" }), make("bdi", { textContent: name }));
  return make("li", {}, link);
}
