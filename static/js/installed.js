/** What makes an app of the pages: the worker that keeps them for when there is no network. */

import { ownWorker } from "./html.js";
import { socket } from "./socket.js";

const AGAIN_MS = 60_000;

/** Browsers withhold workers over plain http, or refuse them; then there is nothing to read without a network. */
export function startInstalled(workers = navigator.serviceWorker) {
  if (!workers) return;
  let hasNews = !workers.controller;
  let keptAt = 0;
  const keep = async () => {
    if (!hasNews || Date.now() - keptAt < AGAIN_MS) return;
    hasNews = false;
    keptAt = Date.now();
    const { active } = await workers.ready;
    active?.postMessage({ keep: location.pathname });
  };
  for (const event of ["my response", "changed", "room"]) socket.on(event, () => (hasNews = true));
  const begin = () => {
    document.addEventListener("visibilitychange", () => document.hidden && keep());
    keep();
  };
  addEventListener("load", () => workers.register(ownWorker()).then(begin, () => {}));
}
