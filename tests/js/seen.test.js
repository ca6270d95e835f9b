import assert from "node:assert/strict";
import { test } from "node:test";

import { begin, read } from "../../static/js/seen.js";

function play(state, ...events) {
  const did = [];
  for (const event of events) {
    const next = read(state, event);
    state = next.state;
    did.push(...next.effects.map((effect) => (effect.do === "send" ? `send ${effect.seq}` : `line ${effect.after}`)));
  }
  return { state, did };
}
const joined = (seen, newest) => ({ type: "joined", seen, newest });
const arrived = (seq, mine = false) => ({ type: "arrived", seq, mine });
const looking = { type: "looking", is: true };
const away = { type: "looking", is: false };
const hid = { type: "hid" };
const told = (seq) => ({ type: "told", seq });
const marked = (seq) => ({ type: "marked", seq });

test("who comes back finds the line above what is new, and tells once the end was seen", () => {
  const { state, did } = play(begin(), joined(10, 14), looking);
  assert.deepEqual(did, ["line 10", "send 14"]);
  assert.equal(state.line, 10);
});

test("the line stays while one reads, and goes once the page was hidden with everything seen", () => {
  const { did, state } = play(begin(), joined(10, 14), looking, arrived(15), hid);
  assert.deepEqual(did, ["line 10", "send 14", "send 15", "line null"]);
  assert.deepEqual(play(state, arrived(16), looking).did, ["line 15", "send 16"]);
});

test("what comes while one looks on is seen without a line", () => {
  assert.deepEqual(play(begin(), joined(10, 10), looking, arrived(11)).did, ["send 11"]);
});

test("what comes while one reads above gets a line and is not seen", () => {
  const { did } = play(begin(), joined(10, 10), looking, away, arrived(11), arrived(12));
  assert.deepEqual(did, ["line 10"]);
});

test("whoever speaks has read, and needs no line", () => {
  const { did, state } = play(begin(), joined(10, 14), arrived(15, true));
  assert.deepEqual(did, ["line 10", "line null", "send 15"]);
  assert.equal(state.seen, 15);
});

test("what is marked unread stays so while one goes on looking, until the page is looked at anew", () => {
  const { did, state } = play(begin(), joined(14, 14), looking, marked(12), arrived(15));
  assert.deepEqual(did, ["line 11", "send 11"]);
  assert.deepEqual(play(state, hid, looking).did, ["send 15"]);
});

test("another device moves the line, forward and back, and is not told again", () => {
  const there = play(begin(), joined(10, 14));
  assert.deepEqual(play(there.state, told(12)).did, ["line 12"]);
  assert.deepEqual(play(there.state, told(14)).did, ["line null"]);
  const back = play(begin(), joined(14, 14), looking, told(11), looking);
  assert.deepEqual(back.did, ["line 11"]);
});

test("a new connection changes nothing, unless another device read meanwhile", () => {
  const there = play(begin(), joined(10, 14));
  assert.deepEqual(play(there.state, joined(10, 14)).did, []);
  assert.deepEqual(play(there.state, joined(14, 14)).did, ["line null"]);
});

test("to who is no member nothing is new but what comes, and nothing is sent", () => {
  const { did, state } = play(begin(), joined(null, 14), arrived(15), looking);
  assert.deepEqual(did, ["line 14"]);
  assert.deepEqual(play(state, arrived(16, true), arrived(17)).did, ["line null", "send 16", "send 17"]);
});
