import assert from "node:assert/strict";
import { test } from "node:test";

import { meant, stepped } from "../../static/js/keys.js";

const press = (key, held = {}) => ({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, isComposing: false, ...held });
const pc = { typing: false, apple: false };

test("Ctrl K goes to a room, also while one types; on a Mac it is ⌘ K", () => {
  assert.deepEqual(meant(press("k", { ctrlKey: true }), { ...pc, typing: true }), { do: "switch" });
  assert.deepEqual(meant(press("k", { metaKey: true }), { ...pc, apple: true }), { do: "switch" });
  assert.equal(meant(press("k", { ctrlKey: true }), { ...pc, apple: true }), null);
  assert.equal(meant(press("k"), pc), null);
});

test("a question mark is help, unless one types it", () => {
  assert.deepEqual(meant(press("?", { shiftKey: true }), pc), { do: "help" });
  assert.equal(meant(press("?", { shiftKey: true }), { ...pc, typing: true }), null);
  assert.deepEqual(meant(press("/", { ctrlKey: true }), { ...pc, typing: true }), { do: "help" });
});

test("Alt with an arrow goes to the next room, with Shift to the next unread one", () => {
  assert.deepEqual(meant(press("ArrowDown", { altKey: true }), pc), { do: "room", step: 1, unread: false });
  assert.deepEqual(meant(press("ArrowUp", { altKey: true, shiftKey: true }), pc), { do: "room", step: -1, unread: true });
});

test("F6 goes through the parts of the page both ways", () => {
  assert.deepEqual(meant(press("F6"), pc), { do: "region", step: 1 });
  assert.deepEqual(meant(press("F6", { shiftKey: true }), pc), { do: "region", step: -1 });
});

test("what an input method composes is nobody's key", () => {
  assert.equal(meant(press("k", { ctrlKey: true, isComposing: true }), pc), null);
});

test("a step goes around the end, and from nowhere to an end", () => {
  assert.equal(stepped(2, 1, 3), 0);
  assert.equal(stepped(0, -1, 3), 2);
  assert.equal(stepped(-1, 1, 3), 0);
  assert.equal(stepped(-1, -1, 3), 2);
});
