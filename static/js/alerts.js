/**
 * Being told of what is said elsewhere: a notification and a quiet sound, as each room's level wants it, by one tab, and
 * not while the room is open before somebody's eyes in any tab.
 */

import { pref, setPref } from "./prefs.js";
import { t } from "./strings.js";
import { usable } from "./tabs.js";

const ONE_TAB_MS = 3_000;
const LAST_WORD_MS = 400;
const OFFERED_MS = 30_000;

/** Whether what is new in a room is worth telling, now that it is `now` and was `before`. Pure. */
export function isWorthTelling(now, before) {
  if (now.level === "everything") return now.unread > before.unread;
  return now.level === "mentions" && now.mentions > before.mentions;
}

/** What the browser says to notifications: "granted", "denied", "default" (not asked), or "none" where it has none. */
export function permission() {
  return globalThis.Notification?.permission ?? "none";
}

export class Alerts {
  #looks = null;

  constructor({ rooms, locks = navigator.locks }) {
    Object.assign(this, { rooms, locks });
    rooms.onnews = (now, before) => this.#news(now, before);
    rooms.onread = (name) => this.#forget(name);
    for (const event of ["visibilitychange", "pageshow"]) addEventListener(event, () => this.#look(), true);
    this.#look();
    this.panel = document.querySelector("[data-notice-offer]");
    this.panel?.closest("[popover]").addEventListener("beforetoggle", () => this.#showOffer());
    this.panel?.querySelector("[data-part=allow]").addEventListener("click", () => this.allow());
  }
  /** Ask for leave to notify: only where somebody has just pressed a button for it. */
  async allow() {
    await Notification.requestPermission();
    this.#showOffer();
  }
  /** Offer it once, where it makes sense: somebody has just spoken, or was named. */
  offer(notice) {
    if (permission() !== "default" || pref("offered")) return;
    setPref("offered", true);
    const act = () => this.allow().then(() => notice.say(""));
    notice.say(t("Shall this browser tell you when somebody names you?"), { ms: OFFERED_MS, way: { label: t("Show notifications"), act } });
  }

  #showOffer() {
    if (!this.panel) return;
    const state = permission();
    this.panel.hidden = !["default", "denied"].includes(state);
    this.panel.querySelector("[data-part=allow]").hidden = state !== "default";
    this.panel.querySelector("[data-part=blocked]").hidden = state !== "denied";
  }

  /** While the room of this page is before somebody's eyes, hold a lock that says so: it ends with the page. */
  #look() {
    const { current } = this.rooms;
    this.#looks?.abort();
    if (!current || document.hidden || !this.locks) return;
    const { signal } = (this.#looks = new AbortController());
    const away = () => new Promise((stop) => signal.addEventListener("abort", stop));
    this.locks.request(looking(current), { mode: "shared", signal }, away).catch(() => {}); // looked away before it was given
  }

  async #isLookedAt(name) {
    if (!document.hidden && name === this.rooms.current) return true;
    const held = (await (await usable(this.locks))?.query())?.held ?? [];
    return held.some((lock) => lock.name === looking(name));
  }
  async #news(now, before) {
    if (pref("quiet") || !isWorthTelling(now, before) || (await this.#isLookedAt(now.name))) return;
    const locks = await usable(this.locks);
    if (!locks) return this.#tell(now);
    // All tabs hear of it: the first to take this lock is the one that tells.
    locks.request(`rooms alert ${now.name} ${now.unread}`, { ifAvailable: true }, async (lock) => {
      if (!lock) return;
      await this.#tell(now);
      await pause(ONE_TAB_MS);
    });
  }
  async #tell({ name }) {
    await pause(LAST_WORD_MS); // who said what comes in an event of its own
    if (pref("sound")) import("./chime.js").then(({ chime }) => chime());
    if (permission() !== "granted") return;
    const { last } = this.rooms.find(name) ?? {};
    const url = new URL(`/r/${encodeURIComponent(name)}`, location).href;
    const options = { body: last ? `${last.user_name}: ${last.message}` : "", tag: name, icon: icon(), silent: true, data: { url } };
    const worker = await navigator.serviceWorker?.getRegistration();
    if (worker?.active) return worker.showNotification(`/${name}`, options);
    new Notification(`/${name}`, options).addEventListener("click", () => location.assign(url));
  }
  /** It was read: nothing about it need stand anywhere. */
  async #forget(name) {
    const worker = permission() === "granted" && (await navigator.serviceWorker?.getRegistration());
    for (const shown of (await worker?.getNotifications?.({ tag: name })) ?? []) shown.close();
  }
}

const looking = (name) => `rooms looking ${name}`;
const pause = (ms) => new Promise((go) => setTimeout(go, ms));
const icon = () => document.querySelector("link[rel=apple-touch-icon]")?.href;
