// Minima.

import { h } from "../dom.js";

export const minima = {
  name: "minima",
  build(bench, root) {
    root.append(h("p", {}, "To come."));
    return { state: () => ({}), restore() {} };
  },
};
