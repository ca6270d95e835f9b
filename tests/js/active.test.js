import assert from "node:assert/strict";
import { test } from "node:test";

import { inOrder, merge } from "../../static/js/active.js";

const room = (name, at, mine = false) => ({ name, here: 0, mine, last: at ? { user_name: "Ana", message: "hi", at } : null });
const known = (...rooms) => merge(new Map(), { rooms });

test("the last word comes first, and a quiet room last", () => {
  const rooms = [room("quiet"), room("old", "2026-01-01T00:00:00Z"), room("new", "2026-02-01T00:00:00Z")];
  assert.deepEqual(inOrder(rooms).map(({ name }) => name), ["new", "old", "quiet"]);
});

test("a room that is mine stays mine, though all are told the same", () => {
  const merged = merge(known(room("kitchen", null, true)), { rooms: [room("kitchen", "2026-02-01T00:00:00Z")], gone: [] });
  assert.equal(merged.get("kitchen").mine, true);
  assert.equal(merged.get("kitchen").last.at, "2026-02-01T00:00:00Z");
});

test("a room that is gone is gone", () => {
  assert.equal(merge(known(room("a"), room("b")), { rooms: [], gone: ["a"] }).has("a"), false);
});
