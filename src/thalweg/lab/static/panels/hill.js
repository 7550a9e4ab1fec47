// Hill.

import { h } from "../dom.js";

export const hill = {
  name: "hill",
  build(bench, root) {
    root.append(h("p", {}, "To come."));
    return { state: () => ({}), restore() {} };
  },
};
