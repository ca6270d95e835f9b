/**
 * How far I have read the room of this page, and where the line above what is new stands. Pure: `read(state, event)`
 * gives the next state and what is to be done.
 *
 * The line stands behind the message `line` and stays while one reads; it goes once the page was hidden with everything
 * seen, or when I speak. What is marked unread here or elsewhere stays so until the page is looked at anew (`isHeld`).
 *
 * Events: joined {seen, newest} · arrived {seq, mine} · looking {is} · hid · told {seq} · marked {seq}.
 * Effects: send {seq} · line {after}.
 */

export function begin() {
  return { seen: null, line: null, newest: 0, isMember: false, isLooking: false, isHeld: false, hasJoined: false };
}

export function read(state, event) {
  const next = looked(happened(state, event));
  const effects = [];
  if (next.line !== state.line) effects.push({ do: "line", after: next.line });
  const told = { joined: event.seen, told: event.seq }[event.type];
  if (next.isMember && next.seen !== state.seen && next.seen !== told) effects.push({ do: "send", seq: next.seen });
  return { state: next, effects };
}

/** Who looks at the end has seen it all. */
function looked(state) {
  const sees = state.hasJoined && state.isLooking && !state.isHeld && state.newest > state.seen;
  return sees ? { ...state, seen: state.newest } : state;
}

function happened(state, event) {
  switch (event.type) {
    case "joined":
      return joined(state, event);
    case "arrived":
      return arrived(state, event);
    case "looking":
      return { ...state, isLooking: event.is };
    case "hid":
      return { ...state, isLooking: false, isHeld: false, line: state.seen >= state.newest ? null : state.line };
    case "told":
      return moved(state, event.seq);
    case "marked":
      return { ...state, seen: event.seq - 1, line: event.seq - 1, isHeld: true };
    default:
      throw new Error(`reading knows no “${event.type}”`);
  }
}

/** Of somebody who is no member the server keeps nothing: what was there before they came is not new to them. */
function joined(state, { seen, newest }) {
  const known = { ...state, isMember: seen !== null, hasJoined: true, newest: Math.max(state.newest, newest) };
  if (seen === null) return { ...known, seen: state.seen ?? newest };
  if (state.hasJoined && state.seen !== null) return seen === state.seen ? known : moved(known, seen);
  return { ...known, seen, line: newest > seen ? seen : null };
}

function arrived(state, { seq, mine }) {
  if (seq <= state.newest) return state;
  const next = { ...state, newest: seq };
  if (mine) return { ...next, seen: seq, line: null, isHeld: false, isMember: true };
  const isUnseen = state.hasJoined && !(state.isLooking && !state.isHeld);
  return isUnseen && state.line === null ? { ...next, line: state.seen } : next;
}

/** Another of my devices says how far I have read, perhaps back again. */
function moved(state, seq) {
  if (seq < state.seen) return { ...state, seen: seq, line: seq, isHeld: true };
  const line = seq >= state.newest || state.line === null ? null : seq;
  return { ...state, seen: seq, line };
}
