/** What is being typed that can be completed, and what with. Pure. */

const OFFERED_MOST = 8;
const PLACES = [
  ["order", /^(\/)([\p{L}\p{M}]*)$/u],
  ["emoji", /(?:^|[\s(])(:)([\p{L}\p{M}\p{N}_+-]{2,})$/u],
  ["person", /(?:^|[\s(])(@)([^\s@]*(?: [^\s@]+)?)$/u],
  ["room", /(?:^|[\s(])(#)([\p{L}\p{M}\p{N}_-]*)$/u],
];

/** {kind, query, from, to} for what stands before the caret, or null. */
export function wanted(text, caret) {
  const before = text.slice(0, caret);
  for (const [kind, place] of PLACES) {
    const found = before.match(place);
    if (found) return { kind, query: found[2], from: caret - found[2].length - 1, to: caret };
  }
  return null;
}

/** Of `names` those that begin so, then those of which a later word does. */
export function fitting(things, query, nameOf = (thing) => thing.name) {
  const sought = query.toLowerCase();
  const ranked = things.map((thing, place) => ({ thing, place, rank: rank(nameOf(thing).toLowerCase(), sought) }));
  const fits = ranked.filter(({ rank: r }) => r !== null).sort((a, b) => a.rank - b.rank || a.place - b.place);
  return fits.slice(0, OFFERED_MOST).map(({ thing }) => thing);
}

function rank(name, sought) {
  if (name.startsWith(sought)) return 0;
  return name.split(/[\s_-]+/u).some((word) => word.startsWith(sought)) ? 1 : null;
}

/** The text once a suggestion is taken, and where the caret stands then. */
export function completed(text, { from, to }, insert) {
  const rest = text.slice(to).replace(/^ /, "");
  return { text: `${text.slice(0, from)}${insert} ${rest}`, caret: from + insert.length + 1 };
}
