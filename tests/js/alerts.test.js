import assert from "node:assert/strict";
import { test } from "node:test";

import { isWorthTelling } from "../../static/js/alerts.js";

const told = (level, now, before = { unread: 0, mentions: 0 }) => isWorthTelling({ level, ...now }, before);

test("of a room of which one wants everything every message is told", () => {
  assert.equal(told("everything", { unread: 1, mentions: 0 }), true);
  assert.equal(told("everything", { unread: 1, mentions: 0 }, { unread: 1, mentions: 0 }), false);
});

test("of a room of which one wants mentions only what names one is told", () => {
  assert.equal(told("mentions", { unread: 3, mentions: 0 }), false);
  assert.equal(told("mentions", { unread: 3, mentions: 1 }), true);
});

test("of a room that is to be quiet nothing is told", () => {
  assert.equal(told("nothing", { unread: 3, mentions: 1 }), false);
  assert.equal(told("hidden", { unread: 3, mentions: 1 }), false);
});
