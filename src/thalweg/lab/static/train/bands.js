// Two charts of a training: cost and accuracy, on batches and on unseen examples, as bands over members.

import { h } from "../dom.js";
import { COLOURS, Curves } from "../curves.js";
import { percent } from "../wording.js";

export function bands(across) {
  const cost = new Curves({ title: "Cost", x: { label: across, low: 0 }, y: { label: "cost", low: 0 } });
  const right = new Curves({ title: "How often they are right", x: { label: across, low: 0 }, y: { label: "right", low: 0, high: 1, words: (share) => percent(share, 0) } });
  const root = h("div", { class: "two-charts" }, h("section", {}, h("h2", {}, "Cost"), cost.root), h("section", {}, h("h2", {}, "Right"), right.root));
  return {
    root,
    /** `lines`: [{name, x, cost: [{low, y, high}...], accuracy}]; a band is from the 5th to the 95th of 100 members. */
    set: (lines, mark = null) => {
      cost.set(lines.map((line, place) => series(line, line.cost, place)), mark);
      right.set(lines.map((line, place) => series(line, line.accuracy, place)), mark);
    },
  };
}

function series({ name, x }, values, place) {
  const part = (which) => values.map((each) => (each ? each[which] : NaN));
  return { name, x, y: part(1), low: part(0), high: part(2), colour: COLOURS[place], dash: place % 2 ? "7 4" : "" };
}
