import assert from "node:assert/strict";
import { test } from "node:test";

import { begin, step } from "../../static/js/log.js";

const message = (seq, changed = seq) => ({ room: "kitchen", seq, changed, message: `word ${seq}` });
const told = (seq) => ({ type: "told", seq, message: message(seq) });
const answer = (fields) => ({ ok: true, epoch: "e1", messages: [], limited: false, more: false, ...fields });

/** Plays events, and tells the last state and all effects. */
function play(state, ...events) {
  const effects = [];
  for (const event of events) {
    const next = step(state, event);
    state = next.state;
    effects.push(...next.effects);
  }
  return { state, effects, did: effects.map((effect) => effect.do) };
}
const joining = (last = 10) => play(begin({ room: "kitchen", last, epoch: "e1" }), { type: "connected" });
const live = (last = 10) => play(joining(last).state, { type: "answered", ask: 1, answer: answer({ head: last }) }).state;

test("a connection joins after the last seq of the page", () => {
  assert.deepEqual(joining(10).effects, [{ do: "join", ask: 1, after: 10, epoch: "e1" }]);
});

test("the next seq is shown", () => {
  const { state, effects } = play(live(10), told(11));
  assert.deepEqual(effects, [{ do: "show", message: message(11) }]);
  assert.equal(state.last, 11);
});

test("what was shown already is dropped", () => {
  const { state, effects } = play(live(10), told(11), told(11), told(3));
  assert.equal(effects.length, 1);
  assert.equal(state.last, 11);
});

test("a hole in the stream is not shown but joined again for, once", () => {
  const { state, effects } = play(live(10), told(13), told(14));
  assert.deepEqual(effects, [{ do: "join", ask: 2, after: 10, epoch: "e1" }]);
  assert.equal(state.last, 10);
});

test("a change goes by its place in the log, not by its message's address", () => {
  const edited = { type: "told", seq: 11, message: message(4, 11) };
  const { state, effects } = play(live(10), edited);
  assert.deepEqual(effects, [{ do: "show", message: message(4, 11) }]);
  assert.equal(state.last, 11);
});

test("a room's facts take their place in the stream too", () => {
  const { state, did } = play(live(10), { type: "told", seq: 11, facts: { topic: "soup" } }, told(12));
  assert.deepEqual(did, ["facts", "show"]);
  assert.equal(state.last, 12);
});

test("an answer is a cut: its messages are shown and the next event is head + 1", () => {
  const caught = { type: "answered", ask: 1, answer: answer({ head: 20, messages: [message(15), message(4, 20)] }) };
  const { state, did } = play(joining(10).state, caught, told(20), told(21));
  assert.deepEqual(did, ["show", "show", "live", "show"]);
  assert.equal(state.last, 21);
});

test("an answer that has more is followed after its last change, and is not live yet", () => {
  const first = { type: "answered", ask: 1, answer: answer({ head: 90, more: true, messages: [message(11), message(5, 40)] }) };
  const { state, effects } = play(joining(10).state, first);
  assert.deepEqual(effects.at(-1), { do: "join", ask: 2, after: 40, epoch: "e1" });
  assert.equal(state.phase, "joining");
  const second = { type: "answered", ask: 2, answer: answer({ head: 90, messages: [message(90)] }) };
  assert.equal(play(state, second).state.last, 90);
});

test("who was away too long forgets what it showed and takes the page it is given", () => {
  const page = [message(990), message(1000)];
  const limited = { type: "answered", ask: 1, answer: answer({ head: 1000, limited: true, messages: page, epoch: "e2" }) };
  const { state, effects } = play(joining(10).state, limited);
  assert.deepEqual(effects[0], { do: "reset", messages: page });
  assert.equal(state.last, 1000);
  assert.equal(state.epoch, "e2");
});

test("a restored log may be shorter than the one shown before", () => {
  const limited = { type: "answered", ask: 1, answer: answer({ head: 4, limited: true, epoch: "e2" }) };
  const { state, did } = play(joining(10).state, limited, told(5));
  assert.equal(state.last, 5);
  assert.equal(did.at(-1), "show");
});

test("an answer to an earlier question is not heard", () => {
  const late = { type: "answered", ask: 1, answer: answer({ head: 99, messages: [message(99)] }) };
  const { state, did } = play(joining(10).state, { type: "disconnected" }, { type: "connected" }, late);
  assert.deepEqual(did, ["join"]);
  assert.equal(state.last, 10);
});

test("what comes while an answer is awaited is shown if it is next, and else left to the answer", () => {
  const { state, effects } = play(live(10), told(12), told(11), told(14));
  assert.deepEqual(effects.map((effect) => effect.do), ["join", "show"]);
  assert.equal(state.last, 11);
});

test("nothing is shown without a connection", () => {
  assert.deepEqual(play(live(10), { type: "disconnected" }, told(11)).effects, []);
});

test("where no answer came, it is asked again after a while", () => {
  const silent = { type: "answered", ask: 1, answer: { ok: false, error: { code: "no_answer" } } };
  const { state, effects } = play(joining(10).state, silent);
  assert.equal(effects[0].do, "wait");
  assert.deepEqual(play(state, { type: "waited", ask: 1 }).effects, [{ do: "join", ask: 2, after: 10, epoch: "e1" }]);
});

test("a busy server is asked again when it says", () => {
  const busy = { type: "answered", ask: 1, answer: { ok: false, error: { code: "busy", retry_after: 7 } } };
  assert.deepEqual(play(joining(10).state, busy).effects, [{ do: "wait", ask: 1, seconds: 7 }]);
});

test("waiting ends with the connection", () => {
  const silent = { type: "answered", ask: 1, answer: { ok: false, error: { code: "no_answer" } } };
  assert.deepEqual(play(joining(10).state, silent, { type: "disconnected" }, { type: "waited", ask: 1 }).did, ["wait"]);
});

test("a refusal for good is told, and not asked again", () => {
  const refused = { type: "answered", ask: 1, answer: { ok: false, error: { code: "room_not_found" } } };
  const { state, effects } = play(joining(10).state, refused);
  assert.deepEqual(effects, [{ do: "refused", error: { code: "room_not_found" } }]);
  assert.equal(state.phase, "out");
});

test("a stream with holes, repeats and cuts ends where the log ends, each change shown in order", () => {
  // A small server: a log of 60 changes, a link that loses, repeats and cuts, seeded so that a failure can be repeated.
  for (let seed = 1; seed <= 200; seed += 1) {
    let random = seed;
    const chance = (share) => (random = (random * 48271) % 2147483647) / 2147483647 < share;
    let run = { state: begin({ room: "kitchen", last: 0, epoch: "e1" }), shown: [] };
    let head = 0;
    const feed = (event) => {
      const { state, effects } = step(run.state, event);
      run.state = state;
      for (const effect of effects) {
        if (effect.do === "show") run.shown.push(effect.message.changed);
        if (effect.do === "join" && !chance(0.3)) {
          const missing = Array.from({ length: head - effect.after }, (_, i) => message(effect.after + i + 1));
          const part = missing.slice(0, 5);
          feed({ type: "answered", ask: effect.ask, answer: answer({ head, messages: part, more: part.length < missing.length }) });
        }
      }
    };
    feed({ type: "connected" });
    while (head < 60) {
      head += 1;
      if (chance(0.1)) feed({ type: "disconnected" });
      else if (!chance(0.2)) feed(told(head));
      if (chance(0.2)) feed(told(1 + Math.floor(head / 2)));
      if (run.state.phase !== "live" && chance(0.5)) feed({ type: "connected" });
    }
    while (run.state.phase !== "live" || run.state.last < head) feed({ type: "connected" });
    assert.deepEqual(run.shown, Array.from({ length: 60 }, (_, i) => i + 1), `seed ${seed}`);
  }
});

test("who left for good does not come back by a new connection, but when asked to", () => {
  const { state, effects } = play(live(10), { type: "left" });
  assert.equal(state.phase, "left");
  assert.deepEqual(effects, [{ do: "left" }]);
  const blinked = play(state, told(11), { type: "disconnected" }, { type: "connected" });
  assert.deepEqual(blinked.effects, []);
  assert.equal(blinked.state.phase, "left");
  assert.deepEqual(play(blinked.state, { type: "returned" }).effects, [{ do: "join", ask: 4, after: 10, epoch: "e1" }]);
});

test("only who left can return", () => {
  assert.deepEqual(play(live(10), { type: "returned" }).effects, []);
});
