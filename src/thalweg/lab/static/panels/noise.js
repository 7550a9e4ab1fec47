// Noise.

import { h } from "../dom.js";

export const noise = {
  name: "noise",
  build(bench, root) {
    root.append(h("p", {}, "To come."));
    return { state: () => ({}), restore() {} };
  },
};
