// What networks draw when they are asked for a class: the picture of each that one believes in most.

import { chooser, folded, h, slider, table } from "../dom.js";
import { lacking } from "../shell.js";
import { picture } from "./tiles.js";
import { measuredWords, percent } from "../wording.js";

/** Returns a handle {state, restore, lock}; the state is the way of dreaming and the network. */
export function buildDreams(bench, { inside: { dreams } }, place) {
  if (dreams.missing) { place.append(dreams.command ? lacking(dreams) : h("p", {}, dreams.missing)); return {}; }
  const tiles = h("ul", { class: "dreams" }), told = h("p", { "data-dreamt": "" }), last = dreams.members.length - 1;
  const show = () => {
    const style = dreams.styles[styles.value];
    tiles.replaceChildren(...dreams.classes.map((name, label) => tile(style, member.value, label, name, dreams.classes.length)));
    told.textContent = meaning(style.measured, dreams);
  };
  const changed = () => { show(); bench.changed(); };
  const styles = chooser("Drawn", { options: Object.entries(dreams.styles).map(([name, { words }]) => [name, words]), value: Object.keys(dreams.styles)[0], changed });
  const member = slider("Network", { low: 0, high: last, step: 1, value: 0, shown: (at) => `number ${dreams.members[at]}`, changed });
  place.append(h("p", { class: "told" }, dreams.title), h("p", {}, dreams.sentence), styles.root, last > 0 ? member.root : "", tiles, told,
    folded("The numbers, and where they are from", h("p", {}, dreams.how), table("Dreams, best start of each", ["drawn", "itself sure", "the judge sure", "the judge agrees", "times as far in shape as real ones"],
      Object.values(dreams.styles).map(({ words, measured }) => [words, measuredWords(measured.own_confidence), orNone(measured.judge_confidence), orNone(measured.judge_agrees), measuredWords(measured.shape_distance_ratio, "number")]))));
  show();
  return {
    state: () => ({ style: styles.value, dreamer: member.value }),
    restore: ({ style, dreamer }) => {
      if (style in dreams.styles) styles.set(style);
      if (Number.isInteger(dreamer) && dreamer >= 0 && dreamer <= last) member.set(dreamer);
      show();
    },
    lock: (keys) => { for (const [key, { input }] of [["style", styles], ["dreamer", member]]) if (keys.includes(key)) input.disabled = true; },
  };
}

function tile(style, member, label, name, classes) {
  const { shape, own, judged } = style, size = shape.reduce((all, extent) => all * extent, 1);
  style.levels ??= Uint8Array.from(atob(style.pictures), (sign) => sign.charCodeAt(0));
  const first = (member * classes + label) * size;
  const values = Float32Array.from(style.levels.subarray(first, first + size), (level) => level / 255);
  return h("li", {}, picture(values, shape, `What it draws for ${name}`),
    h("p", { class: "labelled" }, name),
    h("p", {}, `${percent(own[member][label])} sure`),
    judged === null ? null : h("p", { class: "soft" }, `the others ${percent(judged[member][label])}`));
}

function meaning({ own_confidence: own, judge_confidence: judged, shape_distance_ratio: ratio }, { judge, of, members }) {
  const others = judged ? ` The judge (${judge}) is ${measuredWords(judged)} sure of the same.` : "";
  return `Over all ${of} networks that dreamt, each from its best beginning: ${measuredWords(own)} sure of its own picture.${others} In shape it lies ${measuredWords(ratio, "number")} times as far from a real one as real ones lie from each other. Pictures are kept of ${members.length}.`;
}

function orNone(measured) {
  return measured ? measuredWords(measured) : "no judge";
}
