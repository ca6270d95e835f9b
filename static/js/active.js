/** Which rooms are active, as far as this page was told. Pure. */

/** What is known of the rooms, by name, after the server told of some. It tells all alike; `own` knows which are mine. */
export function merge(known, { rooms, gone = [] }, own) {
  const merged = new Map(known);
  for (const room of rooms) merged.set(room.name, { ...room, mine: own.has(room.name) });
  for (const name of gone) merged.delete(name);
  return merged;
}

/** Which rooms are mine after the server answered me: of those it names it knows best. */
export function answered(own, rooms) {
  const names = new Set(own);
  for (const { name, mine } of rooms) {
    if (mine) names.add(name);
    else names.delete(name);
  }
  return names;
}

/** The last word first; rooms without one keep the order they came in. */
export function inOrder(rooms) {
  return [...rooms].sort((one, other) => Date.parse(other.last?.at ?? 0) - Date.parse(one.last?.at ?? 0));
}
