/** Sharing a room: copying its URL, and the phone's own share sheet where there is one. */

import { t } from "./strings.js";

const DONE_MS = 2_000;

export function startSharing(main) {
  const { url, room } = main.dataset;
  for (const button of document.querySelectorAll("[data-copy]")) button.addEventListener("click", () => copyFrom(button, url));
  for (const button of document.querySelectorAll("[data-share]")) {
    button.hidden = !navigator.share;
    button.addEventListener("click", () => navigator.share({ title: `/${room}`, url }).catch(() => {}));
  }
}

async function copyFrom(button, url) {
  const label = button.querySelector("[data-label]");
  if (!(await copy(url, button))) return void prompt(t("Copy this address"), url);
  button.classList.add("done");
  label.textContent = t("Copied");
  setTimeout(() => {
    button.classList.remove("done");
    label.textContent = t("Copy link");
  }, DONE_MS);
}

/** Put a text onto the clipboard; tells whether that went. */
export async function copy(text, button) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelecting(text, button);
  }
}

/** Over plain http browsers withhold the clipboard; a selected field can still be copied. */
function copyBySelecting(text, button) {
  const field = document.createElement("textarea");
  field.value = text;
  field.readOnly = true;
  field.className = "unseen";
  // Beside the button: outside of an open popover a field cannot be selected from within it.
  button.after(field);
  field.select();
  const copied = document.execCommand("copy");
  field.remove();
  button.focus();
  return copied;
}
