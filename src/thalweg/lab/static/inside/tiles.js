// Small pictures with words: examples, weights, dreams; and bars that go both ways from 0.

import { paintWeights } from "../../../page/static/weights.js";
import { h } from "../dom.js";
import { paintExample } from "../examples.js";
import { meanOfChannels } from "./hidden.js";
import { say } from "../../../page/static/words.js";

/** An example 0..1, grey or in colour, as a canvas with a name. */
export function picture(values, shape, words) {
  const canvas = h("canvas", { role: "img", "aria-label": words });
  paintExample(canvas, values, shape);
  return canvas;
}

/** Weights on a picture, each by its own largest, as a canvas with a name; of colours the mean. */
export function weightPicture(values, shape, words) {
  const canvas = h("canvas", { role: "img", "aria-label": words }), flat = meanOfChannels(values, shape);
  paintWeights(canvas, flat, shape[0], shape[1]);
  return canvas;
}

/**
 * Rows of [name, value, words]: a bar to the right for what is above 0, to the left for what is below. 0 is in the
 * middle, or at the left where nothing is below.
 */
export function signedBars(rows, caption, pictures = []) {
  const most = Math.max(...rows.map(([, value]) => Math.abs(value)), 1e-12), zero = rows.some(([, value]) => value < 0) ? 50 : 0;
  return h("table", { class: "signed" }, h("caption", { class: "soft" }, caption),
    h("thead", { class: "hidden" }, h("tr", {}, ["what", "value", "as_bar"].map((word) => h("th", { scope: "col" }, say(`shell.${word}`))))),
    h("tbody", {}, rows.map(([name, value, words], place) => h("tr", {},
      h("th", { scope: "row" }, pictures[place] ?? null, h("span", {}, name)),
      h("td", { class: "value" }, words),
      h("td", { class: "both-ways" }, bar(value / most, zero))))));
}

function bar(share, zero) {
  const wide = (100 - zero) * Math.abs(share), left = share < 0 ? zero - wide : zero;
  return h("span", { class: "way", style: `--zero:${zero}%`, "aria-hidden": "true" },
    h("span", { class: share < 0 ? "below" : "above", style: `left:${left}%;width:${wide}%` }));
}
