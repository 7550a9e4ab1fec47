// Lines with bands over one axis: drawn as SVG, quick enough to be drawn again twenty times a second.

import { folded, h, table } from "./dom.js";
import { plain } from "./wording.js";
import { between, say } from "../../page/static/words.js";

const SPACE = "http://www.w3.org/2000/svg";
const WIDEST = 720, NARROWEST = 280, LEFT = 58, RIGHT = 24, TOP = 12, BOTTOM = 40;
const DASHES = ["", "7 4", "2 4", "10 3 2 3"];

/** Okabe and Ito's colours: told apart by everybody, in this order everywhere in the lab. */
export const COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#7a7a7a", "#000000"];

export class Curves {
  /**
   * @param {{title: string, x: Axis, y: Axis}} described; an Axis is {label, low, high, words, log}: `low` and
   *   `high` are those of what is drawn where they are left out; `words(value)` says a number; `log` for tenfold steps
   */
  constructor({ title, x, y }) {
    this.title = title;
    this.axes = { x, y };
    this.series = [];
    this.mark = null;
    this.picture = svg("svg", { role: "img", "aria-label": title });
    this.legend = h("ul", { class: "legend" });
    this.behind = h("div", {});
    const numbers = folded(say("shell.numbers"), this.behind);
    numbers.addEventListener("toggle", () => { this.unfolded = numbers.open; this.tabulate(); });
    this.root = h("figure", { class: "curves" }, this.picture, this.legend, numbers);
    new ResizeObserver(() => { if (this.root.clientWidth !== this.measured) this.set(this.series, this.mark); }).observe(this.root);
  }

  /** As wide as there is room: letters keep their size. */
  fit() {
    this.measured = this.root.clientWidth;
    this.wide = Math.min(WIDEST, Math.max(NARROWEST, this.measured || WIDEST));
    this.high = Math.max(220, Math.round(0.46 * this.wide));
    for (const [name, value] of [["viewBox", `0 0 ${this.wide} ${this.high}`], ["width", this.wide], ["height", this.high]]) this.picture.setAttribute(name, String(value));
  }

  /**
   * Draw. `series`: [{name, x: [numbers], y: [numbers], low, high, colour, dash}], `low` and `high` a band around y, if any;
   * `mark`: a place on the x axis that is pointed out, or null.
   */
  set(series, mark = null) {
    this.series = series;
    this.mark = mark;
    this.fit();
    const horizontal = this.scale("x", LEFT, this.wide - RIGHT), vertical = this.scale("y", this.high - BOTTOM, TOP);
    const parts = [...this.grid(horizontal, vertical)];
    series.forEach((each, place) => parts.push(...drawn(each, place, horizontal, vertical)));
    if (mark !== null) {
      const at = horizontal.at(mark);
      parts.push(svg("line", { x1: at, x2: at, y1: TOP, y2: this.high - BOTTOM, class: "mark" }));
    }
    this.picture.replaceChildren(...parts);
    this.legend.replaceChildren(...series.map((each, place) => h("li", {}, swatch(each, place), each.name)));
    this.tabulate();
  }

  scale(which, from, to) {
    const axis = this.axes[which], wanted = which === "x" ? ["x"] : ["y", "low", "high"];
    let least = axis.low ?? Infinity, most = axis.high ?? -Infinity;
    for (const each of this.series) for (const name of wanted) for (const value of each[name] ?? []) {
      if (!Number.isFinite(value) || (axis.log && value <= 0)) continue;
      if (axis.low === undefined) least = Math.min(least, value);
      if (axis.high === undefined) most = Math.max(most, value);
    }
    if (!(least < most)) [least, most] = Number.isFinite(least) ? [least - 0.5, least + 0.5] : [axis.log ? 0.1 : 0, 1];
    const own = axis.log ? Math.log10 : (value) => value;
    const at = (value) => from + ((own(value) - own(least)) / (own(most) - own(least))) * (to - from);
    return { at, ticks: axis.log ? tenfold(least, most) : even(least, most), words: axis.words ?? plain };
  }

  *grid(horizontal, vertical) {
    for (const value of vertical.ticks) {
      const at = vertical.at(value);
      yield svg("line", { x1: LEFT, x2: this.wide - RIGHT, y1: at, y2: at, class: "grid" });
      yield text(vertical.words(value), { x: LEFT - 8, y: at + 4, "text-anchor": "end" });
    }
    for (const value of horizontal.ticks) {
      yield text(horizontal.words(value), { x: horizontal.at(value), y: this.high - BOTTOM + 17, "text-anchor": "middle" });
    }
    yield svg("line", { x1: LEFT, x2: this.wide - RIGHT, y1: this.high - BOTTOM, y2: this.high - BOTTOM, class: "axis" });
    yield text(this.axes.x.label, { x: (LEFT + this.wide - RIGHT) / 2, y: this.high - 6, "text-anchor": "middle" });
    yield text(this.axes.y.label, { x: 12, y: (TOP + this.high - BOTTOM) / 2, "text-anchor": "middle", transform: `rotate(-90 12 ${(TOP + this.high - BOTTOM) / 2})` });
  }

  /** The table is made while it is open alone. */
  tabulate() {
    if (!this.unfolded) return;
    const { x, y } = this.axes, words = y.words ?? plain, places = [...new Set(this.series.flatMap((each) => each.x))];
    places.sort((one, other) => one - other);
    this.behind.replaceChildren(table(this.title, [x.label, ...this.series.map(({ name }) => name)],
      places.map((place) => [(x.words ?? plain)(place), ...this.series.map((each) => {
        const found = each.x.indexOf(place);
        if (found < 0 || !Number.isFinite(each.y[found])) return "";
        return each.low ? `${words(each.y[found])} ${between(words(each.low[found]), words(each.high[found]))}` : words(each.y[found]);
      })])));
  }
}

function* drawn(each, place, horizontal, vertical) {
  const colour = each.colour ?? COLOURS[place % COLOURS.length], points = each.x.map((value) => horizontal.at(value));
  if (each.low) {
    const along = points.map((at, index) => [at, vertical.at(each.high[index])]);
    const back = points.map((at, index) => [at, vertical.at(each.low[index])]).reverse();
    yield svg("path", { d: path([...along, ...back]) + "Z", fill: colour, class: "band" });
  }
  yield svg("path", {
    d: path(points.map((at, index) => [at, vertical.at(each.y[index])])), stroke: colour, class: "line",
    "stroke-dasharray": each.dash ?? DASHES[place % DASHES.length],
  });
  if (points.length === 1) yield svg("circle", { cx: points[0], cy: vertical.at(each.y[0]), r: 4, fill: colour });
}

/** A line through the points; where a number is missing it is broken. */
function path(points) {
  let text = "", open = false;
  for (const [x, y] of points) {
    if (!Number.isFinite(x) || !Number.isFinite(y)) { open = false; continue; }
    text += `${open ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`;
    open = true;
  }
  return text;
}

function even(least, most) {
  const rough = (most - least) / 4, power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((size) => size >= rough);
  const ticks = [];
  for (let value = Math.ceil(least / step - 1e-9) * step; value <= most + step * 1e-9; value += step) ticks.push(Number(value.toPrecision(12)));
  return ticks;
}

function tenfold(least, most) {
  const ticks = [];
  for (let power = Math.ceil(Math.log10(least) - 1e-9); power <= Math.log10(most) + 1e-9; power += 1) ticks.push(10 ** power);
  return ticks.length > 1 ? ticks : [least, most];
}

function swatch(each, place) {
  const line = svg("line", { x1: 0, x2: 26, y1: 6, y2: 6, stroke: each.colour ?? COLOURS[place % COLOURS.length], class: "line", "stroke-dasharray": each.dash ?? DASHES[place % DASHES.length] });
  const picture = svg("svg", { viewBox: "0 0 26 12", width: 26, height: 12, "aria-hidden": "true" });
  picture.append(line);
  return picture;
}

function text(words, attributes) {
  const element = svg("text", attributes);
  element.textContent = words;
  return element;
}

function svg(tag, attributes) {
  const element = document.createElementNS(SPACE, tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== "") element.setAttribute(name, String(value));
  return element;
}
