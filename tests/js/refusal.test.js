import assert from "node:assert/strict";
import { test } from "node:test";

import { watchRefusal } from "../../static/js/refusal.js";

function watched(asks) {
  const heard = {};
  const did = [];
  const socket = { connected: false, on: (event, act) => (heard[event] = act), disconnect: () => did.push("disconnect"), connect: () => did.push("connect") };
  watchRefusal(socket, () => did.push("refused"), { asks: async () => asks, later: (go) => did.push(go) });
  return { did, hear: async (...events) => { for (const event of events) await heard[event](); await null; } };
}

test("after three failures in a row, and the server's own word, it is told once and knocking is rare", async () => {
  const { did, hear } = watched(true);
  await hear("connect_error", "disconnect");
  assert.deepEqual(did, []);
  await hear("connect_error");
  assert.deepEqual(did.filter((one) => typeof one === "string"), ["disconnect", "refused"]);
  did.find((one) => typeof one === "function")();
  assert.equal(did.at(-1), "connect");
});

test("a server that does not say so is only away", async () => {
  const { did, hear } = watched(false);
  await hear("connect_error", "connect_error", "connect_error", "connect_error");
  assert.deepEqual(did, []);
});

test("a connection that was there and was lost is no refusal", async () => {
  const { did, hear } = watched(true);
  await hear("connect_error", "connect_error", "connect", "disconnect", "connect_error", "connect_error");
  assert.deepEqual(did, []);
});
