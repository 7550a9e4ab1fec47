// Noise: there is nothing in it, and yet they answer. How sure is one, how sure are all, and who would refuse?

import { button, chooser, h, slider, table } from "../dom.js";
import { randomNumbers } from "../chance.js";
import { paintExample } from "../examples.js";
import { ofMean, wilson } from "../intervals.js";
import { scores } from "../noise/detectors.js";
import { made, mixed } from "../noise/kinds.js";
import { strip } from "../noise/strip.js";
import { lacking } from "../lacking.js";
import { count, counted, measuredWords, percent, plain } from "../wording.js";
import { summarise } from "../../../page/static/network.js";
import { say } from "../../../page/static/words.js";

const TRIED = 200, AT_ONCE = 12, SURE = 0.9;

export const noise = {
  name: "noise",
  hasKeys: true,
  build(bench, root, { networks, examples, noise: content }) {
    const panel = new Noise(bench, networks, examples, content);
    root.append(panel.root);
    root.addEventListener("keydown", (event) => panel.key(event));
    panel.renew();
    return {
      state: () => panel.state(), restore: (state) => panel.restore(state), lock: (names) => panel.lock(names), leave: () => panel.leave(),
    };
  },
};

class Noise {
  constructor(bench, networks, examples, content) {
    Object.assign(this, { bench, networks, examples, content, seed: 1, turn: 0 });
    const of = content.ranges ? "features" : "pictures", again = () => { this.renew(); bench.changed(); };
    this.kind = chooser(say("noise.kind"), { options: content.kinds.map((name) => [name, say(`noise.of_${of}.${name}`)]), value: content.kinds[0], changed: again });
    this.strength = slider(say("noise.strength"), { low: 0, high: 1, step: 0.01, value: 1, shown: (share) => percent(share, 0), changed: again });
    this.member = chooser(say("shell.one_of_them"), { options: networks.members.map((number, place) => [String(place), say("shell.network", { number })]), value: "0", changed: again });
    this.renewed = button(say("noise.new"), () => { this.seed += 1; again(); }, { class: "main" });
    this.picture = h("canvas", { class: "pixels large", role: "img", "aria-label": say("noise.shown") });
    this.one = statement(say("shell.one_network"));
    this.all = statement(say("shell.together", { count: networks.members.length }));
    this.strip = strip();
    this.shares = h("div", { "data-secret": "" });
    this.refusals = h("div", {});
    this.root = h("div", {},
      h("div", { class: "noise-first" },
        h("div", {}, this.picture, h("p", { class: "buttons" }, this.renewed), this.kind.root, this.strength.root, this.member.root,
          h("p", { class: "soft" }, say("noise.keys", { nothing: percent(0, 0), all: percent(1, 0) }))),
        h("div", {}, h("div", { class: "statements" }, this.one.root, this.all.root),
          h("div", { "data-secret": "" }, h("h2", {}, say("noise.many")), this.strip.root), this.shares,
          h("h2", {}, say("noise.refused_by")), this.refusals)));
  }

  /** One input of the kind and strength at hand. */
  input(chance) {
    const real = this.examples.values[Math.floor(chance() * this.examples.values.length)];
    return mixed(real, made(this.kind.value, chance, this.examples, this.content.ranges), this.strength.value);
  }

  renew() {
    const values = this.input(randomNumbers(this.seed)), answers = this.networks.answer(values), found = summarise(answers);
    paintExample(this.picture, values, this.examples.shape);
    const own = Number(this.member.value), { class_names: names } = this.networks, said = found.said[own];
    this.one.set(names[said], answers[own][said]);
    this.all.set(names[found.verdict], found.mean[found.verdict], say("shell.agree", { agree: found.agree, members: answers.length }));
    this.refuse(scores(answers, this.networks.logits(values)));
    this.bench.say(say("shell.answers", { one: names[said], one_sure: percent(answers[own][said]), all: names[found.verdict], all_sure: percent(found.mean[found.verdict]) }));
    this.tryMany(own);
  }

  refuse(found) {
    const { detectors, examples } = this.content;
    this.refusals.replaceChildren(
      table(say("noise.detectors"), ["detector", "score", "above", "verdict"].map((word) => say(`noise.${word}`)), detectors.map(({ name, threshold }) => [
        say(`noise.detector_of.${name}`), plain(found[name]), plain(threshold), say(found[name] > threshold ? "noise.refused" : "noise.let_through")])),
      h("p", { class: "soft" }, say("noise.each", { share: refused(detectors), examples: count(examples) })));
  }

  /** Ask about many, a few at a time so that the page stays quick. */
  tryMany(own) {
    const turn = ++this.turn, chance = randomNumbers(this.seed + 10_000), one = [], all = [], above = [], sure = [];
    const go = () => {
      if (turn !== this.turn) return;
      for (let count = 0; count < AT_ONCE && all.length < TRIED; count++) {
        const answers = this.networks.answer(this.input(chance)), most = answers.map((shares) => Math.max(...shares));
        one.push(most[own]);
        all.push(Math.max(...answers[0].map((_, label) => answers.reduce((sum, shares) => sum + shares[label], 0) / answers.length)));
        above.push(most.filter((share) => share > SURE).length / most.length);
        sure.push(most.reduce((sum, share) => sum + share, 0) / most.length);
      }
      this.strip.set(one, all);
      if (all.length < TRIED) { requestAnimationFrame(go); return; }
      this.tell(all, above, sure);
      this.root.dataset.tried = String(this.turn);
    };
    requestAnimationFrame(go);
  }

  tell(all, above, sure) {
    const hits = all.filter((share) => share > SURE).length, kept = this.content.measured[this.kind.value], whole = this.strength.value === 1;
    const isOne = whole && this.kind.value === "blank"; // the same input two hundred times: there is nothing for an interval to be over
    const words = (measured) => measuredWords(isOne ? { value: measured.value } : measured);
    const rows = [
      [isOne ? say("noise.this_input") : say("noise.these", { count: TRIED }), words(ofMean(above)), words({ value: hits / all.length, interval: wilson(hits, all.length) }), words(ofMean(sure)), words(ofMean(all))],
    ];
    if (kept && whole) {
      rows.unshift([say("noise.measured", { networks: counted(kept.members, "network"), examples: count(kept.examples) }), measuredWords(kept.one.share_above), measuredWords(kept.all.share_above), measuredWords(kept.one.mean_confidence), measuredWords(kept.all.mean_confidence)]);
    }
    this.shares.replaceChildren(
      table(say("noise.how_sure"), ["inputs", "one_above", "all_above", "one_mean", "all_mean"].map((word) => say(`noise.${word}`, { share: percent(SURE, 0) })), rows),
      h("p", { class: "soft" }, say(kept && whole ? "noise.interval_measured" : "noise.interval")),
      this.content.why ? lacking(this.content.why) : h("span", {}));
  }

  state() {
    return { kind: this.kind.value, strength: this.strength.value, member: Number(this.member.value), seed: this.seed };
  }

  restore({ kind, strength, member, seed }) {
    if (this.content.kinds.includes(kind)) this.kind.set(kind);
    if (Number.isFinite(strength)) this.strength.set(strength);
    if (this.networks.members[member] !== undefined) this.member.set(String(member));
    if (Number.isFinite(seed)) this.seed = seed;
    this.renew();
  }

  lock(names) {
    for (const name of ["kind", "strength", "member"]) this[name].input.disabled = names.includes(name);
    this.renewed.disabled = names.includes("seed");
  }

  /** The key n makes new noise, while the focus is in the panel: a single key must not act elsewhere (WCAG 2.1.4). */
  key(event) {
    if (event.key === "n" && !event.ctrlKey && !event.metaKey && !event.altKey && !event.target.closest("input, select, textarea")) this.renewed.click();
  }

  leave() { this.turn += 1; }
}

/** The share of real examples that detectors refuse: about 5 %, and what it is where few or equal scores leave no 5 %. */
function refused(detectors) {
  const shares = detectors.map(({ refuses }) => refuses), [least, most] = [Math.min(...shares), Math.max(...shares)];
  return least === most ? percent(least) : say("noise.to", { low: percent(least), high: percent(most) });
}

/** A large answer with how sure it is. */
function statement(who) {
  const said = h("strong", {}), sure = h("span", { class: "sure" }), more = h("span", { class: "soft" });
  const set = (name, share, words = "") => { said.textContent = name; sure.textContent = say("shell.sure", { share: percent(share) }); more.textContent = words; };
  return { root: h("p", { class: "statement" }, h("span", { class: "soft" }, who), said, sure, more), set };
}
