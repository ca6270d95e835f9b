/**
 * A room's log as this page follows it. Pure: `step(state, event)` gives the next state and what is to be done.
 *
 * Of the live stream exactly `last + 1` is applied; what is older is dropped; where something is missing, the room is
 * joined again with `after`. The answer of a join is a cut: it holds what changed after `after`, and the next event is
 * its `head + 1`.
 *
 * Phases: "away" (no connection), "joining" (an answer is awaited), "live", "out" (the server refused), "left" (this
 * person did, elsewhere: only "returned" leads back).
 * Effects: join {ask, after, epoch} · show {message} · reset {messages} · facts {room} · live {answer} ·
 *          wait {ask, seconds} · refused {error} · left
 */

const WAIT_SECONDS = 2;

export function begin({ room, last, epoch = null }) {
  return { room, last, epoch, ask: 0, phase: "away" };
}

export function step(state, event) {
  switch (event.type) {
    case "connected":
      return state.phase === "left" ? { state, effects: [] } : join(state);
    case "disconnected":
      return { state: { ...state, phase: state.phase === "left" ? "left" : "away", ask: state.ask + 1 }, effects: [] };
    case "left":
      return { state: { ...state, phase: "left", ask: state.ask + 1 }, effects: [{ do: "left" }] };
    case "returned":
      return state.phase === "left" ? join(state) : { state, effects: [] };
    case "again":
      return state.phase === "live" ? join(state) : { state, effects: [] };
    case "waited":
      return event.ask === state.ask && state.phase === "joining" ? join(state) : { state, effects: [] };
    case "answered":
      return event.ask === state.ask && state.phase === "joining" ? answered(state, event.answer) : { state, effects: [] };
    case "told":
      return told(state, event);
    default:
      throw new Error(`a log knows no “${event.type}”`);
  }
}

function join(state) {
  const ask = state.ask + 1;
  const effect = { do: "join", ask, after: state.last, epoch: state.epoch };
  return { state: { ...state, ask, phase: "joining" }, effects: [effect] };
}

function answered(state, answer) {
  if (!answer.ok) return refused(state, answer.error);
  const known = { ...state, epoch: answer.epoch };
  if (answer.limited) return live({ ...known, last: answer.head }, answer, [{ do: "reset", messages: answer.messages }]);
  const shown = answer.messages.map((message) => ({ do: "show", message }));
  if (!answer.more) return live({ ...known, last: answer.head }, answer, shown);
  const further = join({ ...known, last: answer.messages.at(-1).changed });
  return { state: further.state, effects: [...shown, ...further.effects] };
}

function live(state, answer, effects) {
  return { state: { ...state, phase: "live" }, effects: [...effects, { do: "live", answer }] };
}

function refused(state, error) {
  if (error.code === "no_answer" || error.retry_after !== undefined) {
    const seconds = error.retry_after ?? WAIT_SECONDS;
    return { state, effects: [{ do: "wait", ask: state.ask, seconds }] };
  }
  return { state: { ...state, phase: "out" }, effects: [{ do: "refused", error }] };
}

/** `my response`, `changed` and `room`: every row of the log is exactly one of these. */
function told(state, { seq, message, facts }) {
  const follows = state.phase === "live" || state.phase === "joining";
  if (!follows || !Number.isInteger(seq) || seq <= state.last) return { state, effects: [] };
  if (seq > state.last + 1) return state.phase === "live" ? join(state) : { state, effects: [] };
  const effect = message ? { do: "show", message } : { do: "facts", room: facts };
  return { state: { ...state, last: seq }, effects: [effect] };
}
