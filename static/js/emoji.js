/** The emoji there are, with what they are called in the reader's language: fetched when first asked for. */

let loading = null;

/** {groups: Map of number to name, emoji: [{emoji, group, names, label, words}]}; none where they cannot be had now. */
export function loadEmoji() {
  loading ??= fetched().catch(() => {
    loading = null;
    return { groups: new Map(), emoji: [] };
  });
  return loading;
}

async function fetched() {
  const answer = await fetch(document.querySelector("[data-emoji-list]").dataset.emojiList);
  if (!answer.ok) throw new Error(`emoji: ${answer.status}`);
  return read(await answer.json());
}

export function read({ groups, emoji }) {
  return {
    groups: new Map(Object.entries(groups).map(([number, name]) => [Number(number), name])),
    emoji: emoji.map(([one, group, names, label, tags]) => ({
      emoji: one,
      group,
      names: names.split(" "),
      label,
      words: `${label} ${tags} ${names.replaceAll("_", " ")}`.toLowerCase(),
    })),
  };
}

/** Those that fit what is looked for, the closest first: by name, by the beginning of a name, of a word, anywhere. */
export function found(emoji, query, most) {
  const wanted = query.trim().toLowerCase().replaceAll("_", " ");
  if (!wanted) return [];
  const ranked = emoji.map((one, place) => ({ one, place, rank: rank(one, wanted) })).filter(({ rank: r }) => r !== null);
  ranked.sort((a, b) => a.rank - b.rank || a.place - b.place);
  return ranked.slice(0, most).map(({ one }) => one);
}

function rank({ names, words }, wanted) {
  const name = wanted.replaceAll(" ", "_");
  if (names.includes(name)) return 0;
  if (names.some((one) => one.startsWith(name))) return 1;
  if (` ${words}`.includes(` ${wanted}`)) return 2;
  return words.includes(wanted) ? 3 : null;
}
