/** Starts what the page has. Everything here comes on top of a page that can be read and used without it. */

import { Alerts } from "./alerts.js";
import { startInstalled } from "./installed.js";
import { startKeys } from "./keys.js";
import { Notice } from "./notice.js";
import { Outbox } from "./outbox.js";
import { Me, startPeople } from "./people.js";
import { watchRefusal } from "./refusal.js";
import { Room } from "./room.js";
import { Rooms } from "./rooms.js";
import { ask, connect, NO_ANSWER, socket } from "./socket.js";
import { rememberZone, showAgo } from "./times.js";

const MINUTE_MS = 60_000;

function start() {
  rememberZone();
  showAgo();
  closePanelsWhenWide();
  const me = new Me(document.body, document.querySelector("[data-me]"));
  const rooms = new Rooms();
  startKeys(rooms);
  const alerts = new Alerts({ rooms });
  const main = document.querySelector("[data-room]");
  const outbox = new Outbox({ person: me.id });
  const room = main && new Room(main, { me, rooms, alerts, outbox, notice: new Notice(document.querySelector("[data-connection]"), socket) });
  startPeople(me, room);
  outbox.changed = (entries, sent) => room?.showPending(entries, sent);
  outbox.send = (entry) => post(entry, outbox, room);
  socket.on("connect", () => outbox.flush());
  socket.on("disconnect", () => outbox.flush());
  watchRefusal(socket, () => room?.refused());
  setInterval(() => passTime(room), MINUTE_MS);
  connect((options) => rooms.refresh(options));
  startInstalled();
  outbox.flush();
}

function passTime(room) {
  showAgo();
  room?.messages.nameDays();
}

/** Post an entry: in the room of this page once it is joined, elsewhere by going in for a moment where that is needed. */
async function post(entry, outbox, room) {
  if (entry.person !== outbox.person) return NO_ANSWER;
  if (room?.name === entry.room) return room.live ? speak(entry) : NO_ANSWER;
  const answer = await speak(entry);
  if (answer.error?.code !== "not_joined") return answer;
  const joined = await ask("join", { room: entry.room });
  if (!joined.ok) return joined;
  const second = await speak(entry);
  await ask("leave", { room: entry.room });
  return second;
}

function speak({ id, room, text, name, reply }) {
  const more = { ...(name ? { user_name: name } : {}), ...(reply ? { reply_to: reply.seq } : {}) };
  return ask("my event", { room, message: text, id, ...more });
}

/** A drawer that is open when the window grows would cover the column it has become. */
function closePanelsWhenWide() {
  for (const width of ["47.5em", "67.5em"]) {
    matchMedia(`(max-width: ${width})`).addEventListener("change", () => {
      for (const panel of document.querySelectorAll(".sidebar:popover-open, .here:popover-open")) panel.hidePopover();
    });
  }
}

start();
