// A training as it was recorded: bands over all members, and the first weights along the way, to be wound.

import { button, chooser, h, slider } from "../dom.js";
import { bands } from "./bands.js";
import { neurons, unpackHalves } from "./neurons.js";
import { lacking } from "../shell.js";
import { count } from "../wording.js";

const FRAME = 150;

export class Film {
  constructor(bench, content) {
    Object.assign(this, { bench, content });
    this.bands = bands("epochs");
    this.frames = content.weights ? content.frames : Array.from({ length: content.epochs }, (_, place) => place + 1);
    this.place = slider("Epoch", { low: 0, high: this.frames.length - 1, step: 1, value: this.frames.length - 1, shown: (place) => String(this.frames[place]), changed: () => { this.show(); bench.changed(); } });
    this.play = button("Play", () => this.toggle(), { class: "main" });
    this.root = h("div", { class: "film" },
      h("p", { class: "soft" }, `As it was recorded: ${count(content.members)} networks of this run, ${count(content.epochs)} epochs. The band holds nine of ten networks.${content.weights && content.frames.length < content.kept ? ` Of the ${count(content.kept)} moments whose weights were kept, ${count(content.frames.length)} are in this page.` : ""}`),
      h("div", { class: "buttons" }, this.play), this.place.root, this.bands.root);
    if (content.weights) this.withWeights();
    else if (content.why) this.root.append(lacking({ missing: content.why, command: content.command }));
    this.show();
  }

  withWeights() {
    const [, members] = this.content.shape;
    this.values = unpackHalves(this.content.weights);
    this.member = chooser("Network", { options: Array.from({ length: members }, (_, place) => [String(place), `network ${place}`]), value: "0", changed: () => { this.show(); this.bench.changed(); } });
    this.neurons = neurons();
    this.root.append(h("h2", {}, "What the first neurons look for"), this.member.root, this.neurons.root);
  }

  show() {
    const { bands: found, epochs } = this.content, x = Array.from({ length: epochs }, (_, place) => place + 1);
    const rows = (name) => (found[name] ? x.map((_, place) => [found[name].low[place], found[name].y[place], found[name].high[place]]) : null);
    const lines = [["on what they learn from", "cost", "accuracy"], ["on examples held out", "validation_cost", "validation_accuracy"]]
      .filter(([, cost]) => found[cost]).map(([name, cost, accuracy]) => ({ name, x, cost: rows(cost), accuracy: rows(accuracy) ?? [] }));
    const epoch = this.frames[this.place.value];
    this.bands.set(lines, epoch);
    this.root.dataset.epoch = String(epoch);
    if (!this.neurons) return;
    const [, members, shown, ...rest] = this.content.shape, size = shown * rest.reduce((total, extent) => total * extent, 1);
    const first = (this.place.value * members + Number(this.member.value)) * size;
    this.neurons.set(this.values.subarray(first, first + size), shown, this.bench.about.input_shape,
      `Epoch ${epoch}: weights of the first ${shown} of ${this.content.neurons} neurons; blue below zero, orange above.`);
  }

  toggle() {
    if (this.timer) { this.halt(); return; }
    if (this.place.value === this.frames.length - 1) this.place.set(0);
    this.play.textContent = "Pause";
    this.timer = setInterval(() => {
      if (this.place.value === this.frames.length - 1) { this.halt(); this.bench.changed(); return; }
      this.place.set(this.place.value + 1);
      this.show();
    }, this.bench.isCalm ? 4 * FRAME : FRAME);
    this.show();
  }

  halt() {
    clearInterval(this.timer);
    this.timer = null;
    this.play.textContent = "Play";
  }

  leave() { this.halt(); }
}
