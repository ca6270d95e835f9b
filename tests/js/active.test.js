import assert from "node:assert/strict";
import { test } from "node:test";

import { answered, inOrder, merge, read, wanted, wants } from "../../static/js/active.js";
import { titled } from "../../static/js/badge.js";

const room = (name, at) => ({ name, here: 0, last: at ? { user_name: "Ana", message: "hi", at } : null });
const mine = (...rooms) => answered(new Map(), rooms.map((one) => ({ mine: true, ...(one.name ? one : { name: one }) })));
const known = (own, ...rooms) => merge(new Map(), { rooms }, own);

test("the last word comes first, and a quiet room last", () => {
  const rooms = [room("quiet"), room("old", "2026-01-01T00:00:00Z"), room("new", "2026-02-01T00:00:00Z")];
  assert.deepEqual(inOrder(rooms).map(({ name }) => name), ["new", "old", "quiet"]);
});

test("what names me comes before what is new, and that before what is not", () => {
  const own = mine({ name: "read" }, { name: "new", unread: 3 }, { name: "named", unread: 2, mentions: 1 }, { name: "quiet", unread: 9, level: "nothing" });
  const later = known(own, room("read", "2026-02-04T00:00:00Z"), room("quiet", "2026-02-03T00:00:00Z"), room("new", "2026-02-02T00:00:00Z"), room("named", "2026-02-01T00:00:00Z"));
  assert.deepEqual(inOrder([...later.values()]).map(({ name }) => name), ["named", "new", "read", "quiet"]);
});

test("a room that is mine stays mine, though all are told the same", () => {
  const own = mine({ name: "kitchen", unread: 2 });
  const merged = merge(known(own, room("kitchen")), { rooms: [room("kitchen", "2026-02-01T00:00:00Z")] }, own);
  assert.equal(merged.get("kitchen").mine, true);
  assert.equal(merged.get("kitchen").unread, 2);
  assert.equal(merged.get("kitchen").last.at, "2026-02-01T00:00:00Z");
});

test("a room that is gone is gone, and mine when it comes back", () => {
  const own = mine("a");
  const without = merge(known(own, room("a"), room("b")), { rooms: [], gone: ["a"] }, own);
  assert.equal(without.has("a"), false);
  assert.equal(merge(without, { rooms: [room("a")] }, own).get("a").mine, true);
});

test("a room I spoke in before it was told of is mine", () => {
  assert.equal(known(mine("fresh"), room("fresh")).get("fresh").mine, true);
});

test("what the server answers about me goes before what I remember", () => {
  const rooms = [{ ...room("left"), mine: false }, { ...room("joined"), mine: true, unread: 4, mentions: 1, level: "everything", seen: 7 }];
  const own = answered(mine("left", "quiet"), rooms);
  assert.deepEqual([...own.keys()].sort(), ["joined", "quiet"]);
  assert.deepEqual(own.get("joined"), { seen: 7, unread: 4, mentions: 1, level: "everything" });
});

test("what is new in a room of mine replaces what was, and of another is nothing to me", () => {
  const own = read(mine({ name: "kitchen", level: "everything" }), "kitchen", { unread: 2, mentions: 0 });
  assert.deepEqual(own.get("kitchen"), { seen: null, unread: 2, mentions: 0, level: "everything" });
  assert.equal(read(own, "garden", { unread: 1 }).has("garden"), false);
});

test("what a room wants of me goes by its level", () => {
  const news = { mine: true, unread: 3, mentions: 1 };
  assert.deepEqual(wants({ ...news, level: "everything" }), { count: 3, some: true });
  assert.deepEqual(wants({ ...news, level: "mentions" }), { count: 1, some: true });
  assert.deepEqual(wants({ ...news, level: "nothing" }), { count: 0, some: false });
  assert.deepEqual(wants({ ...news, level: "hidden" }), { count: 0, some: false });
  assert.deepEqual(wants({ ...news, level: "everything", mine: false }), { count: 0, some: false });
});

test("the room I look at wants nothing", () => {
  const rooms = [{ name: "a", mine: true, level: "everything", unread: 3, mentions: 0 }, { name: "b", mine: true, level: "mentions", unread: 2, mentions: 0 }];
  assert.deepEqual(wanted(rooms), { count: 3, some: true });
  assert.deepEqual(wanted(rooms, "a"), { count: 0, some: true });
});

test("the title tells a number, or with a dot that there is something", () => {
  assert.equal(titled("/kitchen", { count: 0, some: false }), "/kitchen");
  assert.equal(titled("/kitchen", { count: 0, some: true }), "• /kitchen");
  assert.equal(titled("/kitchen", { count: 3, some: true }), "(3) /kitchen");
  assert.equal(titled("/kitchen", { count: 100, some: true }), "(99+) /kitchen");
});
