/** The sheet that tells every key. */

import { openDialog } from "./dialog.js";
import { isApple } from "./keys.js";
import { make } from "./make.js";
import { t } from "./strings.js";

const CHORD = isApple ? "⌘" : "Ctrl";
const ALT = isApple ? "⌥" : "Alt";

/** What there is, by where one is: [heading, [[keys, what they do], …]]. Keys of one press are joined by a plus. */
export function sheet() {
  return [
    [
      t("Everywhere"),
      [
        [[`${CHORD}+K`], t("go to a room")],
        [[`${ALT}+↑`, `${ALT}+↓`], t("the room above, the room below")],
        [[`${ALT}+Shift+↑`, `${ALT}+Shift+↓`], t("the same among rooms with something unread")],
        [["F6", "Shift+F6"], t("the next part of the page, the one before")],
        [["?", `${CHORD}+/`], t("this sheet")],
        [["Esc"], t("close what is open")],
      ],
    ],
    [
      t("Writing"),
      [
        [["Enter"], t("send")],
        [["Shift+Enter"], t("a new line")],
        [["↑"], t("edit the last message, while nothing is written")],
        [["@", "#", ":"], t("name a person, a room, an emoji")],
        [["/"], t("commands, at the beginning")],
        [["Esc"], t("give up an answer or an edit")],
      ],
    ],
    [
      t("Reading"),
      [
        [["↑", "↓"], t("from message to message, once one is in focus")],
        [["Enter"], t("what can be done with it")],
        [["←", "→"], t("from button to button beside it")],
      ],
    ],
  ];
}

export function openHelp() {
  openDialog("help-sheet", t("Keyboard"), (body) => body.append(...sheet().map(([heading, rows]) => section(heading, rows))));
}

function section(heading, rows) {
  const list = make("dl", { className: "keys" });
  for (const [presses, does] of rows) {
    list.append(make("dt", {}, ...presses.map(press)), make("dd", { textContent: does }));
  }
  return make("section", {}, make("h3", { className: "label", textContent: heading }), list);
}

function press(keys) {
  return make("span", { className: "press" }, ...keys.split("+").map((key) => make("kbd", { textContent: key })));
}
