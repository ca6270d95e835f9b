import assert from "node:assert/strict";
import { test } from "node:test";

import { fits, offers, spelled } from "../../static/js/switcher.js";

const rooms = ["release-1-4", "kitchen", "개발", "Lobby"].map((name) => ({ name }));
const names = (typed, current = null) => offers(rooms, typed, current).map(({ name, room }) => (room ? name : `+${name}`));

test("a name that begins so goes before one in which a word does, and that before one that holds it", () => {
  assert.equal(fits("kitchen", "ki"), 3);
  assert.equal(fits("my-kitchen", "ki"), 2);
  assert.equal(fits("akita", "ki"), 1);
  assert.equal(fits("garden", "ki"), 0);
  assert.equal(fits("Ｌobby", "lo"), 3);
});

test("with nothing typed all rooms are offered in their order, but the one that is open", () => {
  assert.deepEqual(names("", "kitchen"), ["release-1-4", "개발", "Lobby"]);
});

test("what no room is called can be gone to, and opened there", () => {
  assert.deepEqual(names("kit"), ["kitchen", "+kit"]);
  assert.deepEqual(names("/Kitchen"), ["kitchen"]);
  assert.deepEqual(names("개"), ["개발", "+개"]);
});

test("a name is taken as people type one", () => {
  assert.equal(spelled("  /big  pot "), "big-pot");
});
