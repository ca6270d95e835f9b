/** What one may do with a message: what one cannot do is not offered. Pure. The server asks the same once more. */

const HOUR_MS = 3600 * 1000;

/**
 * `message` is {person, at, removed, going, pinned}; `who` is {id, name, isLive, isArchived, isOpener, mayPin}.
 * Gives the names of the actions, in the order they are shown.
 */
export function offered(message, who, { editHours = 0, now = Date.now() } = {}) {
  if (message.removed || message.going) return message.removed ? ["link"] : [];
  const own = message.person === who.id;
  const inTime = !editHours || now - Date.parse(message.at) < editHours * HOUR_MS;
  const mayTalk = who.isLive && !who.isArchived && Boolean(who.name);
  const may = {
    react: mayTalk,
    reply: mayTalk,
    edit: mayTalk && own && inTime,
    link: true,
    text: true,
    unread: who.isLive && who.keepsSeen,
    pin: mayTalk && who.mayPin && !message.pinned,
    unpin: mayTalk && who.mayPin && message.pinned,
    remove: who.isLive && (who.isOpener || (mayTalk && own && inTime)),
  };
  return Object.keys(may).filter((name) => may[name]);
}
