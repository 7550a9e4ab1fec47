// Memory: labels that mean nothing, examples that were learned by heart, labels that may be wrong.

import { COLOURS, Curves } from "../curves.js";
import { folded, h, table } from "../dom.js";
import { lacking, why } from "../lacking.js";
import { Views } from "../views.js";
import { percent } from "../wording.js";
import { buildAudit } from "../memory/checks.js";
import { saying, values } from "../memory/words.js";
import { between, fixed, say } from "../../../page/static/words.js";

export const memory = {
  name: "memory",
  build(bench, root, { memory: found }) {
    if (found.missing) { root.append(lacking(found)); return { state: () => ({}), restore() {} }; }
    const all = [
      { name: "labels", words: say("memory.labels"), build: (place) => orLacking(found.labels, place, buildLabels) },
      { name: "examples", words: say("memory.examples"), build: (place) => orLacking(found.examples, place, buildExamples) },
      { name: "audit", words: say("memory.audit"), build: (place) => orLacking(found.audit, place, (part) => buildAudit(bench, part, place)) },
    ];
    const first = all.find(({ name }) => !found[name].missing) ?? all[0];
    return new Views(bench, root, say("shell.what_to_look_at"), all, first.name);
  },
};

function orLacking(part, place, build) {
  if (!part.missing) return build(part, place);
  place.append(lacking(part));
  return {};
}

function buildLabels(part, place) {
  const curves = new Curves({
    title: say("memory.curves.title"),
    x: { label: say("memory.curves.epochs"), log: true },
    y: { label: say("memory.curves.named"), low: 0, high: 1, words: (share) => percent(share, 0) },
  });
  const line = (kind, which, colour, dash) => {
    const { median, low, high } = part.kinds[kind][which];
    return { name: say(`memory.curves.${kind}_${which}`), x: part.epochs, y: median, low, high, colour, dash };
  };
  curves.set([
    line("true", "train", COLOURS[0], ""),
    line("true", "test", COLOURS[0], "7 4"),
    line("random", "train", COLOURS[1], ""),
    line("random", "test", COLOURS[1], "2 4"),
    { name: say("memory.curves.chance", { share: percent(part.chance, 0) }), x: [part.epochs[0], part.epochs.at(-1)], y: [part.chance, part.chance], colour: COLOURS[6], dash: "10 3 2 3" },
  ]);
  place.append(...saying(part, curves.root));
}

function buildExamples(part, place) {
  const words = ({ memorisation, low, high }) => `${fixed(memorisation, 2)} ${between(fixed(low, 2), fixed(high, 2))}`;
  place.append(...saying(part,
    part.listed.length ? null : h("p", {}, say("memory.heart.none")),
    h("p", { class: "soft" }, say("memory.heart.told")),
    part.note ? h("p", { class: "soft" }, why(part.note)) : null,
    h("ol", { class: "memorised" }, part.listed.map((each) => h("li", {},
      each.picture ? h("img", { src: each.picture, alt: say("memory.picture", { label: each.label }) }) : null,
      h("p", { class: "labelled" }, each.label, each.said !== null && each.said !== each.label
        ? h("span", { class: "soft" }, ` ${say("memory.heart.others_say", { name: each.said })}`) : null),
      h("p", { class: "soft" }, each.called),
      scale(each),
      h("p", { class: "score" }, words(each)),
      each.values.length ? values(each.values) : null))),
    folded(say("shell.numbers"), table(say("memory.heart.table"), ["example", "label", "said", "memorisation"].map((word) => say(`memory.heart.${word}`)),
      part.listed.map((each) => [each.called, each.label, each.said ?? say("memory.heart.not_kept"), words(each)])))));
}

/** A score on its scale from 0 to 1, with its interval as a bar. */
function scale({ memorisation, low, high }) {
  const at = (value) => 100 * Math.min(1, Math.max(0, value));
  return h("span", { class: "scale", "aria-hidden": "true" },
    h("span", { class: "whisker", style: `left:${at(low)}%;width:${at(high) - at(low)}%` }),
    h("span", { class: "dot", style: `left:${at(memorisation)}%` }));
}
