/** Which rooms are active, as far as this page was told. Pure. */

/** What is known of the rooms, by name, after the server told of some. It tells all alike, so what is mine stays mine. */
export function merge(known, { rooms, gone = [] }) {
  const merged = new Map(known);
  for (const room of rooms) merged.set(room.name, { ...room, mine: room.mine || (known.get(room.name)?.mine ?? false) });
  for (const name of gone) merged.delete(name);
  return merged;
}

/** The last word first; rooms without one keep the order they came in. */
export function inOrder(rooms) {
  return [...rooms].sort((one, other) => Date.parse(other.last?.at ?? 0) - Date.parse(one.last?.at ?? 0));
}
