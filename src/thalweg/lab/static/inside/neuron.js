// What excites a neuron: the examples that it answers most and least to, and the weights that lead into it.

import { button, chooser, h, slider } from "../dom.js";
import { channelsOf, hiddenActivations, hiddenLayers, incoming } from "./hidden.js";
import { picture, signedBars, weightPicture } from "./tiles.js";
import { count, counted, plain } from "../wording.js";
import { featureRows, isMember, memberSlider } from "./first.js";
import { fixed, say } from "../../../page/static/words.js";

const SHOWN = 8, INCOMING = 12, MAPS = 48, PATIENCE = 24;

/** Returns a handle {state, restore, lock, leave}; the state is network, layer and neuron, from 1. */
export function buildNeuron(bench, parts, place) {
  const layers = hiddenLayers(parts.networks);
  if (!layers.length) { place.append(h("p", {}, say("inside.excites.no_hidden"))); return {}; }
  return new Neuron(bench, parts, layers, place);
}

class Neuron {
  constructor(bench, { networks, examples, inside: { first } }, layers, place) {
    Object.assign(this, { bench, networks, examples, first, layers, turn: 0, known: new Map() });
    const changed = () => { this.show(); bench.changed(); };
    this.members = memberSlider(bench, networks, changed);
    this.chosen = chooser(say("inside.excites.layer"), { options: layers.map((layer, at) => [String(at), nameOf(layer, at)]), value: "0", changed: () => { this.fit(); changed(); } });
    this.neuron = slider(say("inside.excites.neuron"), { low: 1, high: layers[0].neurons, step: 1, value: 1, shown: (at) => say("inside.excites.of", { number: at, count: count(this.layer.neurons) }), changed });
    this.said = h("p", { "data-said": "" });
    this.most = h("ul", { class: "excited", "data-most": "" });
    this.least = h("ul", { class: "excited", "data-least": "" });
    this.byClass = h("div", { "data-by-class": "" });
    this.weights = h("div", { class: "incoming", "data-incoming": "" });
    const level = `h${Number(document.querySelector(`#panel-inside`)?.tagName[1] ?? 1) + 1}`;
    place.append(networks.members.length > 1 ? this.members.root : "", this.chosen.root, this.neuron.root, this.said,
      h("div", { class: "about-neuron" },
        h("section", {}, h(level, {}, say("inside.excites.most")), this.most, h(level, {}, say("inside.excites.least")), this.least),
        h("section", {}, h(level, {}, say("inside.excites.weighs")), this.weights, h(level, {}, say("inside.excites.by_class")), this.byClass)));
    this.heard = () => this.sayOfSubject();
    bench.addEventListener("subject", this.heard);
    this.ofSubject = h("p", { class: "soft", "data-of-subject": "" });
    this.said.after(this.ofSubject);
  }

  get layer() { return this.layers[Number(this.chosen.value)]; }

  /** There are as many neurons to choose among as the layer has. */
  fit() {
    this.neuron.input.max = String(this.layer.neurons);
    this.neuron.set(Math.min(this.neuron.value, this.layer.neurons));
  }

  shown() { this.members.set(this.bench.member); this.show(); }

  state() { return { member: this.members.value, layer: Number(this.chosen.value) + 1, neuron: this.neuron.value }; }

  restore({ member, layer, neuron }) {
    if (isMember(this.networks, member)) this.members.set(member);
    if (this.layers[layer - 1]) this.chosen.set(String(layer - 1));
    this.fit();
    if (Number.isInteger(neuron) && neuron >= 1 && neuron <= this.layer.neurons) this.neuron.set(neuron);
    this.show();
  }

  lock(keys) {
    for (const [key, { input }] of [["member", this.members], ["layer", this.chosen], ["neuron", this.neuron]]) if (keys.includes(key)) input.disabled = true;
  }

  leave() { this.turn += 1; this.bench.removeEventListener("subject", this.heard); }

  /** Ask all examples, a few at a time so that the page stays quick; show what was found unless another was chosen. */
  async show() {
    const turn = ++this.turn, member = this.bench.member = this.members.value, depth = Number(this.chosen.value), neuron = this.neuron.value - 1;
    this.showIncoming(member, neuron);
    const found = await this.asked(member, depth, () => turn === this.turn);
    if (turn !== this.turn || found === null) return;
    this.showExamples(found.map((each) => each[neuron]));
    this.sayOfSubject();
  }

  async asked(member, depth, goesOn) {
    const key = `${member} ${depth}`;
    if (this.known.has(key)) return this.known.get(key);
    const found = [];
    let since = performance.now();
    for (const values of this.examples.values) {
      if (performance.now() - since > PATIENCE) {
        this.said.textContent = say("inside.excites.asking", { count: count(this.examples.values.length) });
        await new Promise((resolve) => { setTimeout(resolve); });
        if (!goesOn()) return null;
        since = performance.now();
      }
      found.push(hiddenActivations(this.networks, member, values)[depth]);
    }
    this.known.set(key, found);
    return found;
  }

  showExamples(excited) {
    const { labels, of } = this.examples, order = excited.map((_, place) => place).sort((one, other) => excited[other] - excited[one]);
    const values = order.map((place) => excited[place]), names = this.bench.about.class_names, isSilent = values[0] === values.at(-1);
    const listed = (places) => (isSilent ? [] : places.map((place) => this.example(place, excited[place])));
    this.most.replaceChildren(...listed(order.slice(0, SHOWN)));
    this.least.replaceChildren(...listed(order.slice(-SHOWN).reverse()));
    const told = { value: plain(values[0]), low: short(values.at(-1)), high: short(values[0]), count: count(values.length), of: count(of) };
    const which = isSilent ? "silent" : values.length === of ? "from_all" : "from_some";
    this.said.textContent = [say(`inside.excites.${which}`, told), ...(this.layer.convolves && !isSilent ? [say("inside.excites.filter_largest")] : [])].join(" ");
    const means = names.map((name, label) => {
      const own = excited.filter((_, place) => labels[place] === label), mean = own.reduce((sum, value) => sum + value, 0) / own.length;
      return own.length ? [name, mean, say("inside.excites.mean", { value: short(mean), count: own.length })] : null;
    }).filter((row) => row !== null);
    this.byClass.replaceChildren(signedBars(means, say(values.length === of ? "inside.excites.means" : "inside.excites.means_some")));
  }

  example(place, value) {
    const { values, labels, called, shape } = this.examples, name = this.bench.about.class_names[labels[place]];
    const take = () => {
      this.bench.choose({ values: values[place], label: labels[place], called: called[place] });
      this.bench.say(say("inside.excites.taken", { called: called[place], name }));
    };
    const words = say("inside.excites.answer", { name, called: called[place], value: short(value) });
    const seen = this.bench.isPictures ? picture(values[place], shape, words) : h("span", {}, called[place]);
    if (this.bench.isPictures) seen.setAttribute("aria-hidden", "true");
    return h("li", {}, h("button", { type: "button", onclick: take, "aria-label": say("inside.excites.take", { words }) }, seen, h("span", { "aria-hidden": "true" }, `${name} · ${short(value)}`)));
  }

  /** What the example at hand does to it, if one was chosen. */
  sayOfSubject() {
    const { subject } = this.bench;
    if (!subject) { this.ofSubject.textContent = say("inside.excites.choose"); return; }
    const depth = Number(this.chosen.value), value = hiddenActivations(this.networks, this.members.value, subject.values)[depth][this.neuron.value - 1];
    this.ofSubject.textContent = say("inside.excites.to_subject", { called: subject.called ?? say("inside.excites.your_own"), value: short(value) });
  }

  showIncoming(member, neuron) {
    const { before } = this.layer, weights = incoming(this.networks, member, this.layer, neuron), depth = Number(this.chosen.value);
    if (before.length === 3) { this.weights.replaceChildren(...maps(weights, before, depth)); return; }
    if (depth === 0) { this.weights.replaceChildren(signedBars(featureRows(this.first.features, weights), say("inside.excites.features"))); return; }
    const order = Array.from(weights.keys()).sort((one, other) => Math.abs(weights[other]) - Math.abs(weights[one])).slice(0, INCOMING);
    const below = this.layers[depth - 1], isSeen = depth === 1 && below.before.length === 3 && !below.convolves;
    const pictures = isSeen ? order.map((from) => weightPicture(incoming(this.networks, member, below, from), below.before, say("inside.excites.below", { number: from + 1 }))) : [];
    const caption = say(weights.length > INCOMING ? "inside.excites.strongest" : "inside.excites.all_weights", { most: INCOMING, count: count(weights.length), layer: depth });
    this.weights.replaceChildren(
      signedBars(order.map((from) => [say("inside.excites.neuron_named", { number: from + 1 }), weights[from], fixed(weights[from], 2)]), caption, pictures),
      h("p", { class: "soft" }, say("inside.excites.both_ways")));
  }
}

/** Weights on a picture; on several maps of the layer before, one picture each. */
function maps(weights, before, depth) {
  const note = h("p", { class: "soft" }, say("inside.excites.colours"));
  if (depth === 0) return [h("div", { class: "large" }, weightPicture(weights, before, say("inside.excites.its_weights"))), note];
  const each = channelsOf(weights, before).slice(0, MAPS);
  return [
    h("ul", { class: "maps" }, each.map((map, channel) => h("li", {}, weightPicture(map, [before[0], before[1], 1], say("inside.excites.on_filter", { number: channel + 1 })), h("span", { class: "soft" }, say("inside.excites.filter_named", { number: channel + 1 }))))),
    h("p", { class: "soft" }, say(before[2] > MAPS ? "inside.excites.reads_some" : "inside.excites.reads", { filters: counted(before[2], "filter"), layer: depth, most: MAPS })), note];
}

function nameOf(layer, at) {
  return say("inside.excites.layer_of", { layer: at + 1, neurons: counted(layer.neurons, layer.convolves ? "filter" : "neuron") });
}

function short(value) {
  return fixed(value, Math.abs(value) >= 100 ? 0 : 2);
}
