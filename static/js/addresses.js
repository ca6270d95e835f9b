/** Addresses of this room's messages, wherever they stand: they open in place, the message lit, and Back leads back. */

/** The seq that a URL names in a room, or null. Pure. */
export function seqIn(url, room, origin) {
  const { origin: place, pathname } = new URL(url, origin);
  const named = place === origin && pathname.match(/^\/r\/([^/]+)\/(\d{1,15})$/);
  return named && decoded(named[1]) === room ? Number(named[2]) : null;
}

function decoded(name) {
  try {
    return decodeURIComponent(name);
  } catch {
    return null;
  }
}

export function watchAddresses(main, room, history) {
  main.addEventListener("click", async (event) => {
    const link = event.target.closest("a[href]");
    const seq = link && isPlain(event) ? seqIn(link.href, room, location.origin) : null;
    if (seq === null) return;
    event.preventDefault();
    if (!(await history.goTo(seq))) return void location.assign(link.href);
    if (location.href !== link.href) window.history.pushState({ seq }, "", link.href);
  });
  addEventListener("popstate", () => {
    const seq = seqIn(location.href, room, location.origin);
    if (seq === null) history.toNewest();
    else history.goTo(seq);
  });
}

const isPlain = ({ button, ctrlKey, metaKey, shiftKey, altKey }) => button === 0 && !(ctrlKey || metaKey || shiftKey || altKey);
