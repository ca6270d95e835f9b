/** The keys that work on every page. What each does is told by the sheet of `help.js`. */

const REGIONS = "#sidebar, [data-talk], [data-composer], #here, .home-main";
const FOCUSABLE = "textarea, input:not([type=hidden], [type=radio]), a[href], button, [tabindex='0']";

export const isApple = /Mac|iP(hone|ad|od)/.test(globalThis.navigator?.platform ?? "");

/** Whether a press belongs to an input method that composes a letter, up to the Enter that ends the composition. */
export const isComposed = ({ isComposing, keyCode }) => isComposing || keyCode === 229;

/** What a key press asks for: {do, step?, unread?}, or null. Pure. */
export function meant({ key, ctrlKey, metaKey, altKey, shiftKey, isComposing }, { typing, apple = isApple }) {
  if (isComposing) return null;
  const chord = apple ? metaKey && !ctrlKey : ctrlKey && !metaKey;
  if (chord && !altKey && !shiftKey && key.toLowerCase() === "k") return { do: "switch" };
  if (chord && !altKey && (key === "/" || key === "?")) return { do: "help" };
  if (ctrlKey || metaKey) return null;
  if (altKey && (key === "ArrowUp" || key === "ArrowDown")) return { do: "room", step: key === "ArrowUp" ? -1 : 1, unread: shiftKey };
  if (altKey) return null;
  if (key === "F6") return { do: "region", step: shiftKey ? -1 : 1 };
  if (key === "?" && !typing) return { do: "help" };
  return null;
}

/** The place `step` further in a row of so many, around its end; from none (-1) to either end. */
export function stepped(at, step, many) {
  if (at < 0) return step > 0 ? 0 : many - 1;
  return (at + step + many) % many;
}

export function startKeys(rooms) {
  const acts = { switch: () => openSwitcher(rooms), help: openHelp, room: goToRoom, region: goToRegion };
  addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    const asked = event.defaultPrevented ? null : meant(event, { typing });
    if (!asked) return;
    event.preventDefault();
    acts[asked.do](asked);
  });
  for (const button of document.querySelectorAll("[data-help]")) button.addEventListener("click", openHelp);
  for (const chip of document.querySelectorAll("[data-switch-key]")) chip.textContent = isApple ? "⌘K" : "Ctrl K";
}

async function openSwitcher(rooms) {
  (await import("./switcher.js")).openSwitcher(rooms);
}

async function openHelp() {
  (await import("./help.js")).openHelp();
}

function goToRoom({ step, unread }) {
  const all = [...document.querySelectorAll("#sidebar .room-item:not([hidden]) .room-link")];
  const current = (link) => link.ariaCurrent === "page";
  const links = unread ? all.filter((link) => current(link) || link.closest(".unread")) : all;
  const link = links[stepped(links.findIndex(current), step, links.length)];
  if (link && !current(link)) location.assign(link.href);
}

function goToRegion({ step }) {
  const regions = [...document.querySelectorAll(REGIONS)].filter((region) => region.checkVisibility());
  const at = regions.findIndex((region) => region.contains(document.activeElement));
  const region = regions[stepped(at, step, regions.length)];
  const field = region?.matches(FOCUSABLE) ? region : [...(region?.querySelectorAll(FOCUSABLE) ?? [])].find((one) => one.checkVisibility());
  if (region && !field) region.tabIndex = -1;
  (field ?? region)?.focus();
}
