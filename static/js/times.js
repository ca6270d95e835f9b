/** Times in the reader's zone and language. The server says the same in `rooms_chat/web/shown.py`. */

import { language, t } from "./strings.js";

const DAY_MS = 24 * 3600 * 1000;
const TOGETHER_MS = 5 * 60 * 1000;
const YEAR_SECONDS = 365 * 24 * 3600;

const clockFormat = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const fullFormat = new Intl.DateTimeFormat(language, { dateStyle: "full", timeStyle: "short" });

const dateFormat = new Intl.DateTimeFormat(language, { dateStyle: "long" });

export const date = (at) => dateFormat.format(new Date(at));
export const clock = (at) => clockFormat.format(new Date(at));
export const full = (at) => fullFormat.format(new Date(at));
export const sameDay = (one, other) => new Date(one).toDateString() === new Date(other).toDateString();

/** Today, yesterday, or the date in words. */
export function day(at, now = Date.now()) {
  if (sameDay(at, now)) return t("Today");
  if (sameDay(at, now - DAY_MS)) return t("Yesterday");
  const year = new Date(at).getFullYear() === new Date(now).getFullYear() ? undefined : "numeric";
  return new Intl.DateTimeFormat(language, { weekday: "long", month: "long", day: "numeric", year }).format(new Date(at));
}

/** How long ago, as short as it can be said. */
export function ago(at, now = Date.now()) {
  const minutes = Math.floor((now - Date.parse(at)) / 60_000);
  if (minutes < 1) return t("now");
  if (minutes < 60) return t("{n} min", { n: minutes });
  if (minutes < 24 * 60) return t("{n} h", { n: Math.floor(minutes / 60) });
  return t("{n} d", { n: Math.floor(minutes / (24 * 60)) });
}

/** Whether two messages are one person's words, one soon after the other; what somebody does stands behind their name. */
export function goesOn(before, message) {
  return (
    !message.isAction &&
    before.person === message.person &&
    before.name === message.name &&
    sameDay(before.at, message.at) &&
    Date.parse(message.at) - Date.parse(before.at) < TOGETHER_MS
  );
}

export function showAgo(root = document) {
  for (const time of root.querySelectorAll("time[data-ago][datetime]")) time.textContent = ago(time.dateTime);
}

/** Tell the server the zone, so that the next page arrives with the reader's own times. */
export function rememberZone() {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  if (timeZone) document.cookie = `rooms_zone=${timeZone}; path=/; max-age=${YEAR_SECONDS}; samesite=lax`;
}
