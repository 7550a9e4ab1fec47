// What networks draw when they are asked for a class: the picture of each that one believes in most.

import { chooser, folded, h, slider, table } from "../dom.js";
import { found, lacking, quoted, why } from "../lacking.js";
import { picture } from "./tiles.js";
import { measuredWords, percent } from "../wording.js";
import { say } from "../../../page/static/words.js";

/** Returns a handle {state, restore, lock}; the state is the way of dreaming and the network. */
export function buildDreams(bench, { inside: { dreams } }, place) {
  if (dreams.missing) { place.append(dreams.command ? lacking(dreams) : h("p", {}, why(dreams))); return {}; }
  const tiles = h("ul", { class: "dreams" }), told = h("p", { "data-dreamt": "" }), last = dreams.members.length - 1;
  const show = () => {
    const style = dreams.styles[styles.value];
    tiles.replaceChildren(...dreams.classes.map((name, label) => tile(style, member.value, label, name, dreams.classes.length)));
    told.textContent = meaning(style.measured, dreams);
  };
  const changed = () => { show(); bench.changed(); };
  const styles = chooser(say("inside.dream.drawn"), { options: Object.keys(dreams.styles).map((name) => [name, say(`inside.dream.${name}`)]), value: Object.keys(dreams.styles)[0], changed });
  const member = slider(say("shell.network_slider"), { low: 0, high: last, step: 1, value: 0, shown: (at) => say("shell.numbered", { number: dreams.members[at] }), changed });
  place.append(...found(dreams.title), h("p", {}, quoted(dreams.sentence)), styles.root, last > 0 ? member.root : "", tiles, told,
    folded(say("shell.numbers_from"), h("p", {}, quoted(dreams.how)), table(say("inside.dream.table"), ["drawn", "own", "judge", "agrees", "ratio"].map((word) => say(`inside.dream.column_${word}`)),
      Object.entries(dreams.styles).map(([name, { measured }]) => [say(`inside.dream.${name}`), measuredWords(measured.own_confidence), orNone(measured.judge_confidence), orNone(measured.judge_agrees), measuredWords(measured.shape_distance_ratio, "number")]))));
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
  return h("li", {}, picture(values, shape, say("inside.dream.picture", { name })),
    h("p", { class: "labelled" }, name),
    h("p", {}, say("shell.sure", { share: percent(own[member][label]) })),
    judged === null ? null : h("p", { class: "soft" }, say("inside.dream.others", { share: percent(judged[member][label]) })));
}

function meaning({ own_confidence: own, judge_confidence: judged, shape_distance_ratio: ratio }, { judge, of, members }) {
  return say(judged ? "inside.dream.meaning_judged" : "inside.dream.meaning", {
    of, judge, own: measuredWords(own), judged: judged && measuredWords(judged), ratio: measuredWords(ratio, "number"), kept: members.length,
  });
}

function orNone(measured) {
  return measured ? measuredWords(measured) : say("inside.dream.no_judge");
}
