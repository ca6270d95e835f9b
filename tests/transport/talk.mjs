// Talks in a room as the official JavaScript client, and prints what it heard: node talk.mjs URL ROOM NAME COUNT TRANSPORTS
import { io } from "socket.io-client";

const [url, room, user_name, count, transports] = process.argv.slice(2);
const socket = io(url, { transports: transports.split(","), reconnection: false });
const heard = [];
const answers = [];
const upgraded = new Promise((resolve) => {
  if (transports === "polling,websocket") socket.io.engine.on("upgrade", resolve);
  else resolve();
});

function finish(why) {
  console.log(JSON.stringify({ why, heard, answers, transport: socket.io.engine.transport.name }));
  process.exit(0);
}

socket.on("connect_error", (error) => finish(`connect_error ${error.message}`));
socket.on("disconnect", (reason) => finish(`disconnect ${reason}`));
socket.on("my response", ({ seq, id }) => {
  heard.push([seq, id]);
  check();
});

function check() {
  if (answers.length < count || heard.length < count) return;
  upgraded.then(() => finish("done"));
}

socket.on("connect", async () => {
  const joined = await socket.emitWithAck("join", { room, user_name });
  if (!joined.ok) finish(`join ${JSON.stringify(joined.error)}`);
  for (let n = 0; n < count; n++) {
    socket.emit("my event", { room, message: `${user_name} ${n}`, id: `${user_name}-${n}` }, (answer) => {
      answers.push(answer.seq);
      check();
    });
    if (n % 7 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  }
});
setTimeout(() => finish("too late"), 15000);
