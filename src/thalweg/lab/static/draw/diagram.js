// One network at work: a column a layer, a disc a neuron, and the edges that carry most lit up.

import { h, table } from "../dom.js";
import { Filters } from "./filters.js";
import { plain } from "../wording.js";
import { signed } from "../../../page/static/weights.js";
import { plural, say } from "../../../page/static/words.js";

const WIDEST = 720, NARROWEST = 280, HIGHEST = 420, STEP = 26, MOST = 24, EDGES = 260;
const NIGHT = [[86, 168, 235], [240, 150, 60]]; // blue and orange on black

/** Draws what `trace` found of one member; `table()` says it in numbers. */
export class Diagram {
  constructor(networks) {
    this.networks = networks;
    this.canvas = h("canvas", { class: "diagram", role: "img", "aria-label": say("draw.diagram.label") });
    this.note = h("p", { class: "soft" });
    this.behind = h("div", {});
    this.numbers = h("details", { ontoggle: () => this.tabulate() }, h("summary", {}, say("shell.numbers")), this.behind);
    this.filters = networks.convolutions ? new Filters(networks) : null;
    this.root = h("figure", {}, this.filters?.root ?? null, this.canvas, this.note, this.numbers);
    this.columns = [];
    this.widen(WIDEST);
    new ResizeObserver(([{ contentRect }]) => this.widen(contentRect.width)).observe(this.root);
  }

  /** `values`: what the network sees, null for nothing. */
  set(member, values, probabilities) {
    const found = values ? this.networks.trace(member, values) : [];
    this.layers = found.filter(({ kind }) => kind === "dense");
    this.filters?.set(found);
    this.input = values;
    this.member = member;
    this.probabilities = probabilities;
    this.columns = this.layers.map((layer, depth) => this.column(layer, depth));
    this.measure();
    this.paint();
    this.tabulate();
  }

  /** As wide as there is room, so that words in it keep their size. */
  widen(room) {
    const wide = Math.round(Math.min(WIDEST, Math.max(NARROWEST, room)));
    if (wide === this.wide) return;
    this.wide = wide;
    this.measure();
    this.paint();
  }

  /** As high as the longest column and the picture before the first layer need; without a picture no room for one. */
  measure() {
    const { wide } = this, rows = Math.max(0, ...this.columns.map(({ kept }) => kept.length));
    this.left = this.hasPicture ? Math.min(150, wide * 0.21) : 0;
    this.high = rows ? Math.min(HIGHEST, Math.max(this.left, rows * STEP) + 16) : HIGHEST;
    if (this.canvas.width === 2 * wide && this.canvas.height === 2 * this.high) return;
    this.canvas.width = 2 * wide;
    this.canvas.height = 2 * this.high;
  }

  /** Grey pixels can be drawn before the first neurons; features, colours and detectors stand for no one place. */
  get hasPicture() {
    const { convolutions, input_shape: [, width, channels] } = this.networks;
    return !convolutions && width !== undefined && !(channels > 1);
  }

  column(layer, depth) {
    const isLast = depth === this.layers.length - 1, values = isLast ? this.probabilities : layer.values;
    const order = [...values.keys()];
    const kept = order.length <= MOST ? order : order.sort((a, b) => Math.abs(values[b]) - Math.abs(values[a])).slice(0, MOST).sort((a, b) => a - b);
    const most = Math.max(1e-9, ...kept.map((unit) => Math.abs(values[unit])));
    const bounded = ["sigmoid", "tanh", "step"].includes(this.networks.activation) || isLast;
    return { values, kept, scale: bounded ? 1 : most, hidden: order.length - kept.length, isLast };
  }

  paint() {
    const pen = this.canvas.getContext("2d");
    pen.setTransform(2, 0, 0, 2, 0, 0);
    pen.clearRect(0, 0, this.wide, this.high);
    const ink = getComputedStyle(document.documentElement).getPropertyValue("--ink").trim();
    if (!this.columns.length) { this.note.textContent = ""; return; }
    const places = this.columns.map((column, depth) => this.places(column, depth));
    this.edgesFromInput(pen, places[0]);
    for (let depth = 1; depth < this.columns.length; depth++) this.edges(pen, depth, places);
    this.columns.forEach((column, depth) => this.discs(pen, column, places[depth], ink));
    this.explain();
  }

  explain() {
    const missing = this.columns.reduce((total, { hidden }) => total + hidden, 0), { convolutions } = this.networks;
    const words = [say("draw.diagram.explained")];
    if (missing) words.push(plural("draw.diagram.hidden", missing));
    if (!convolutions && !this.hasPicture) words.push(say("draw.diagram.no_inputs"));
    if (convolutions) words.push(say("draw.diagram.maps"));
    this.note.textContent = words.join(" ");
  }

  places({ kept }, depth) {
    const named = this.wide < 500 ? 45 : 75, room = this.wide - this.left - named;
    const across = this.left + (depth + 0.5) * (room / this.columns.length) + 0.04 * this.wide;
    const step = Math.min(STEP, (this.high - 16) / kept.length), top = (this.high - step * kept.length) / 2;
    return kept.map((_, place) => [across, top + (place + 0.5) * step, Math.min(9, step * 0.4)]);
  }

  discs(pen, { values, kept, scale, isLast }, places, ink) {
    kept.forEach((unit, place) => {
      const [x, y, radius] = places[place], share = values[unit] / scale;
      pen.beginPath();
      pen.arc(x, y, radius, 0, 2 * Math.PI);
      pen.fillStyle = `rgb(${signed(share).join(",")})`;
      pen.fill();
      pen.lineWidth = 1;
      pen.strokeStyle = ink;
      pen.stroke();
      if (!isLast) return;
      pen.fillStyle = ink;
      pen.font = "13px system-ui, sans-serif";
      pen.textBaseline = "middle";
      pen.fillText(String(this.networks.class_names[unit]).slice(0, this.wide < 500 ? 4 : 9), x + radius + 7, y);
    });
  }

  /** The largest products of weight and activation between two layers. */
  edges(pen, depth, places) {
    const { weight, shape: [, width] } = this.networks.part(this.member, `layers.${depth}`), before = this.columns[depth - 1], after = this.columns[depth];
    const activations = this.layers[depth - 1].values, found = [];
    after.kept.forEach((to, row) => before.kept.forEach((from, column) => {
      found.push([weight[to * width + from] * activations[from], places[depth - 1][column], places[depth][row]]);
    }));
    strongest(pen, found);
  }

  /** The pixels that do most for each neuron of the first layer; features and detectors have no picture to start from. */
  edgesFromInput(pen, places) {
    if (!this.hasPicture) return;
    const [height, width] = this.networks.input_shape, { left } = this, side = Math.min(left, (left * width) / Math.max(height, width)), scale = side / width, top = (this.high - height * scale) / 2;
    paintInput(pen, this.input, height, width, scale, top);
    const { weight, shape: [, size] } = this.networks.part(this.member, "layers.0"), found = [];
    this.columns[0].kept.forEach((unit, row) => {
      const products = [...this.input.keys()].filter((pixel) => this.input[pixel] > 0).map((pixel) => [weight[unit * size + pixel] * this.input[pixel], pixel]);
      products.sort((a, b) => Math.abs(b[0]) - Math.abs(a[0]));
      for (const [product, pixel] of products.slice(0, 5)) {
        found.push([product, [((pixel % width) + 0.5) * scale, top + (Math.floor(pixel / width) + 0.5) * scale], places[row]]);
      }
    });
    strongest(pen, found);
  }

  tabulate() {
    if (!this.numbers.open) return;
    const last = this.layers.length - 1, first = this.networks.convolutions + 1;
    this.behind.replaceChildren(...(this.filters?.tables() ?? []), ...this.layers.map((layer, depth) => table(
      depth === last ? say("draw.diagram.outputs") : say("draw.diagram.layer", { layer: first + depth }),
      [depth === last ? say("draw.diagram.class") : say("draw.diagram.neuron_of", { layer: first + depth }), say("draw.diagram.sum"), say(depth === last ? "draw.diagram.probability" : "draw.diagram.activation")],
      [...layer.values.keys()].map((unit) => [depth === last ? String(this.networks.class_names[unit]) : String(unit + 1), plain(layer.sums[unit]), plain(depth === last ? this.probabilities[unit] : layer.values[unit])]))));
  }
}

function strongest(pen, found) {
  found.sort((a, b) => Math.abs(b[0]) - Math.abs(a[0]));
  const most = Math.abs(found[0]?.[0] ?? 0) || 1, isNight = matchMedia("(prefers-color-scheme: dark)").matches;
  for (const [product, from, to] of found.slice(0, EDGES).reverse()) {
    const share = product / most, [red, green, blue] = isNight ? NIGHT[share < 0 ? 0 : 1] : signed(Math.sign(share));
    pen.strokeStyle = `rgba(${red},${green},${blue},${Math.min(1, 0.06 + Math.abs(share))})`;
    pen.lineWidth = 0.5 + 2.5 * Math.abs(share);
    pen.beginPath();
    pen.moveTo(from[0], from[1]);
    pen.lineTo(to[0], to[1]);
    pen.stroke();
  }
}

function paintInput(pen, values, height, width, scale, top) {
  for (let pixel = 0; pixel < height * width; pixel++) {
    const level = Math.round(255 * values[pixel]);
    pen.fillStyle = `rgb(${level},${level},${level})`;
    pen.fillRect((pixel % width) * scale, top + Math.floor(pixel / width) * scale, scale + 0.5, scale + 0.5);
  }
}
