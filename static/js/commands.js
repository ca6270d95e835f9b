/** Carries out slash commands. Loaded with the first one. */

import { openDialog } from "./dialog.js";
import { make } from "./make.js";
import { ordersFor } from "./orders.js";
import { copy } from "./share.js";
import { ask } from "./socket.js";
import { explain, t } from "./strings.js";

/** Do it; gives a refusal in words, or nothing. `about` is what the room is about. */
export function carryOut({ order, rest }, about) {
  return does[order](rest, about);
}

const does = {
  async topic(topic, about) {
    if (!about.may("topic")) return t("You cannot change the topic here.");
    if (topic) return about.change("topic", { topic });
    await about.open("topic");
    return null;
  },
  async invite(rest, { main }) {
    await copy(main.dataset.url, document.querySelector("#message"));
    document.querySelector("#share").showPopover();
    return null;
  },
  status: (words) => setStatus("active", words),
  away: (words) => setStatus("away", words),
  back: () => setStatus("active", ""),
  async pins(rest, about) {
    await about.open("pins");
    return null;
  },
  async leave(rest, about) {
    await about.open("leave");
    return null;
  },
  async help(rest, about) {
    openDialog("commands", t("Commands"), (body) => body.append(help(about)));
    return null;
  },
};

async function setStatus(status, words) {
  const answer = await ask("status", { status, words });
  return answer.ok ? null : explain(answer.error);
}

function help(about) {
  const list = make("dl", { className: "keys" });
  for (const { name, takes, does: what } of ordersFor((right) => about.may(right))) {
    const typed = make("span", { className: "press" }, make("kbd", { textContent: `/${name}` }), takes ? ` ${takes}` : "");
    list.append(make("dt", {}, typed), make("dd", { textContent: what }));
  }
  const slash = make("p", { className: "help", textContent: t("Begin with // to say something that begins with a slash.") });
  return make("div", { className: "dialog-body" }, list, slash);
}
