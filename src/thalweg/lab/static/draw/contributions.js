// What each input adds to an answer, as a picture or as bars.

import { chooser, h, table } from "../dom.js";
import { gradient } from "../../../page/static/gradient.js";
import { largest, paintWeights } from "../../../page/static/weights.js";
import { plain } from "../wording.js";

export class Contributions {
  constructor(networks, shape, features) {
    Object.assign(this, { networks, shape, features });
    this.picture = h("canvas", { class: "pixels contributions", role: "img", "aria-label": "What each pixel adds to the answer" });
    this.said = h("p", { class: "soft" });
    this.wanted = chooser("For the answer", {
      options: [["", "that it gives"], ...networks.class_names.map((name, place) => [String(place), String(name)])], value: "",
      changed: () => this.again(),
    });
    this.behind = h("div", {});
    this.root = h("figure", {}, this.wanted.root, shape.length > 1 ? this.picture : null, this.said, this.behind);
  }

  set(member, values, probabilities) {
    Object.assign(this, { member, values, probabilities });
    this.again();
  }

  again() {
    if (!this.values) { this.said.textContent = ""; this.picture.width = this.picture.width; this.behind.replaceChildren(); return; }
    const { probabilities: shares } = this, asked = this.wanted.value;
    const target = asked === "" ? shares.indexOf(Math.max(...shares)) : Number(asked);
    const slope = gradient(this.networks, this.member, this.values, target);
    this.found = slope.map((value, place) => value * this.values[place]);
    const name = this.networks.class_names[target], what = this.shape.length > 1 ? "Pixels" : "Features";
    this.said.textContent = `${what} in orange speak for ${name}, in blue against it: input times gradient of its logit, in network ${this.networks.members[this.member]}.`;
    if (this.shape.length > 1) this.paint();
    else this.tabulate(name);
  }

  paint() {
    const [height, width, channels = 1] = this.shape, sums = new Float64Array(height * width);
    this.found.forEach((value, place) => { sums[Math.floor(place / channels)] += value; });
    paintWeights(this.picture, sums, height, width, largest(sums));
  }

  tabulate(name) {
    const order = [...this.found.keys()].sort((a, b) => Math.abs(this.found[b]) - Math.abs(this.found[a])).slice(0, 12);
    this.behind.replaceChildren(table(`What features add to ${name}`, ["feature", "value", "adds"],
      order.map((place) => [this.features[place] ?? `feature ${place + 1}`, plain(this.values[place]), plain(this.found[place])])));
  }
}
