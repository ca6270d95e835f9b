/** What waits elsewhere, in the title of the page and on the icon of the app. */

/** The title with how much waits before it: a number where one was to be told, a dot where there is anything. */
export function titled(title, { count, some }) {
  if (count > 0) return `(${count > 99 ? "99+" : count}) ${title}`;
  return some ? `• ${title}` : title;
}

const title = globalThis.document?.title ?? "";

export function showWanted(wanted) {
  document.title = titled(title, wanted);
  if (!navigator.setAppBadge) return;
  const set = wanted.count ? navigator.setAppBadge(wanted.count) : navigator.clearAppBadge();
  set.catch(() => {}); // a system that shows none
}
