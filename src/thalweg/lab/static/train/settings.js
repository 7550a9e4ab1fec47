// What is trained: hidden layers, cost, optimiser, rate, batch, members, data; typed or chosen, and kept in the address.

import { chooser, h, slider } from "../dom.js";
import { plain } from "../wording.js";
import { say } from "../../../page/static/words.js";

export class Settings {
  /** `changed(name)` is called when one of them is another. */
  constructor(content, changed) {
    this.content = content;
    const most = content.most, choose = (name, label, options, value) => chooser(label, { options, value, changed: () => changed(name) });
    const number = (name, label, value, low, high) => field(label, { type: "number", min: low, max: high, step: 1, value, inputmode: "numeric" }, () => changed(name));
    const kinds = content.kinds.map((name) => [name, say(`train.kind_of.${keyOf(name)}`)]), plainly = (names) => names.map((name) => [name, name]);
    this.fields = {
      hidden: field(say("train.settings.hidden"), { type: "text", value: "16, 16", "aria-description": say("train.settings.hidden_described", { layers: most.layers, width: most.width }) }, () => changed("hidden")),
      activation: choose("activation", say("train.settings.activation"), plainly(content.activations), "sigmoid"),
      cost: choose("cost", say("train.settings.cost"), plainly(content.costs), "quadratic"),
      optimiser: choose("optimiser", say("train.settings.optimiser"), plainly(content.optimisers), "sgd"),
      batch: number("batch", say("train.settings.batch"), 10, 1, 4096),
      members: number("members", say("train.settings.members"), 16, 1, most.members),
      examples: number("examples", say("train.settings.examples"), content.first_examples, 20, most.examples),
      seed: number("seed", say("train.settings.seed"), 0, 0, 4294967295),
      data: choose("data", say("train.settings.data"), kinds, "true"),
      beside: choose("beside", say("train.settings.beside"), [["", say("train.settings.nobody")], ...kinds], ""),
    };
    this.rate = slider(say("train.settings.rate"), { low: -4, high: 1.5, step: 0.05, value: Math.log10(3), shown: (power) => plain(Number((10 ** power).toPrecision(2))), changed: () => changed("rate") });
    this.root = h("div", { class: "settings" }, Object.values(this.fields).map(({ root }) => root));
  }

  /** As the server wants them; throws an Error in words for what cannot be. */
  get value() {
    const found = {}, { most } = this.content;
    for (const [name, each] of Object.entries(this.fields)) found[name] = each.input.type === "number" ? whole(each.input, name) : each.input.value;
    found.hidden = found.hidden.split(/[,\s]+/).filter(Boolean).map(Number);
    if (found.hidden.length > most.layers || found.hidden.some((width) => !Number.isInteger(width) || width < 1 || width > most.width)) {
      throw ours(say("train.settings.wrong_hidden", { value: this.fields.hidden.input.value, layers: most.layers, width: most.width }));
    }
    return { ...found, rate: Number((10 ** this.rate.value).toPrecision(2)) };
  }

  /** As the address keeps them. */
  state() {
    return { ...Object.fromEntries(Object.entries(this.fields).map(([name, { input }]) => [name, input.value])), rate: Number((10 ** this.rate.value).toPrecision(2)) };
  }

  restore(state) {
    for (const [name, { input }] of Object.entries(this.fields)) {
      if (state[name] === undefined) continue;
      if (input.tagName === "SELECT" && ![...input.options].some(({ value }) => value === String(state[name]))) continue;
      input.value = String(state[name]);
    }
    if (Number(state.rate) > 0) this.rate.set(Math.log10(Number(state.rate)));
  }

  lock(names) {
    for (const [name, { input }] of Object.entries({ ...this.fields, rate: this.rate })) input.disabled = names.includes(name);
  }
}

function field(label, attributes, changed) {
  const input = h("input", { ...attributes, onchange: changed });
  return { root: h("label", { class: "field" }, h("span", {}, label), input), input };
}

function whole(input, name) {
  const value = Number(input.value);
  if (!Number.isInteger(value) || value < Number(input.min) || value > Number(input.max)) {
    throw ours(say("train.settings.wrong_number", { name: say(`train.settings.${name}`), value: input.value, low: input.min, high: input.max }));
  }
  return value;
}

/** What a population learns from, in words. */
export function kindName(name) {
  return say(`train.kind.${keyOf(name)}`);
}

function keyOf(name) {
  return name.replaceAll(" ", "_");
}

/** An error in the words of the page. */
function ours(words) {
  return Object.assign(new Error(words), { isOurs: true });
}
