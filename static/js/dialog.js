/** A dialog over the page. The browser gives the focus back, and lets Esc close it. */

import { make } from "./make.js";
import { t } from "./strings.js";

/**
 * `fill(body, close)` puts its content in; where that has a button to cancel by, none to close stands above. A second
 * dialog of the same kind is not opened.
 */
export function openDialog(kind, title, fill) {
  if (document.querySelector(`dialog.${kind}`)) return;
  const dialog = make("dialog", { className: `dialog ${kind}` });
  const heading = make("h2", { className: "dialog-title", id: `${kind}-title`, textContent: title });
  const close = make("button", { type: "button", className: "button quiet", textContent: t("Close") });
  const body = make("div", { className: "dialog-body" });
  const top = make("div", { className: "panel-top" }, heading, close);
  dialog.setAttribute("aria-labelledby", heading.id);
  dialog.append(top, body);
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  fill(body, () => dialog.close());
  close.hidden = Boolean(body.querySelector("[data-cancel]"));
  document.body.append(dialog);
  dialog.showModal();
}
