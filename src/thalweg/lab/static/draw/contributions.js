// What each input adds to an answer, as a picture and as a table: input times gradient
// (Shrikumar et al., arXiv:1605.01713; compared with others by Ancona et al., arXiv:1711.06104).

import { chooser, h, table } from "../dom.js";
import { gradient } from "../../../page/static/gradient.js";
import { largest, paintWeights } from "../../../page/static/weights.js";
import { plain } from "../wording.js";
import { say } from "../../../page/static/words.js";

const MOST = 12;

export class Contributions {
  constructor(networks, shape, features, chosen) {
    Object.assign(this, { networks, shape, features });
    this.picture = h("canvas", { class: "pixels contributions", role: "img", "aria-label": say("draw.adds_to.label") });
    this.said = h("p", { class: "soft" });
    this.wanted = chooser(say("draw.adds_to.for"), {
      options: [["", say("draw.adds_to.given")], ...networks.class_names.map((name, place) => [String(place), String(name)])], value: "",
      changed: () => { this.again(); chosen(); },
    });
    this.behind = h("div", {});
    this.numbers = h("details", { ontoggle: () => this.tabulate() }, h("summary", {}, say("shell.numbers")), this.behind);
    this.root = h("figure", {}, this.wanted.root, shape.length > 1 ? this.picture : null, this.said, this.numbers);
    this.numbers.open = shape.length === 1;
  }

  set(member, values, probabilities) {
    Object.assign(this, { member, values, probabilities });
    this.again();
  }

  again() {
    if (!this.values) { this.said.textContent = ""; this.blank(); this.behind.replaceChildren(); return; }
    const { probabilities: shares } = this, asked = this.wanted.value;
    const target = asked === "" ? shares.indexOf(Math.max(...shares)) : Number(asked);
    const slope = gradient(this.networks, this.member, this.values, target);
    this.found = slope.map((value, place) => value * this.values[place]);
    this.name = this.networks.class_names[target];
    const { name } = this, isPicture = this.shape.length > 1;
    this.said.textContent = say(isPicture ? "draw.adds_to.pixels" : "draw.adds_to.features", { name, number: this.networks.members[this.member] });
    if (isPicture) this.paint();
    this.tabulate();
  }

  blank() {
    const { picture: { width, height } } = this;
    this.picture.getContext("2d").clearRect(0, 0, width, height);
    this.found = null;
  }

  paint() {
    const [height, width, channels = 1] = this.shape, sums = new Float64Array(height * width);
    this.found.forEach((value, place) => { sums[Math.floor(place / channels)] += value; });
    paintWeights(this.picture, sums, height, width, largest(sums));
  }

  /** The twelve inputs that add or take most. */
  tabulate() {
    if (!this.numbers.open || !this.found) return;
    const order = [...this.found.keys()].sort((a, b) => Math.abs(this.found[b]) - Math.abs(this.found[a])).slice(0, MOST);
    const what = this.shape.length > 1 ? "pixel" : "feature";
    this.behind.replaceChildren(table(say(`draw.adds_to.table_${what}s`, { name: this.name, count: order.length }), [say(`draw.adds_to.${what}`), say("shell.value"), say("draw.adds_to.adds")],
      order.map((place) => [this.called(place), plain(this.values[place]), plain(this.found[place])])));
  }

  called(place) {
    const [, width, channels = 1] = this.shape, pixel = Math.floor(place / channels);
    if (this.shape.length === 1) return this.features[place] ?? say("shell.feature", { number: place + 1 });
    return say(channels > 1 ? "draw.adds_to.place_channel" : "draw.adds_to.place", { row: Math.floor(pixel / width) + 1, column: (pixel % width) + 1, channel: (place % channels) + 1 });
  }
}
