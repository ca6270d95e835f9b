import assert from "node:assert/strict";
import { test } from "node:test";

import { moved } from "../../static/js/picker.js";

test("arrows move through the grid, and up from its first row lead back to the field", () => {
  assert.equal(moved(9, "ArrowDown", 30, 8), 17);
  assert.equal(moved(9, "ArrowUp", 30, 8), 1);
  assert.equal(moved(9, "ArrowRight", 30, 8), 10);
  assert.equal(moved(3, "ArrowUp", 30, 8), -1);
  assert.equal(moved(28, "ArrowDown", 30, 8), 29);
  assert.equal(moved(5, "Home", 30, 8), 0);
  assert.equal(moved(5, "End", 30, 8), 29);
  assert.equal(moved(5, "a", 30, 8), null);
});
