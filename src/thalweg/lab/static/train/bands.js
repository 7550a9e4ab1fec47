// Two charts of a training: cost and accuracy, on batches and on unseen examples, as bands over members.

import { h } from "../dom.js";
import { COLOURS, Curves } from "../curves.js";
import { percent } from "../wording.js";
import { say } from "../../../page/static/words.js";

export function bands(across) {
  const cost = new Curves({ title: say("train.cost"), x: { label: across, low: 0 }, y: { label: say("train.cost_axis"), low: 0 } });
  const right = new Curves({ title: say("train.how_often"), x: { label: across, low: 0 }, y: { label: say("train.right_axis"), low: 0, high: 1, words: (share) => percent(share, 0) } });
  const root = h("div", { class: "two-charts" }, h("section", {}, h("h2", {}, say("train.cost")), cost.root), h("section", {}, h("h2", {}, say("train.right")), right.root));
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
