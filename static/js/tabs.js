/** What the tabs of a browser have in common. One that keeps nothing for a page has it not, or refuses it. */

export function channel(name) {
  try {
    return new BroadcastChannel(name);
  } catch {
    return null;
  }
}

/** The browser's locks, or null. */
export async function usable(locks) {
  try {
    await locks.query();
    return locks;
  } catch {
    return null;
  }
}
