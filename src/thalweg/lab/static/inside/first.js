// The weights of the first layer as pictures, with how alike neighbours are; of rows, the weight of each feature.

import { folded, h, slider, table } from "../dom.js";
import { firstLayer, incoming } from "./hidden.js";
import { found, lacking, quoted, why } from "../lacking.js";
import { signedBars, weightPicture } from "./tiles.js";
import { count, counted } from "../wording.js";
import { between, fixed, say } from "../../../page/static/words.js";

const MOST = 64;

/** Returns a handle {state, restore, lock}; the state is which network is looked at. */
export function buildWeights(bench, { networks, inside: found }, place) {
  const tiles = h("ul", { class: "weights" }), note = h("p", { class: "soft" });
  const layer = firstLayer(networks);
  const show = () => {
    bench.member = chosen.value;
    tiles.replaceChildren(...tilesOf(networks, layer, found, chosen.value));
    note.textContent = noteOf(layer, found);
  };
  const chosen = memberSlider(bench, networks, () => { show(); bench.changed(); });
  place.append(...howRandom(found.randomness), networks.members.length > 1 ? chosen.root : "", tiles, note);
  show();
  return {
    state: () => ({ member: chosen.value }),
    restore: ({ member }) => { if (isMember(networks, member)) { chosen.set(member); show(); } },
    lock: (keys) => { if (keys.includes("member")) chosen.input.disabled = true; },
    shown: () => { chosen.set(bench.member); show(); },
  };
}

/** A slider over the networks of the page, which says the number that each has in the population. */
export function memberSlider(bench, networks, changed) {
  const last = networks.members.length - 1;
  bench.member = Math.min(bench.member, last);
  return slider(say("shell.network_slider"), { low: 0, high: last, step: 1, value: bench.member, shown: (at) => say("shell.numbered", { number: networks.members[at] }), changed });
}

export function isMember(networks, member) {
  return Number.isInteger(member) && member >= 0 && member < networks.members.length;
}

function tilesOf(networks, layer, { first, randomness }, member) {
  return Array.from({ length: Math.min(MOST, layer.neurons) }, (_, neuron) => {
    const weights = incoming(networks, member, layer, neuron), name = say(first.kind === "filter" ? "inside.first.filter" : "inside.first.neuron", { number: neuron + 1 });
    if (first.kind === "feature") return h("li", {}, signedBars(featureRows(first.features, weights), name));
    const moran = moranOf(randomness, networks.members[member], neuron);
    const words = moran === null ? "" : fixed(moran, 2);
    return h("li", {}, weightPicture(weights, layer.before, say(words ? "inside.first.weights_moran" : "inside.first.weights", { name, moran: words })),
      h("p", {}, h("span", { class: "soft" }, name), words ? ` ${words}` : ""));
  });
}

/** Rows for bars: each feature and its weight. */
export function featureRows(features, weights) {
  return Array.from(weights, (weight, place) => [features[place] ?? say("shell.feature", { number: place }), weight, fixed(weight, 2)]);
}

function moranOf(randomness, member, neuron) {
  if (randomness.missing) return null;
  const row = randomness.members.indexOf(member), column = randomness.neurons.indexOf(neuron);
  return row < 0 || column < 0 ? null : randomness.moran[row][column];
}

function noteOf(layer, { first, randomness }) {
  const said = [say(first.kind === "feature" ? "inside.first.features" : "inside.first.pictures")];
  if (layer.neurons > MOST) said.push(say("inside.first.few", { most: MOST, count: count(layer.neurons) }));
  if (!randomness.missing) said.push(say("inside.first.below"));
  return said.join(" ");
}

/** What was measured, or the command that measures it. */
function howRandom(randomness) {
  if (randomness.missing) return [randomness.command ? lacking(randomness) : h("p", { class: "soft" }, why(randomness))];
  const shown = randomness.rows.filter((row) => row.value !== undefined && row.value !== null);
  const least = Math.min(0, ...shown.map((row) => row.interval?.[0] ?? row.value));
  return [
    ...found(randomness.title),
    h("p", {}, say(`inside.first.how_alike_${randomness.kind}`, {
      networks: counted(randomness.members.length, "network"), neurons: counted(randomness.neurons.length, randomness.kind), pixels: count(randomness.pixels),
    })),
    h("div", { class: "ranges" }, shown.map((row) => range(row, least))),
    folded(say("shell.numbers_from"),
      h("p", {}, quoted(randomness.how)),
      ...randomness.rows.filter((row) => row.why).map((row) => h("p", {}, say("inside.first.not_measured_row", { name: rowName(row) }), " ", quoted(row.why))),
      table(say(`inside.first.table_${randomness.kind}`), ["of_what", "moran", "above"].map((word) => say(`inside.first.${word}`)), randomness.rows.map((row) => [
        rowName(row), row.why ? say("inside.first.not_measured") : words(row), row.above ? words(row.above) : "",
      ]))),
  ];
}

function rowName({ name }) {
  return say(`inside.row.${name}`);
}

/** A number on the scale from the least of all, or 0, to 1. */
function range(row, least) {
  const at = (value) => (100 * (value - least)) / (1 - least), [low, high] = row.interval ?? [row.value, row.value];
  return h("div", { class: "range" },
    h("span", {}, rowName(row)),
    h("span", { class: "scale", "aria-hidden": "true" },
      h("span", { class: "whisker", style: `left:${at(low)}%;width:${at(high) - at(low)}%` }),
      h("span", { class: "dot", style: `left:${at(row.value)}%` })),
    h("span", {}, words(row)));
}

function words({ value, interval }) {
  if (value === null) return say("inside.first.not_a_number");
  const own = tidy(value);
  return interval ? `${own} ${between(tidy(interval[0]), tidy(interval[1]))}` : own;
}

function tidy(value) {
  return fixed(Math.abs(value) < 0.005 ? 0 : value, 2);
}
