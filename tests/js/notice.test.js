import assert from "node:assert/strict";
import { test } from "node:test";

import { Notice } from "../../static/js/notice.js";

const LOST = "Connection lost, trying again. What you write is kept.";

/** A line, and a socket that does as it is told. */
function notice({ mock }) {
  mock.timers.enable({ apis: ["setTimeout"] });
  const heard = {};
  const line = { hidden: true, said: "", replaceChildren: (...parts) => (line.said = parts.join("")) };
  const one = new Notice(line, { on: (event, act) => (heard[event] = act) });
  return { one, line, tick: (ms) => mock.timers.tick(ms), connect: () => heard.connect(), disconnect: () => heard.disconnect() };
}

test("a connection that is lost for long is told of, until it is found", (t) => {
  const { line, tick, connect, disconnect } = notice(t);
  connect();
  disconnect();
  tick(700);
  assert.equal(line.said, "");
  tick(200);
  assert.equal(line.said, LOST);
  assert.equal(line.hidden, false);
  connect();
  assert.equal(line.hidden, true);
});

test("what is said for a while goes, though the connection blinks meanwhile", (t) => {
  const { one, line, tick, connect, disconnect } = notice(t);
  connect();
  one.say("You were away for long.", { ms: 8_000 });
  tick(7_000);
  disconnect();
  tick(500);
  connect();
  assert.equal(line.said, "You were away for long.");
  tick(600);
  assert.equal(line.hidden, true);
});

test("what holds for good is said again once the connection is found", (t) => {
  const { one, line, tick, connect, disconnect } = notice(t);
  connect();
  one.say("This room is not open any more.");
  disconnect();
  tick(1_000);
  assert.equal(line.said, LOST);
  connect();
  assert.equal(line.said, "This room is not open any more.");
});
