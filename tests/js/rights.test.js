import assert from "node:assert/strict";
import { test } from "node:test";

import { offered } from "../../static/js/rights.js";

const now = Date.parse("2026-03-09T12:00:00Z");
const message = { person: "ana", at: "2026-03-09T11:00:00Z", removed: false, going: false, pinned: false };
const ana = { id: "ana", name: "Ana", isLive: true, isKept: true, may: (what) => ["post", "pin"].includes(what) };
const bo = { id: "bo", name: "Bo", isLive: true, may: (what) => ["post"].includes(what) };
const may = (who, changes = {}, hours = 0) => offered({ ...message, ...changes }, who, { editHours: hours, now });

test("an author may edit and remove what they said, others may not", () => {
  assert.deepEqual(may(ana), ["react", "pick", "reply", "edit", "link", "text", "unread", "pin", "remove"]);
  assert.deepEqual(may(bo), ["react", "pick", "reply", "link", "text"]);
});

test("who may remove any may remove what others said, and not edit it", () => {
  const opener = may({ ...bo, may: (what) => ["post", "remove"].includes(what) });
  assert.ok(opener.includes("remove") && !opener.includes("edit"));
});

test("after the time for it nothing of one's own is changed any more", () => {
  assert.ok(may(ana, {}, 2).includes("edit"));
  assert.ok(!may(ana, {}, 1).includes("edit") && !may(ana, {}, 1).includes("remove"));
});

test("without a name, without a connection and in an archived room one reads", () => {
  assert.deepEqual(may({ ...bo, name: null }), ["link", "text"]);
  assert.deepEqual(may({ ...ana, isLive: false }), ["link", "text"]);
  assert.deepEqual(may({ ...bo, may: (what) => [].includes(what) }), ["link", "text"]);
});

test("of what is removed only the address is left, and of what is going nothing", () => {
  assert.deepEqual(may(ana, { removed: true }), ["link"]);
  assert.deepEqual(may(ana, { going: true }), []);
});

test("what is pinned can be unpinned", () => {
  assert.ok(may(ana, { pinned: true }).includes("unpin"));
});
