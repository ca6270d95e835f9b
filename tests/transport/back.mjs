// Joins, comes back by itself whenever it is cut off, and tells each time: node back.mjs URL ROOM TRANSPORTS KEY
import { io } from "socket.io-client";

const [url, room, transports, key] = process.argv.slice(2);
const auth = key ? { key } : {};
const socket = io(url, { auth, transports: transports.split(","), reconnectionDelay: 50, reconnectionDelayMax: 200 });

function tell(what, more = {}) {
  console.log(JSON.stringify({ what, ...more }));
}

socket.on("connect", async () => {
  const joined = await socket.emitWithAck("join", { room });
  tell(joined.ok ? "in" : "refused", joined.error);
});
socket.on("disconnect", (reason) => tell("cut off", { reason }));
socket.io.on("reconnect_attempt", () => tell("tries again"));
socket.on("my response", ({ message }) => tell("heard", { message }));
setTimeout(() => process.exit(1), 60000);
