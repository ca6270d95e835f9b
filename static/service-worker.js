/**
 * Keeps the pages of the rooms read last, so that they can be read without a network. A page always comes from the
 * server when that answers; only files whose address carries the hash of their content are taken from here.
 */

const PAGES = "rooms pages";
const FILES = "rooms files";
const OFFLINE = "/offline";
const MOST_PAGES = 20;
const READABLE = /^\/(r\/[^/]+)?$/;
const FILE = /\/static\/[\w./-]+\?v=\w+/g;
const PERSON = /<body[^>]* data-person="([^"]*)"/;

addEventListener("install", (event) => event.waitUntil(begin()));
addEventListener("activate", (event) => event.waitUntil(takeOver()));
addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname, search } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(event, pathname, search));
  else if (pathname.startsWith("/static/") && search) event.respondWith(file(request));
});
addEventListener("message", (event) => {
  const path = event.data?.keep;
  if (READABLE.test(path)) event.waitUntil(renew(path));
});
addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(show(event.notification.data.url));
});

async function begin() {
  const answer = await fetch(OFFLINE, { cache: "no-store" });
  if (!answer.ok) throw new Error(`there is no page for when there is no network: ${answer.status}`);
  await keep(OFFLINE, answer);
  await skipWaiting();
}

async function takeOver() {
  await registration.navigationPreload?.enable();
  await clients.claim();
}

async function page(event, path, search) {
  try {
    const answer = await fetched(event);
    if (READABLE.test(path) && !search) event.waitUntil(remember(path, answer.clone()));
    return answer;
  } catch {
    const room = path.split("/").slice(0, 3).join("/");
    return (await kept(path)) ?? (await kept(room)) ?? (await kept(OFFLINE)) ?? Response.error();
  }
}

/** From the server. A preload that fails should throw, and gives an answer of its own kind in Firefox. */
async function fetched(event) {
  const preloaded = await event.preloadResponse;
  if (preloaded?.type === "error") throw new TypeError("no answer came");
  return preloaded ?? fetch(event.request);
}

/** What a page shows has changed since it was asked for. */
async function renew(path) {
  await remember(path, await fetch(path, { cache: "no-store" }));
}

async function remember(path, answer) {
  if (answer.ok && !answer.redirected) await keep(path, answer);
  else if (answer.status === 404) await (await caches.open(PAGES)).delete(path);
}

function kept(path) {
  return caches.match(path, { cacheName: PAGES, ignoreVary: true });
}

async function keep(path, answer) {
  const pages = await caches.open(PAGES);
  if (path !== OFFLINE) await forgetOthers(pages, await answer.clone().text());
  await pages.delete(path); // so that what was read last stands last
  await pages.put(path, answer);
  const readable = (await pages.keys()).filter(({ url }) => READABLE.test(new URL(url).pathname));
  for (const { url } of readable.slice(0, -MOST_PAGES)) await pages.delete(url);
  await keepFiles(pages);
}

/** Somebody else uses this browser now: what the one before read is not theirs to read. */
async function forgetOthers(pages, text) {
  const person = PERSON.exec(text)?.[1];
  for (const answer of await pages.matchAll()) {
    const other = PERSON.exec(await answer.clone().text())?.[1];
    if (other && other !== person) await pages.delete(answer.url);
  }
}

/** Every file that a kept page names, and no other. */
async function keepFiles(pages) {
  const wanted = new Set();
  for (const answer of await pages.matchAll()) {
    for (const [path] of (await answer.text()).matchAll(FILE)) wanted.add(new URL(path, location.origin).href);
  }
  const files = await caches.open(FILES);
  for (const { url } of await files.keys()) if (!wanted.delete(url)) await files.delete(url);
  await Promise.all([...wanted].map((url) => addFile(files, url)));
}

async function addFile(files, url) {
  const answer = await fetch(url);
  if (answer.ok) await files.put(url, answer);
}

async function file(request) {
  return (await caches.match(request.url, { cacheName: FILES, ignoreVary: true })) ?? fetch(request);
}

/** Bring the page of that address to the front, or open one. */
async function show(url) {
  const open = await clients.matchAll({ type: "window", includeUncontrolled: true });
  const there = open.find((client) => client.url.split("#")[0] === url);
  return there ? there.focus() : clients.openWindow(url);
}
