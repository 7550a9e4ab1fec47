// Memory.

import { h } from "../dom.js";

export const memory = {
  name: "memory",
  build(bench, root) {
    root.append(h("p", {}, "To come."));
    return { state: () => ({}), restore() {} };
  },
};
