/** Puts what opens in front of the page beside what opened it. On a phone the style sheet makes a sheet of it. */

const GAP_PX = 4;

export function moveBeside(popover, opener) {
  const box = opener.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = popover;
  const fits = box.bottom + GAP_PX + height < innerHeight;
  const top = fits ? box.bottom + GAP_PX : Math.max(GAP_PX, Math.min(box.top, innerHeight) - height - GAP_PX);
  const left = Math.max(GAP_PX, Math.min(box.right, innerWidth - GAP_PX) - width);
  popover.style.setProperty("--menu-top", `${top}px`);
  popover.style.setProperty("--menu-left", `${left}px`);
}
