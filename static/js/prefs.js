/** What somebody chose in this browser: a few switches, by name. A browser that keeps nothing has what is usual. */

const USUAL = { quiet: false, sound: true, offered: false };

export function pref(name) {
  try {
    return JSON.parse(localStorage.getItem(`rooms:${name}`) ?? "null") ?? USUAL[name];
  } catch {
    return USUAL[name];
  }
}

export function setPref(name, value) {
  try {
    localStorage.setItem(`rooms:${name}`, JSON.stringify(value));
  } catch {
    // Then it holds until it is asked for again.
  }
}
