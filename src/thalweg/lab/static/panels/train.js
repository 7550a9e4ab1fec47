// Train.

import { h } from "../dom.js";

export const train = {
  name: "train",
  build(bench, root) {
    root.append(h("p", {}, "To come."));
    return { state: () => ({}), restore() {} };
  },
};
