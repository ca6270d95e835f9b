import assert from "node:assert/strict";
import { test } from "node:test";

import { firstAt } from "../../static/js/days.js";

/** A log in which every third place is a message, one a minute. */
function log(places) {
  const asked = [];
  const messages = Array.from({ length: places }, (_, i) => ({ seq: i + 1, at: new Date(i * 60_000).toISOString() })).filter(({ seq }) => seq % 3 === 0);
  const from = async (seq) => {
    asked.push(seq);
    return messages.find((message) => message.seq >= seq) ?? null;
  };
  return { asked, messages, from };
}

test("the first message at or after a moment is found", async () => {
  const { messages, from } = log(100);
  for (const wanted of messages) assert.equal(await firstAt(Date.parse(wanted.at), 100, from), wanted.seq);
  assert.equal(await firstAt(Date.parse(messages[4].at) + 1, 100, from), messages[5].seq);
  assert.equal(await firstAt(-1, 100, from), 3);
});

test("after the last word there is none, and in an empty log neither", async () => {
  const { messages, from } = log(100);
  assert.equal(await firstAt(Date.parse(messages.at(-1).at) + 1, 100, from), null);
  assert.equal(await firstAt(0, 0, async () => null), null);
});

test("a log of 100,000 takes 17 questions", async () => {
  const { asked, from } = log(100_000);
  await firstAt(50_000 * 60_000, 100_000, from);
  assert.ok(asked.length <= 17, String(asked.length));
});
