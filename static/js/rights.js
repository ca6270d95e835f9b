/** What one may do with a message: what one cannot do is not offered. Pure. The server asks the same once more. */

const HOUR_MS = 3600 * 1000;

/**
 * `message` is {person, at, removed, going, pinned}; `who` is {id, name, isLive, isKept, may}: `isKept`
 * where the server keeps what this person has read, and `may(what)` is what it says of this person in this room.
 * Gives the names of the actions, in the order they are shown.
 */
export function offered(message, who, { editHours = 0, now = Date.now() } = {}) {
  if (message.removed || message.going) return message.removed ? ["link"] : [];
  const own = message.person === who.id;
  const inTime = !editHours || now - Date.parse(message.at) < editHours * HOUR_MS;
  const has = (right) => who.isLive && who.may(right);
  const mayTalk = has("post") && Boolean(who.name);
  const may = {
    react: mayTalk,
    pick: mayTalk,
    reply: mayTalk,
    edit: mayTalk && own && inTime,
    link: true,
    text: true,
    unread: who.isLive && who.isKept,
    pin: has("pin") && !message.pinned,
    unpin: has("pin") && message.pinned,
    remove: has("remove") || (who.isLive && Boolean(who.name) && own && inTime),
  };
  return Object.keys(may).filter((name) => may[name]);
}
