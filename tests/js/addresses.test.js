import assert from "node:assert/strict";
import { test } from "node:test";

import { seqIn } from "../../static/js/addresses.js";

const here = "https://rooms.example";

test("the address of a message of this room opens in place, in whatever script its name is", () => {
  assert.equal(seqIn("/r/kitchen/214", "kitchen", here), 214);
  assert.equal(seqIn(`${here}/r/%EA%B0%9C%EB%B0%9C/3`, "개발", here), 3);
});

test("other rooms, other servers and the room itself are gone to as links are", () => {
  assert.equal(seqIn("/r/attic/214", "kitchen", here), null);
  assert.equal(seqIn("https://elsewhere.example/r/kitchen/214", "kitchen", here), null);
  assert.equal(seqIn("/r/kitchen", "kitchen", here), null);
  assert.equal(seqIn("/r/%zz/1", "kitchen", here), null);
});
