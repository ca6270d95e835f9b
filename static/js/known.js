/** Who and what a text can name: people who are here or spoke lately, and the rooms of the sidebar. */

import { factsOf } from "./message.js";

export function known({ messages, me, may }) {
  return { people: () => people(messages, me), rooms, may };
}

/** Who is here first, then who spoke last. */
function people(messages, me) {
  const here = [...document.querySelectorAll("[data-people] [data-person]")].map((item) => ({
    id: item.dataset.person,
    name: item.querySelector("[data-part=name]").textContent,
    isHere: true,
  }));
  const authors = messages.shown().reverse().map(factsOf).map(({ person: id, name }) => ({ id, name, isHere: false }));
  const byId = new Map();
  for (const one of [...here, ...authors]) if (one.id !== me.id && !byId.has(one.id)) byId.set(one.id, one);
  return [...byId.values()];
}

function rooms() {
  return [...document.querySelectorAll("#sidebar .room-item")].map((item) => ({ name: item.dataset.name, more: "" }));
}
