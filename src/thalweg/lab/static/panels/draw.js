// Draw: strokes become the picture that the networks see, and every network answers.

import { h } from "../dom.js";

export const draw = {
  name: "draw",
  build(bench, root, { networks }) {
    root.append(h("p", {}, `${networks.members.length} networks are here.`));
    return { state: () => ({}), restore() {} };
  },
};
