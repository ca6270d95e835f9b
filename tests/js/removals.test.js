import assert from "node:assert/strict";
import { test } from "node:test";

import { Removals, UNDO_MS } from "../../static/js/removals.js";

/** A clock that moves when told, a store that outlives the page, and a server that answers what it is given. */
function page({ stored = [], answers = [] } = {}) {
  const world = { now: 1_000, stored, sent: [], over: [], timer: null };
  const kept = { all: () => world.stored, save: (entries) => (world.stored = entries) };
  const removals = new Removals({
    person: "ana",
    kept,
    now: () => world.now,
    later: (go, ms) => (world.timer = { go, at: world.now + ms }),
    send: async (entry) => {
      world.sent.push(entry.seq);
      return answers.shift() ?? { ok: true };
    },
    over: (entry, answer) => world.over.push([entry.seq, answer.ok]),
  });
  const pass = async (ms) => {
    world.now += ms;
    if (world.timer && world.timer.at <= world.now) world.timer.go();
    await new Promise(setImmediate);
  };
  return { world, removals, pass };
}

test("a removal is held back, and then sent once", async () => {
  const { world, removals, pass } = page();
  removals.add("kitchen", 7);
  await pass(UNDO_MS - 1);
  assert.deepEqual(world.sent, []);
  await pass(1);
  assert.deepEqual(world.sent, [7]);
  assert.deepEqual(world.over, [[7, true]]);
  assert.deepEqual(world.stored, []);
});

test("undone in time it is never sent", async () => {
  const { world, removals, pass } = page();
  removals.add("kitchen", 7);
  assert.equal(removals.undo("kitchen", 7), true);
  await pass(UNDO_MS);
  assert.deepEqual(world.sent, []);
  assert.equal(removals.undo("kitchen", 7), false);
});

test("leaving the page sends what waits at once", async () => {
  const { world, removals, pass } = page();
  removals.add("kitchen", 7);
  removals.leave();
  await pass(0);
  assert.deepEqual(world.sent, [7]);
});

test("once the page was left there is nothing to take back", async () => {
  const silent = { ok: false, error: { code: "no_answer" } };
  const { world, removals, pass } = page({ answers: [silent] });
  removals.add("kitchen", 7);
  removals.leave();
  const next = page({ stored: world.stored });
  assert.equal(next.removals.has("kitchen", 7), true);
  assert.equal(next.removals.undo("kitchen", 7), false);
  await pass(0);
});

test("the next page sends what the last one could not", async () => {
  const { world, removals, pass } = page({ stored: [{ room: "kitchen", seq: 7, due: 500 }] });
  removals.flush();
  await pass(0);
  assert.deepEqual(world.sent, [7]);
});

test("without an answer it is sent again, and refused for good it is given up and told", async () => {
  const refused = { ok: false, error: { code: "too_late" } };
  const { world, removals, pass } = page({ answers: [{ ok: false, error: { code: "no_answer" } }, refused] });
  removals.add("kitchen", 7);
  await pass(UNDO_MS);
  assert.deepEqual(world.over, []);
  await pass(10_000);
  assert.deepEqual(world.sent, [7, 7]);
  assert.deepEqual(world.over, [[7, false]]);
});

test("what another tab took back is not sent from here", async () => {
  const { world, removals, pass } = page();
  removals.add("kitchen", 7);
  world.stored = [];
  await pass(UNDO_MS);
  assert.deepEqual(world.sent, []);
});
