import assert from "node:assert/strict";
import { test } from "node:test";

import { answered, inOrder, merge } from "../../static/js/active.js";

const room = (name, at) => ({ name, here: 0, last: at ? { user_name: "Ana", message: "hi", at } : null });
const known = (own, ...rooms) => merge(new Map(), { rooms }, new Set(own));

test("the last word comes first, and a quiet room last", () => {
  const rooms = [room("quiet"), room("old", "2026-01-01T00:00:00Z"), room("new", "2026-02-01T00:00:00Z")];
  assert.deepEqual(inOrder(rooms).map(({ name }) => name), ["new", "old", "quiet"]);
});

test("a room that is mine stays mine, though all are told the same", () => {
  const merged = merge(known(["kitchen"], room("kitchen")), { rooms: [room("kitchen", "2026-02-01T00:00:00Z")] }, new Set(["kitchen"]));
  assert.equal(merged.get("kitchen").mine, true);
  assert.equal(merged.get("kitchen").last.at, "2026-02-01T00:00:00Z");
});

test("a room that is gone is gone, and mine when it comes back", () => {
  const own = new Set(["a"]);
  const without = merge(known(own, room("a"), room("b")), { rooms: [], gone: ["a"] }, own);
  assert.equal(without.has("a"), false);
  assert.equal(merge(without, { rooms: [room("a")] }, own).get("a").mine, true);
});

test("a room I spoke in before it was told of is mine", () => {
  assert.equal(merge(new Map(), { rooms: [room("fresh")] }, new Set(["fresh"])).get("fresh").mine, true);
});

test("what the server answers about me goes before what I remember", () => {
  const rooms = [{ ...room("left"), mine: false }, { ...room("joined"), mine: true }];
  assert.deepEqual([...answered(new Set(["left", "quiet"]), rooms)].sort(), ["joined", "quiet"]);
});
