import assert from "node:assert/strict";
import { test } from "node:test";

import { found, read } from "../../static/js/emoji.js";

const { emoji, groups } = read({
  groups: { 0: "얼굴", 4: "음식" },
  emoji: [
    ["🙌", 0, "raised_hands 만세", "만세", "손 축하"],
    ["🎉", 0, "tada party_popper", "파티", "축하"],
    ["🎊", 0, "confetti_ball party", "콘페티", "축하"],
    ["🍲", 4, "stew pot_of_food", "냄비 요리", "음식"],
  ],
});
const faces = (query, most = 9) => found(emoji, query, most).map((one) => one.emoji);

test("a name comes before what only begins so, and that before words", () => {
  assert.deepEqual(faces("party"), ["🎊", "🎉"]);
  assert.deepEqual(faces("pot_of"), ["🍲"]);
  assert.deepEqual(faces("ta"), ["🎉"]);
});

test("it is found in the reader's language and in English", () => {
  assert.deepEqual(faces("만"), ["🙌"]);
  assert.deepEqual(faces("냄비"), ["🍲"]);
  assert.deepEqual(faces("STEW"), ["🍲"]);
  assert.deepEqual(faces("축하", 2), ["🙌", "🎉"]);
});

test("nothing looked for finds nothing", () => {
  assert.deepEqual(faces("  "), []);
  assert.equal(groups.get(4), "음식");
});
