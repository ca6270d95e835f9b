/** The emoji somebody uses: the last ones first, filled up with common ones. */

const NAME = "rooms:emoji";
// Spelled as the server spells them: a picture, not a letter.
const COMMON = ["\u{1F44D}\uFE0F", "\u2764\uFE0F", "😄", "🎉", "🙌", "👀", "🔥", "🙏"];
const KEPT = 24;

/** The list after one was used. Pure. */
export function used(recent, emoji) {
  return [emoji, ...recent.filter((one) => one !== emoji)].slice(0, KEPT);
}

/** So many to offer at once; where these do not suffice, of `others` too. Pure. */
export function quick(recent, many, others = []) {
  return [...new Set([...recent, ...COMMON, ...others])].slice(0, many);
}

export function recent() {
  try {
    const kept = JSON.parse(localStorage.getItem(NAME) ?? "[]");
    return Array.isArray(kept) ? kept.filter((one) => typeof one === "string") : [];
  } catch {
    return [];
  }
}

export function remember(emoji) {
  try {
    localStorage.setItem(NAME, JSON.stringify(used(recent(), emoji)));
  } catch {
    // A browser that keeps nothing offers the common ones.
  }
}
