import assert from "node:assert/strict";
import { test } from "node:test";

import { nextIn, ofRoom, Outbox, roomsOf, settled } from "../../static/js/outbox.js";
import { MemoryStore } from "../../static/js/stores.js";
import { Leases, turnsFor } from "../../static/js/turns.js";

const entry = (id, fields = {}) => ({ id, person: "ana", room: "kitchen", text: id, at: 1, state: "waiting", notBefore: 0, ...fields });
const no = (code, more = {}) => ({ ok: false, error: { code, ...more } });
const yes = { ok: true, seq: 1 };
const atOnce = { take: (_, work) => work() };

/** An outbox over a server that answers as `answers` say, one after the other; the last one holds. */
function outbox(answers, { store = new MemoryStore(), turns = atOnce, person = "ana" } = {}) {
  const sent = [];
  const timers = [];
  const clock = { now: 1000 };
  const send = async (one) => {
    sent.push(one.id);
    return answers.length > 1 ? answers.shift() : answers[0];
  };
  const box = new Outbox({ open: async () => ({ store, turns }), send, person, changed: () => {}, now: () => clock.now, later: (go, ms) => timers.push({ go, ms }) });
  return { box, store, sent, timers, clock };
}
const rest = () => new Promise((go) => setTimeout(go, 5));

test("what a person wrote in a room is in the order it was written", () => {
  const entries = [entry("b", { at: 2 }), entry("a", { at: 1 }), entry("x", { room: "attic" })];
  assert.deepEqual(ofRoom(entries, "ana", "kitchen").map(({ id }) => id), ["a", "b"]);
});

test("another person's entries are never next", () => {
  assert.equal(nextIn([entry("a", { person: "bo" })], "ana", "kitchen"), null);
  assert.deepEqual(roomsOf([entry("a", { person: "bo" })], "ana"), []);
});

test("one that failed for good does not hold up the next", () => {
  const entries = [entry("a", { at: 1, state: "failed" }), entry("b", { at: 2 })];
  assert.equal(nextIn(entries, "ana", "kitchen").id, "b");
});

test("an acknowledged entry is gone", () => {
  assert.equal(settled(entry("a"), yes, 0), null);
});

test("where no answer came, the entry stays as it was", () => {
  assert.deepEqual(settled(entry("a"), no("no_answer"), 0), entry("a"));
});

test("a passing trouble is waited out, with the same id", () => {
  for (const code of ["rate_limited", "try_again", "busy"]) {
    assert.deepEqual(settled(entry("a"), no(code, { retry_after: 3 }), 1000), entry("a", { notBefore: 4000 }));
  }
});

test("any other refusal is shown as failed, with its reason", () => {
  const failed = settled(entry("a"), no("name_taken", { suggestion: "Ana 2" }), 0);
  assert.equal(failed.state, "failed");
  assert.equal(failed.error.suggestion, "Ana 2");
});

test("what is added is sent and forgotten once it is acknowledged", async () => {
  const { box, sent, store } = outbox([yes]);
  await box.add(entry("a"));
  await rest();
  assert.deepEqual(sent, ["a"]);
  assert.deepEqual(await store.all(), []);
});

test("within a room one is sent after the other was acknowledged", async () => {
  const { box, sent, store, timers } = outbox([no("no_answer"), yes]);
  await store.put(entry("a", { at: 1 }));
  await store.put(entry("b", { at: 2 }));
  await box.flush();
  await rest();
  assert.deepEqual(sent, ["a"]);
  timers.at(-1).go();
  await rest();
  assert.deepEqual(sent, ["a", "a", "b"]);
  assert.deepEqual(await store.all(), []);
});

test("a turn that could not be taken is taken later", async () => {
  const lost = [new Error("connection to the database lost")];
  const turns = { take: async (_, work) => { if (lost.length) throw lost.pop(); return work(); } };
  const { box, sent, timers } = outbox([yes], { turns });
  await box.add(entry("a"));
  await rest();
  assert.deepEqual(sent, []);
  timers.at(-1).go();
  await rest();
  assert.deepEqual(sent, ["a"]);
});

test("what a store failed to forget is sent once more and then forgotten", async () => {
  const store = new MemoryStore();
  const remove = store.remove.bind(store);
  const lost = [new Error("connection to the database lost")];
  store.remove = async (id) => { if (lost.length) throw lost.pop(); return remove(id); };
  const { box, sent, timers } = outbox([yes], { store });
  await box.add(entry("a"));
  await rest();
  timers.at(-1).go();
  await rest();
  assert.deepEqual(sent, ["a", "a"]);
  assert.deepEqual(await store.all(), []);
});

test("a store that cannot be read for a moment stops nothing", async () => {
  const store = new MemoryStore();
  await store.put(entry("a"));
  const all = store.all.bind(store);
  const lost = [new Error("connection to the database lost")];
  store.all = async () => { if (lost.length) throw lost.pop(); return all(); };
  const { box, sent, timers } = outbox([yes], { store });
  await box.flush();
  assert.deepEqual(sent, []);
  timers.at(-1).go();
  await rest();
  assert.deepEqual(sent, ["a"]);
});

test("what the store holds is not given back because it could not be shown", async () => {
  const store = new MemoryStore();
  const { box } = outbox([yes], { store });
  await rest();
  store.all = async () => { throw new Error("connection to the database lost"); };
  await box.add(entry("a"));
  assert.equal(store.entries.size, 1);
});

test("one that is to be sent later holds up the next, so that the order stays", async () => {
  const { box, sent, timers, clock } = outbox([no("rate_limited", { retry_after: 2 }), yes]);
  await box.add(entry("a"));
  await rest();
  await box.add(entry("b"));
  await rest();
  assert.deepEqual(sent, ["a"]);
  assert.equal(timers.at(-1).ms, 2000);
  clock.now += 2000;
  timers.at(-1).go();
  await rest();
  assert.deepEqual(sent, ["a", "a", "b"]);
});

test("a page that starts sends what an earlier one left", async () => {
  const store = new MemoryStore();
  await store.put(entry("a"));
  const { box, sent } = outbox([yes], { store });
  await box.flush();
  await rest();
  assert.deepEqual(sent, ["a"]);
});

test("another person's page leaves it alone", async () => {
  const store = new MemoryStore();
  await store.put(entry("a"));
  const { box, sent } = outbox([yes], { store, person: "bo" });
  await box.flush();
  await rest();
  assert.deepEqual(sent, []);
  assert.equal((await store.all()).length, 1);
});

test("what failed is sent again when it is asked for, under another name if one was chosen", async () => {
  const { box, sent, store } = outbox([no("name_taken", { suggestion: "Ana 2" }), yes]);
  await box.add(entry("a"));
  await rest();
  assert.equal((await store.all())[0].state, "failed");
  await box.retry("a", { name: "Ana 2" });
  await rest();
  assert.deepEqual(sent, ["a", "a"]);
  assert.deepEqual(await store.all(), []);
});

test("what was written before the person was known goes with the person", async () => {
  const { box, sent, store } = outbox([no("no_answer")]);
  await box.add(entry("a"));
  const late = box.add(entry("b"));
  await box.becomes("guest");
  await late;
  assert.deepEqual((await store.all()).map(({ id, person }) => `${person} ${id}`), ["guest a", "guest b"]);
  assert.equal(sent[0], "a");
});

test("what failed can be thrown away", async () => {
  const { box, store } = outbox([no("too_long")]);
  await box.add(entry("a"));
  await rest();
  await box.discard("a");
  assert.deepEqual(await store.all(), []);
});

test("two tabs do not send one entry twice", async () => {
  for (const locks of [fakeLocks(), undefined]) {
    const store = new MemoryStore();
    const turns = () => (locks ? turnsFor(store, locks) : new Leases(store, { pause: () => new Promise((go) => setTimeout(go, 1)) }));
    const one = outbox([yes], { store, turns: turns() });
    const other = outbox([yes], { store, turns: turns() });
    await store.put(entry("a"));
    await Promise.all([one.box.flush(), other.box.flush()]);
    await rest();
    assert.equal(one.sent.length + other.sent.length, 1);
  }
});

test("a lease that nobody renews passes on", async () => {
  const store = new MemoryStore();
  assert.equal(await store.lease("kitchen", "a tab that died", 0, 10_000), true);
  assert.equal(await store.lease("kitchen", "another", 9_999, 10_000), false);
  assert.equal(await store.lease("kitchen", "another", 10_000, 10_000), true);
});

function fakeLocks() {
  let last = Promise.resolve();
  return { request: (_, work) => (last = last.then(work)) };
}
