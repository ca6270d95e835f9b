/** Slash commands: orders to the page that are written where messages are. Pure, but for `does`. */

import { t } from "./strings.js";

/** What there is, in the order it is offered: each with what follows it, and what it does. */
export function orders() {
  return [
    { name: "me", takes: t("what I do"), does: t("say what you do") },
    { name: "topic", takes: t("words"), does: t("change what the room is about"), needs: "topic" },
    { name: "invite", takes: "", does: t("copy the link and show the QR code") },
    { name: "status", takes: t("a few words"), does: t("tell the others how you are") },
    { name: "away", takes: t("a few words"), does: t("tell the others that you are away") },
    { name: "back", takes: "", does: t("be there again") },
    { name: "pins", takes: "", does: t("show what is pinned") },
    { name: "leave", takes: "", does: t("leave this room for good") },
    { name: "help", takes: "", does: t("tell all of these") },
  ];
}

/** Those that `may(what)` allows. */
export function ordersFor(may) {
  return orders().filter(({ needs }) => !needs || may(needs));
}

/**
 * What was typed: {text} to be said (two slashes are one slash), {order, rest}, or {unknown}. A path such as /etc/hosts
 * or /r/kitchen is a text like any other.
 */
export function parsed(typed) {
  if (typed.startsWith("//")) return { text: typed.slice(1) };
  const [, name, rest = ""] = typed.match(/^\/([\p{L}\p{M}]+)(?:\s+([\s\S]*))?$/u) ?? [];
  if (!name) return { text: typed };
  const order = orders().find((one) => one.name === name.toLowerCase());
  if (!order) return { unknown: name };
  if (order.name === "me") return rest.trim() ? { text: `/me ${rest}` } : { order: "help", rest: "" };
  return { order: order.name, rest: rest.trim() };
}
