// A training as it was recorded: bands over all members, and the first weights along the way, to be wound.

import { button, chooser, h, slider } from "../dom.js";
import { bands } from "./bands.js";
import { neurons, unpackHalves } from "./neurons.js";
import { lacking } from "../lacking.js";
import { count, counted } from "../wording.js";
import { say } from "../../../page/static/words.js";

const FRAME = 150;

export class Film {
  constructor(bench, content) {
    Object.assign(this, { bench, content });
    this.bands = bands(say("train.epochs"));
    this.frames = content.weights ? content.frames : Array.from({ length: content.epochs }, (_, place) => place + 1);
    this.place = slider(say("train.film.epoch"), { low: 0, high: this.frames.length - 1, step: 1, value: this.frames.length - 1, shown: (place) => String(this.frames[place]), changed: () => { this.show(); bench.changed(); } });
    this.play = button(say("train.play"), () => this.toggle(), { class: "main" });
    this.root = h("div", { class: "film" },
      h("p", { class: "soft" }, say("train.film.told", { networks: counted(content.members, "network"), epochs: count(content.epochs) }),
        content.weights && content.frames.length < content.kept ? ` ${say("train.film.moments", { kept: count(content.kept), shown: count(content.frames.length) })}` : ""),
      h("div", { class: "buttons" }, this.play), this.place.root, this.bands.root);
    if (content.weights) this.withWeights();
    else if (content.why) this.root.append(lacking(content.why));
    this.show();
  }

  withWeights() {
    const [, members] = this.content.shape;
    this.values = unpackHalves(this.content.weights);
    this.member = chooser(say("shell.network_slider"), { options: Array.from({ length: members }, (_, number) => [String(number), say("shell.network", { number })]), value: "0", changed: () => { this.show(); this.bench.changed(); } });
    this.neurons = neurons();
    this.root.append(h("h2", {}, say("train.neurons")), this.member.root, this.neurons.root);
  }

  show() {
    const { bands: found, epochs } = this.content, x = Array.from({ length: epochs }, (_, place) => place + 1);
    const rows = (name) => (found[name] ? x.map((_, place) => [found[name].low[place], found[name].y[place], found[name].high[place]]) : null);
    const lines = [[say("train.learning_from"), "cost", "accuracy"], [say("train.held_out"), "validation_cost", "validation_accuracy"]]
      .filter(([, cost]) => found[cost]).map(([name, cost, accuracy]) => ({ name, x, cost: rows(cost), accuracy: rows(accuracy) ?? [] }));
    const epoch = this.frames[this.place.value];
    this.bands.set(lines, epoch);
    this.root.dataset.epoch = String(epoch);
    if (!this.neurons) return;
    const [, members, shown, ...rest] = this.content.shape, size = shown * rest.reduce((total, extent) => total * extent, 1);
    const first = (this.place.value * members + Number(this.member.value)) * size;
    this.neurons.set(this.values.subarray(first, first + size), shown, this.bench.about.input_shape,
      say("train.film.weights", { epoch, shown, of: this.content.neurons }));
  }

  toggle() {
    if (this.timer) { this.halt(); return; }
    if (this.place.value === this.frames.length - 1) this.place.set(0);
    this.play.textContent = say("train.pause");
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
    this.play.textContent = say("train.play");
  }

  leave() { this.halt(); }
}
