// Shift.

import { h } from "../dom.js";

export const shift = {
  name: "shift",
  build(bench, root) {
    root.append(h("p", {}, "To come."));
    return { state: () => ({}), restore() {} };
  },
};
