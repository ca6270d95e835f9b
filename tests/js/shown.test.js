// The server says the same in rooms_chat/web/shown.py: tests/web/test_shown.py goes by the same table.
process.env.TZ = "UTC";

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { hue, initials } from "../../static/js/people.js";
import { reacted } from "../../static/js/reactions.js";
import { fill } from "../../static/js/strings.js";
import { ago, day, goesOn } from "../../static/js/times.js";

const cases = JSON.parse(readFileSync(new URL("../shown.json", import.meta.url)));

test("a person's colour is the one the server gives", () => {
  for (const [person, expected] of Object.entries(cases.hue)) assert.equal(hue(person), expected, person);
});

test("a person's letters are those the server gives", () => {
  for (const [name, expected] of Object.entries(cases.initials)) assert.equal(initials(name), expected, name);
});

test("how long ago is said as the server says it", () => {
  const now = Date.parse("2026-03-09T12:00:00Z");
  for (const [seconds, expected] of Object.entries(cases.ago)) {
    assert.equal(ago(new Date(now - seconds * 1000).toISOString(), now), expected, `${seconds} s`);
  }
});

test("who reacted is said as the server says it", () => {
  for (const [names, count, expected] of cases.reacted) assert.equal(reacted(names.map((name) => ({ user_name: name })), count), expected);
});

test("a day is named as the server names it", () => {
  const now = Date.parse("2026-11-22T12:00:00Z");
  for (const [date, expected] of Object.entries(cases.days.en)) assert.equal(day(`${date}T12:00:00Z`, now), expected);
  assert.equal(day("2026-11-22T00:00:00Z", now), "Today");
  assert.equal(day("2026-11-21T23:59:00Z", now), "Yesterday");
});

test("a person's next word goes on, until five minutes have passed, the day has, or the name has changed", () => {
  const said = (at, fields = {}) => ({ person: "ana", name: "Ana", at: `2026-03-09T${at}Z`, ...fields });
  assert.equal(goesOn(said("12:00:00"), said("12:04:59")), true);
  assert.equal(goesOn(said("12:00:00"), said("12:05:00")), false);
  assert.equal(goesOn(said("12:00:00"), said("12:01:00", { name: "Anna" })), false);
  assert.equal(goesOn(said("12:00:00"), said("12:01:00", { person: "bo" })), false);
  assert.equal(goesOn(said("12:00:00"), said("12:01:00", { isAction: true })), false);
  assert.equal(goesOn(said("23:59:00"), { ...said("00:01:00"), at: "2026-03-10T00:01:00Z" }), false);
});

test("a value that is put into a sentence stays text", () => {
  assert.equal(fill("{name} is typing", { name: "$& {other}" }), "$& {other} is typing");
  assert.equal(fill("{name} and {other}", { name: "{other}", other: "Bob" }), "{other} and Bob");
});
