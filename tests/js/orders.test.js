import assert from "node:assert/strict";
import { test } from "node:test";

import { ordersFor, parsed } from "../../static/js/orders.js";

test("a known command is told from what follows it", () => {
  assert.deepEqual(parsed("/topic What we cook"), { order: "topic", rest: "What we cook" });
  assert.deepEqual(parsed("/INVITE"), { order: "invite", rest: "" });
});

test("what one does is said, and the server shows it so", () => {
  assert.deepEqual(parsed("/me cooks\nsoup"), { text: "/me cooks\nsoup" });
});

test("an unknown one is not sent", () => {
  assert.deepEqual(parsed("/tpoic soup"), { unknown: "tpoic" });
  assert.deepEqual(parsed("/주제"), { unknown: "주제" });
});

test("two slashes are one, and paths are no commands", () => {
  assert.deepEqual(parsed("//topic soup"), { text: "/topic soup" });
  for (const text of ["/etc/hosts", "/r/kitchen is it", "/ what", "a /topic b", "1/2"]) assert.deepEqual(parsed(text), { text });
});

test("what one may not do is not offered", () => {
  assert.ok(!ordersFor(() => false).some(({ name }) => name === "topic"));
  assert.ok(ordersFor(() => true).some(({ name }) => name === "topic"));
});
