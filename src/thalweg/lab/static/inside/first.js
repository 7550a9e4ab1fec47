// The weights of the first layer as pictures, with how alike neighbours are; of rows, the weight of each feature.

import { folded, h, slider, table } from "../dom.js";
import { firstLayer, incoming } from "./hidden.js";
import { lacking } from "../shell.js";
import { signedBars, weightPicture } from "./tiles.js";
import { count, counted } from "../wording.js";

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
  return slider("Network", { low: 0, high: last, step: 1, value: bench.member, shown: (at) => `number ${networks.members[at]}`, changed });
}

export function isMember(networks, member) {
  return Number.isInteger(member) && member >= 0 && member < networks.members.length;
}

function tilesOf(networks, layer, { first, randomness }, member) {
  return Array.from({ length: Math.min(MOST, layer.neurons) }, (_, neuron) => {
    const weights = incoming(networks, member, layer, neuron), name = `${first.kind === "filter" ? "Filter" : "Neuron"} ${neuron + 1}`;
    if (first.kind === "feature") return h("li", {}, signedBars(featureRows(first.features, weights), name));
    const moran = moranOf(randomness, networks.members[member], neuron);
    const words = moran === null ? "" : moran.toFixed(2);
    return h("li", {}, weightPicture(weights, layer.before, `${name}: weights${words ? `, Moran's I ${words}` : ""}`),
      h("p", {}, h("span", { class: "soft" }, name), words ? ` ${words}` : ""));
  });
}

/** Rows for bars: each feature and its weight. */
export function featureRows(features, weights) {
  return Array.from(weights, (weight, place) => [features[place] ?? `feature ${place}`, weight, weight.toFixed(2)]);
}

function moranOf(randomness, member, neuron) {
  if (randomness.missing) return null;
  const row = randomness.members.indexOf(member), column = randomness.neurons.indexOf(neuron);
  return row < 0 || column < 0 ? null : randomness.moran[row][column];
}

function noteOf(layer, { first, randomness }) {
  const parts = [first.kind === "feature"
    ? "Features are scaled to mean 0 and deviation 1 before they are weighed: to the right a large value speaks for the neuron, to the left against it."
    : "Orange speaks for the neuron, blue against it, white is nothing; each picture by its own largest weight."];
  if (layer.neurons > MOST) parts.push(`The first ${MOST} of ${count(layer.neurons)} are shown.`);
  if (!randomness.missing) parts.push("Below each: its Moran's I, where it was measured.");
  return parts.join(" ");
}

/** What was measured, or the command that measures it. */
function howRandom(randomness) {
  if (randomness.missing) return [randomness.command ? lacking(randomness) : h("p", { class: "soft" }, randomness.missing)];
  const kind = `${randomness.kind}s`, shown = randomness.rows.filter((row) => row.value !== undefined && row.value !== null);
  const least = Math.min(0, ...shown.map((row) => row.interval?.[0] ?? row.value));
  return [
    h("p", { class: "told" }, randomness.title),
    h("p", {}, `How alike are weights that lie side by side? 0 is static, 1 is as smooth as can be (Moran's I, means over ${counted(randomness.members.length, "network")} and ${counted(randomness.neurons.length, randomness.kind)} each, in the ${count(randomness.pixels)} pixels that ${randomness.kind === "filter" ? "a filter has" : "vary"}).`),
    h("div", { class: "ranges" }, shown.map((row) => range(row, least))),
    folded("The numbers, and where they are from",
      h("p", {}, randomness.how),
      ...randomness.rows.filter((row) => row.why).map((row) => h("p", {}, `Not measured: ${row.name}. ${row.why}`)),
      table(`How alike neighbouring weights of ${kind} are`, ["of what", "Moran's I", "the trained lie above it by"], randomness.rows.map((row) => [
        row.name, row.why ? "not measured" : words(row), row.above ? words(row.above) : "",
      ]))),
  ];
}

/** A number on the scale from the least of all, or 0, to 1. */
function range(row, least) {
  const at = (value) => (100 * (value - least)) / (1 - least), [low, high] = row.interval ?? [row.value, row.value];
  return h("div", { class: "range" },
    h("span", {}, row.name),
    h("span", { class: "scale", "aria-hidden": "true" },
      h("span", { class: "whisker", style: `left:${at(low)}%;width:${at(high) - at(low)}%` }),
      h("span", { class: "dot", style: `left:${at(row.value)}%` })),
    h("span", {}, words(row)));
}

function words({ value, interval }) {
  if (value === null) return "not a number";
  const own = tidy(value);
  return interval ? `${own} [${tidy(interval[0])}, ${tidy(interval[1])}]` : own;
}

function tidy(value) {
  const text = value.toFixed(2);
  return text === "-0.00" ? "0.00" : text;
}
