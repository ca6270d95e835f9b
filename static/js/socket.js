/** The one socket of the page. */

import { io } from "socket.io-client";

const ANSWER_MS = 10_000;
const PROBE_MS = 3_000;
const REFUSED_MS = 5_000;

export const NO_ANSWER = { ok: false, error: { code: "no_answer", message: "No answer came." } };

/** Where the browser keeps no cookies, this key makes the next connection the same person. */
let key = null;

export const socket = io({
  autoConnect: false,
  transports: ["websocket", "polling"],
  tryAllTransports: true,
  reconnectionDelay: 400,
  reconnectionDelayMax: 5_000,
  auth: (give) => give(key ? { key } : {}),
});

export function keepKey(you) {
  key = you?.key ?? key;
}

/**
 * Ask, and get the answer; `no_answer` where none came. Never sent later by itself: what must not get lost is in the
 * outbox. `got` is called before whatever the server said next is heard; the promise comes a little later.
 */
export function ask(event, fields, { ms = ANSWER_MS, got = () => {} } = {}) {
  return new Promise((resolve) => {
    const give = (answer) => {
      got(answer);
      resolve(answer);
    };
    if (!socket.connected) give(NO_ANSWER);
    else socket.timeout(ms).emit(event, fields, (error, answer) => give(error ? NO_ANSWER : answer));
  });
}

/** Say something that may get lost. */
export function mention(event, fields) {
  if (socket.connected) socket.volatile.emit(event, fields);
}

/** `refresh(options)` asks the server something that is of use anyway: its answer shows that the connection is alive. */
export function connect(refresh) {
  const probe = () => ensureAlive(refresh);
  const hurry = () => (socket.connected ? probe() : again());
  socket.on("disconnect", (reason) => reason === "io server disconnect" && setTimeout(() => socket.connect(), REFUSED_MS));
  socket.on("connect_error", () => socket.active || setTimeout(() => socket.connect(), REFUSED_MS));
  addEventListener("online", hurry);
  addEventListener("offline", probe);
  addEventListener("pageshow", (event) => event.persisted && hurry());
  document.addEventListener("visibilitychange", () => document.hidden || hurry());
  socket.connect();
}

/** The network may be back: do not wait for the next attempt. */
function again() {
  socket.disconnect();
  socket.connect();
}

/**
 * Do not trust a connection that looks alive. But not every “offline” concerns us: a server on this very machine stays in
 * reach. So ask it.
 */
async function ensureAlive(refresh) {
  const { engine } = socket.io;
  const answer = await refresh({ ms: PROBE_MS });
  if (answer.error?.code === "no_answer" && engine === socket.io.engine) engine?.close();
}
