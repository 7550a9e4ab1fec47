// Memory: labels that mean nothing, examples that were learned by heart, labels that may be wrong.

import { COLOURS, Curves } from "../curves.js";
import { folded, h, table } from "../dom.js";
import { lacking } from "../shell.js";
import { Views } from "../views.js";
import { percent } from "../wording.js";
import { buildAudit } from "../memory/checks.js";
import { saying, values } from "../memory/words.js";

export const memory = {
  name: "memory",
  build(bench, root, { memory: found }) {
    if (found.missing) { root.append(lacking(found)); return { state: () => ({}), restore() {} }; }
    const all = [
      { name: "labels", words: "True and random labels", build: (place) => orLacking(found.labels, place, buildLabels) },
      { name: "examples", words: "Learned by heart", build: (place) => orLacking(found.examples, place, buildExamples) },
      { name: "audit", words: "Suspicious labels", build: (place) => orLacking(found.audit, place, (part) => buildAudit(bench, part, place)) },
    ];
    const first = all.find(({ name }) => !found[name].missing) ?? all[0];
    return new Views(bench, root, "What to look at", all, first.name);
  },
};

function orLacking(part, place, build) {
  if (!part.missing) return build(part, place);
  place.append(lacking(part));
  return {};
}

function buildLabels(part, place) {
  const curves = new Curves({
    title: "Accuracy while they learn, on true and on random labels",
    x: { label: "epochs (log scale)", log: true },
    y: { label: "named as labelled", low: 0, high: 1, words: (share) => percent(share, 0) },
  });
  const line = (kind, which, name, colour, dash) => {
    const { median, low, high } = part.kinds[kind][which];
    return { name, x: part.epochs, y: median, low, high, colour, dash };
  };
  curves.set([
    line("true", "train", "true labels: what it learned from", COLOURS[0], ""),
    line("true", "test", "true labels: new examples", COLOURS[0], "7 4"),
    line("random", "train", "random labels: what it learned from", COLOURS[1], ""),
    line("random", "test", "random labels: new examples", COLOURS[1], "2 4"),
    { name: `a guess (${percent(part.chance, 0)})`, x: [part.epochs[0], part.epochs.at(-1)], y: [part.chance, part.chance], colour: COLOURS[6], dash: "10 3 2 3" },
  ]);
  place.append(...saying(part, curves.root));
}

function buildExamples(part, place) {
  const words = ({ memorisation, low, high }) => `${memorisation.toFixed(2)} [${low.toFixed(2)}, ${high.toFixed(2)}]`;
  place.append(...saying(part,
    part.listed.length ? null : h("p", {}, "No example reached the score from which it counts as learned by heart."),
    h("p", { class: "soft" }, "Below each: its score from 0 to 1, with its 95 % interval over networks. Of many examples some score high by luck: look at the lower end."),
    part.note ? h("p", { class: "soft" }, part.note) : null,
    h("ol", { class: "memorised" }, part.listed.map((each) => h("li", {},
      each.picture ? h("img", { src: each.picture, alt: `What is labelled ${each.label}` }) : null,
      h("p", { class: "labelled" }, each.label, each.said !== null && each.said !== each.label
        ? h("span", { class: "soft" }, ` others say ${each.said}`) : null),
      h("p", { class: "soft" }, each.called),
      scale(each),
      h("p", { class: "score" }, words(each)),
      each.values.length ? values(each.values) : null))),
    folded("The numbers behind it", table("Examples learned by heart", ["example", "label", "said by networks that did not train on it", "memorisation"],
      part.listed.map((each) => [each.called, each.label, each.said ?? "not kept", words(each)])))));
}

/** A score on its scale from 0 to 1, with its interval as a bar. */
function scale({ memorisation, low, high }) {
  const at = (value) => 100 * Math.min(1, Math.max(0, value));
  return h("span", { class: "scale", "aria-hidden": "true" },
    h("span", { class: "whisker", style: `left:${at(low)}%;width:${at(high) - at(low)}%` }),
    h("span", { class: "dot", style: `left:${at(memorisation)}%` }));
}
