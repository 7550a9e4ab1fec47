// Two rows of bars over one axis of confidence: of one network above, of all together below.

import { h } from "../dom.js";
import { percent } from "../wording.js";
import { say } from "../../../page/static/words.js";

const SPACE = "http://www.w3.org/2000/svg", WIDEST = 640, HALF = 70, LEFT = 8, BINS = 20, MARK = 0.9;

let wide = WIDEST;

/** Return {root, set}: `set(one, all)` draws the confidences of one network and of all. */
export function strip() {
  const picture = document.createElementNS(SPACE, "svg");
  picture.setAttribute("role", "img");
  const words = h("figcaption", { class: "soft" });
  const root = h("figure", { class: "strip" }, picture, words);
  const set = (one, all) => {
    wide = Math.min(WIDEST, Math.max(260, root.clientWidth || WIDEST));
    for (const [name, value] of [["viewBox", `0 0 ${wide} ${2 * HALF + 24}`], ["width", wide], ["height", 2 * HALF + 24]]) picture.setAttribute(name, String(value));
    const most = Math.max(...[one, all].flatMap(counted), 1);
    const parts = [...bars(one, "one", -1, most), ...bars(all, "all", 1, most)];
    parts.push(element("line", { x1: LEFT, x2: wide - LEFT, y1: HALF, y2: HALF, class: "axis" }));
    for (const share of [0, 0.25, 0.5, 0.75, 1]) parts.push(text(percent(share, 0), at(share), 2 * HALF + 18));
    parts.push(element("line", { x1: at(MARK), x2: at(MARK), y1: 0, y2: 2 * HALF, class: "mark" }));
    picture.replaceChildren(...parts);
    picture.setAttribute("aria-label", say("noise.strip", { count: one.length }));
    words.textContent = say("noise.strip_told", { count: one.length, share: percent(MARK, 0) });
  };
  return { root, set };
}

function counted(values) {
  const counts = new Array(BINS).fill(0);
  for (const value of values) counts[Math.min(BINS - 1, Math.floor(value * BINS))] += 1;
  return counts;
}

function* bars(values, name, side, most) {
  for (const [bin, count] of counted(values).entries()) {
    const tall = (count / most) * (HALF - 4);
    if (count) yield element("rect", { x: at(bin / BINS) + 1, width: (wide - 2 * LEFT) / BINS - 2, y: side < 0 ? HALF - tall : HALF, height: tall, class: `bar-${name}` });
  }
}

function at(share) {
  return LEFT + share * (wide - 2 * LEFT);
}

function text(words, x, y) {
  const made = element("text", { x, y, "text-anchor": x < 40 ? "start" : x > wide - 40 ? "end" : "middle" });
  made.textContent = words;
  return made;
}

function element(tag, attributes) {
  const made = document.createElementNS(SPACE, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  return made;
}
