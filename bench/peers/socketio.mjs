// Socket.IO's own server with two handlers. `node socketio.mjs PORT`, where the package socket.io is installed.
import { Server } from "socket.io";

const chat = new Server();

chat.on("connect", (person) => {
  person.on("join", async (asked, answer) => {
    await person.join(asked.room);
    answer();
  });
  person.on("my event", (message) => chat.in(message.room).emit("my response", message));
});

chat.listen(parseInt(process.argv[2]));
