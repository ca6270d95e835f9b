/** Going to a day: loaded when it is first asked for. */

import { openDialog } from "./dialog.js";
import { make } from "./make.js";
import { ask } from "./socket.js";
import { t } from "./strings.js";

/** Ask for a day, beginning with the one `at` which is in sight, and go there. */
export function openDays(room, history, at) {
  openDialog("days", t("Go to a day"), (body, close) => body.append(form(at, (moment) => goTo(room, history, moment), close)));
}

/**
 * The seq of the first message at or after a moment (ms), null where there is none. `from(seq)` gives the first message
 * from a seq on, or null. The log is halved until it is found: 17 questions for 100,000 messages.
 */
export async function firstAt(moment, head, from) {
  let [low, high, found] = [1, head + 1, null];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const message = await from(middle);
    if (message && Date.parse(message.at) < moment) low = message.seq + 1;
    else {
      high = middle;
      found = message?.seq ?? found;
    }
  }
  return found;
}

/** Tells whether it could. */
async function goTo(room, history, moment) {
  let isAnswered = true;
  const from = async (seq) => {
    const answer = await ask("history", { room, from: seq, limit: 1 });
    isAnswered &&= answer.ok;
    return answer.ok ? (answer.messages[0] ?? null) : null;
  };
  const seq = await firstAt(moment, history.known, from);
  if (!isAnswered) return false;
  return seq === null ? history.toNewest() : history.goTo(seq);
}

function form(at, go, close) {
  const day = make("input", { className: "field", id: "day", type: "date", required: true, value: asInput(at), max: asInput(Date.now()) });
  const error = make("p", { className: "error", hidden: true, textContent: t("It could not be asked for. Try again.") });
  const cancel = make("button", { type: "button", className: "button", textContent: t("Cancel") });
  const submit = make("button", { type: "submit", className: "button main", textContent: t("Go there") });
  const label = make("label", { htmlFor: "day", className: "help", textContent: t("The first word of this day, or the next there is") });
  const whole = make("form", { className: "dialog-body" }, label, day, error, make("div", { className: "row" }, cancel, submit));
  error.setAttribute("role", "alert");
  cancel.dataset.cancel = "";
  cancel.addEventListener("click", close);
  whole.addEventListener("submit", async (event) => {
    event.preventDefault();
    submit.disabled = true;
    const went = await go(new Date(`${day.value}T00:00`).getTime());
    submit.disabled = false;
    error.hidden = went;
    if (went) close();
  });
  return whole;
}

/** A day as the field for one wants it, on the reader's clock. */
function asInput(at) {
  const moment = new Date(at);
  const two = (number) => String(number).padStart(2, "0");
  return `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}`;
}
