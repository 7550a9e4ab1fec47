// What a dot of the map says of itself: beside it, for mouse, finger and keyboard; Escape takes it away (WCAG 1.4.13).

import { h } from "../dom.js";

/** Return {root, show, hide}: `show([x, y], words)` puts the words beside a place, in shares of the map's sides. */
export function tip() {
  const root = h("p", { class: "tip", hidden: true, "aria-hidden": "true" }); // the status below the map says the same
  return {
    root,
    show([x, y], words) {
      root.textContent = words;
      root.hidden = false;
      root.style.left = `${100 * x}%`;
      root.style.top = `${100 * y}%`;
      root.dataset.side = `${y < 0.2 ? "below" : "above"} ${x < 0.3 ? "right" : x > 0.7 ? "left" : "middle"}`;
    },
    hide() { root.hidden = true; },
  };
}
