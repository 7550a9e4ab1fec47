// Inside.

import { h } from "../dom.js";

export const inside = {
  name: "inside",
  build(bench, root) {
    root.append(h("p", {}, "To come."));
    return { state: () => ({}), restore() {} };
  },
};
