/** Which rooms are active, as far as this page was told, and what is new in mine. Pure. */

/** What is known of a room of mine before the server told: nothing is new, and one wants to hear of mentions. */
const FRESH = { seen: null, unread: 0, mentions: 0, level: "mentions" };

/** What is known of the rooms, by name, after the server told of some. It tells all alike; `own` knows of mine. */
export function merge(known, { rooms, gone = [] }, own) {
  const merged = new Map(known);
  for (const room of rooms) merged.set(room.name, { ...room, ...FRESH, ...own.get(room.name), mine: own.has(room.name) });
  for (const name of gone) merged.delete(name);
  return merged;
}

/** Which rooms are mine, and what is new in them, after the server answered me: of those it names it knows best. */
export function answered(own, rooms) {
  const readings = new Map(own);
  for (const { name, mine, ...room } of rooms) {
    if (mine) readings.set(name, picked({ ...FRESH, ...room }));
    else readings.delete(name);
  }
  return readings;
}

/** The same after something of `news` changed in a room of mine. */
export function read(own, name, news) {
  if (!own.has(name)) return own;
  return new Map(own).set(name, picked({ ...own.get(name), ...news }));
}

function picked({ seen, unread, mentions, level }) {
  return { seen, unread, mentions, level };
}

/**
 * What a room wants of me: {count} to be told with a number, {some} that there is anything new. Of the room one is
 * looking at nothing is.
 */
export function wants({ mine, level, unread, mentions }, isLookedAt = false) {
  if (!mine || isLookedAt || level === "nothing" || level === "hidden") return { count: 0, some: false };
  return { count: level === "everything" ? unread : mentions, some: unread > 0 };
}

/** What all rooms want of me together. */
export function wanted(rooms, lookedAt = null) {
  const each = rooms.map((room) => wants(room, room.name === lookedAt));
  return { count: each.reduce((sum, { count }) => sum + count, 0), some: each.some(({ some }) => some) };
}

/** First what wants me by number, then what has anything new, each with the last word first. */
export function inOrder(rooms) {
  const rank = (room) => {
    const { count, some } = wants(room);
    return Number(count > 0) + Number(some);
  };
  const lastWord = (room) => Date.parse(room.last?.at ?? 0);
  return [...rooms].sort((one, other) => rank(other) - rank(one) || lastWord(other) - lastWord(one));
}
