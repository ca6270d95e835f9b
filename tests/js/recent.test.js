import assert from "node:assert/strict";
import { test } from "node:test";

import { quick, recent, used } from "../../static/js/recent.js";

test("the last one used is offered first, once", () => {
  assert.deepEqual(used(["🔥", "👍"], "👍"), ["👍", "🔥"]);
  assert.deepEqual(quick(["🍲", "😄"], 4), ["🍲", "😄", "👍\uFE0F", "❤️"]);
});

test("what is not filled by those used and common ones is filled by others, each once", () => {
  assert.deepEqual(quick(["🍲"], 11, ["😄", "😀", "🍲", "😁"]).slice(-3), ["🙏", "😀", "😁"]);
  assert.equal(quick(["🍲"], 10, ["😄", "😀", "🍲", "😁"]).length, 10);
});

test("only so many are kept", () => {
  const many = Array.from({ length: 30 }, (_, number) => String(number)).reduce(used, []);
  assert.equal(many.length, 24);
  assert.equal(many[0], "29");
});

test("where nothing is kept the common ones are offered", () => {
  assert.deepEqual(recent(), []);
});
