// A game: the same neuron trained and at its random start. Which is which?

import { halves } from "../../../page/static/network.js";
import { button, h } from "../dom.js";
import { firstLayer, incoming } from "./hidden.js";
import { lacking } from "../lacking.js";
import { signedBars, weightPicture } from "./tiles.js";
import { featureRows } from "./first.js";
import { fixed, say } from "../../../page/static/words.js";

/** Returns a handle {state, restore, lock}; the state is the round. The same round shows the same to everybody. */
export function buildGuess(bench, { networks, inside: { first, starts, randomness } }, place) {
  if (starts.missing) { place.append(lacking(starts)); return {}; }
  if (!starts.members.some((member) => networks.members.includes(member))) { place.append(h("p", {}, say("inside.game.no_start"))); return {}; }
  const game = new Game(bench, { networks, first, starts, randomness }, place);
  return {
    state: () => ({ round: game.round }),
    restore: ({ round }) => { if (Number.isInteger(round) && round >= 1) game.begin(round); },
    lock: (keys) => { if (keys.includes("round")) game.onward.disabled = true; },
  };
}

class Game {
  constructor(bench, parts, place) {
    Object.assign(this, parts, { bench, asked: 0, right: 0 });
    this.layer = firstLayer(this.networks);
    this.begun = halves(this.starts.weights);
    this.members = this.starts.members.filter((member) => this.networks.members.includes(member));
    this.sides = ["A", "B"].map((name) => ({ name, picture: h("div", { class: "side" }), choose: button(say("inside.game.choose", { name }), () => this.guess(name), { "data-guess": name }) }));
    this.verdict = h("p", { class: "told", role: "status", "data-verdict": "" });
    this.score = h("p", { class: "soft", "data-score": "" });
    this.onward = button(say("inside.game.another"), () => { this.begin(this.round + 1); bench.changed(); }, { "data-onward": "" });
    place.append(
      h("p", {}, say("inside.game.ask")),
      h("div", { class: "sides" }, this.sides.map(({ name, picture, choose }) => h("figure", {}, h("figcaption", {}, name), picture, choose))),
      this.verdict, h("div", { class: "buttons" }, this.onward), this.score,
      h("p", { class: "soft" }, say("inside.game.fair")));
    this.begin(1);
  }

  /** Which network and neuron, and on which side the trained one is: of the round's number alone. */
  begin(round) {
    this.round = round;
    const neurons = this.starts.neurons, turn = round - 1;
    this.neuron = turn % neurons;
    this.member = this.members[Math.floor(turn / neurons) % this.members.length];
    this.trained = scattered(round) < 0.5 ? "A" : "B";
    this.guessed = null;
    for (const side of this.sides) {
      side.picture.replaceChildren(this.shown(this.weights(side.name === this.trained), side.name));
      side.choose.disabled = false;
      side.choose.removeAttribute("aria-pressed");
    }
    this.verdict.textContent = "";
  }

  /** The weights of the neuron, trained or as it began. */
  weights(isTrained) {
    if (isTrained) return incoming(this.networks, this.networks.members.indexOf(this.member), this.layer, this.neuron);
    const size = this.starts.shape.reduce((all, extent) => all * extent, 1);
    const at = (this.starts.members.indexOf(this.member) * this.starts.neurons + this.neuron) * size;
    return Float64Array.from(this.begun.subarray(at, at + size));
  }

  shown(weights, name) {
    const { shape } = this.starts;
    return shape.length === 1 ? signedBars(featureRows(this.first.features, weights), name) : weightPicture(weights, shape, say("inside.game.picture", { name }));
  }

  guess(name) {
    if (this.guessed !== null) return;
    this.guessed = name;
    this.asked += 1;
    const isRight = name === this.trained;
    if (isRight) this.right += 1;
    for (const { name: own, choose } of this.sides) {
      choose.disabled = true;
      choose.setAttribute("aria-pressed", String(own === name));
    }
    this.verdict.textContent = say(isRight ? "inside.game.right" : "inside.game.wrong", { name: this.trained, correlation: fixed(correlation(this.weights(true), this.weights(false)), 2) }) + this.measured();
    this.score.textContent = say("inside.game.score", { right: this.right, asked: this.asked });
    this.onward.focus();
  }

  /** How alike neighbours are in both, where it was measured. */
  measured() {
    const { moran: before, members } = this.starts, after = this.randomness;
    if (before === null || after.missing) return "";
    const row = after.members.indexOf(this.member), column = after.neurons.indexOf(this.neuron);
    if (row < 0 || column < 0) return "";
    const began = before[members.indexOf(this.member)][this.neuron];
    return ` ${say("inside.game.moran", { after: fixed(after.moran[row][column], 2), before: fixed(began, 2) })}`;
  }
}

/** Pearson's correlation of two neurons' weights: 1 where training left the start as it was. */
function correlation(one, other) {
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [first, second] = [one, other].map((values) => { const middle = mean(values); return values.map((value) => value - middle); });
  const product = (these, those) => these.reduce((sum, value, place) => sum + value * those[place], 0);
  return product(first, second) / Math.sqrt(product(first, first) * product(second, second));
}

/** A number 0..1 that looks random and is the same for the same round. */
function scattered(round) {
  const far = Math.sin(12.9898 * round) * 43758.5453;
  return far - Math.floor(far);
}
