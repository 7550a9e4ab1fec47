// Noise: there is nothing in it, and yet they answer. How sure is one, how sure are all, and who would refuse?

import { button, chooser, h, slider, table } from "../dom.js";
import { randomNumbers } from "../chance.js";
import { paintExample } from "../examples.js";
import { ofMean, wilson } from "../intervals.js";
import { scores } from "../noise/detectors.js";
import { FEATURE_WORDS, made, mixed, WORDS } from "../noise/kinds.js";
import { strip } from "../noise/strip.js";
import { lacking } from "../shell.js";
import { measuredWords, percent, plain } from "../wording.js";
import { summarise } from "../../../page/static/network.js";

const TRIED = 200, AT_ONCE = 12, SURE = 0.9;

export const noise = {
  name: "noise",
  build(bench, root, { networks, examples, noise: content }) {
    const panel = new Noise(bench, networks, examples, content);
    root.append(panel.root);
    panel.renew();
    return {
      state: () => panel.state(), restore: (state) => panel.restore(state), lock: (names) => panel.lock(names), leave: () => panel.leave(),
    };
  },
};

class Noise {
  constructor(bench, networks, examples, content) {
    Object.assign(this, { bench, networks, examples, content, seed: 1, turn: 0 });
    const words = content.ranges ? FEATURE_WORDS : WORDS, again = () => { this.renew(); bench.changed(); };
    this.kind = chooser("Kind", { options: content.kinds.map((name) => [name, words[name] ?? name]), value: content.kinds[0], changed: again });
    this.strength = slider("Strength", { low: 0, high: 1, step: 0.01, value: 1, shown: (share) => percent(share, 0), changed: again });
    this.member = chooser("One of them", { options: networks.members.map((number, place) => [String(place), `network ${number}`]), value: "0", changed: again });
    this.renewed = button("New noise", () => { this.seed += 1; again(); }, { class: "main" });
    this.picture = h("canvas", { class: "pixels large", role: "img", "aria-label": "What the networks are shown" });
    this.one = statement("One network");
    this.all = statement(`All ${networks.members.length} together`);
    this.strip = strip();
    this.shares = h("div", { "data-secret": "" });
    this.refusals = h("div", {});
    this.typed = (event) => { if (event.key === "n" && !event.ctrlKey && !event.metaKey && !event.altKey && !event.target.closest("input, select, textarea")) this.renewed.click(); };
    document.addEventListener("keydown", this.typed);
    this.root = h("div", {},
      h("div", { class: "noise-first" },
        h("div", {}, this.picture, h("p", { class: "buttons" }, this.renewed), this.kind.root, this.strength.root, this.member.root,
          h("p", { class: "soft" }, "At 0 % it is a real example; at 100 % there is nothing but noise. The key n makes new noise.")),
        h("div", {}, h("div", { class: "statements" }, this.one.root, this.all.root),
          h("div", { "data-secret": "" }, h("h2", {}, "Many such inputs"), this.strip.root), this.shares,
          h("h2", {}, "Who would have refused it?"), this.refusals)));
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
    this.all.set(names[found.verdict], found.mean[found.verdict], `${found.agree} of ${answers.length} agree`);
    this.refuse(scores(answers, this.networks.logits(values)));
    this.bench.say(`One network says ${names[said]}, ${percent(answers[own][said])} sure; all together ${names[found.verdict]}, ${percent(found.mean[found.verdict])} sure.`);
    this.tryMany(own);
  }

  refuse(found) {
    const { detectors, examples } = this.content;
    this.refusals.replaceChildren(
      table("Detectors", ["detector", "score", "refused above", "verdict"], detectors.map(({ words, name, threshold }) => [
        words, plain(found[name]), plain(threshold), found[name] > threshold ? "✗ refused" : "✓ let through"])),
      h("p", { class: "soft" }, `Each refuses ${refused(detectors)} of ${examples.toLocaleString("en-US")} real examples that no network saw; they judge the answers of all networks in this page.`));
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
      [isOne ? "this one input, here" : "of these 200, here", words(ofMean(above)), words({ value: hits / all.length, interval: wilson(hits, all.length) }), words(ofMean(sure)), words(ofMean(all))],
    ];
    if (kept && whole) {
      rows.unshift([`measured, ${kept.members.toLocaleString("en-US")} networks x ${kept.examples.toLocaleString("en-US")}`, measuredWords(kept.one.share_above), measuredWords(kept.all.share_above), measuredWords(kept.one.mean_confidence), measuredWords(kept.all.mean_confidence)]);
    }
    this.shares.replaceChildren(
      table("How sure they are", ["inputs", "one network, above 90 % sure", "all together, above 90 % sure", "one network, on average", "all together, on average"], rows),
      h("p", { class: "soft" }, `[low, high] is a 95 % interval: here over inputs, with the networks of this page${kept && whole ? "; measured, over networks and inputs, without [ ] where there is but one input" : ""}.`),
      this.content.why ? lacking({ missing: this.content.why, command: this.content.command }) : h("span", {}));
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

  leave() {
    this.turn += 1;
    document.removeEventListener("keydown", this.typed);
  }
}

/** The share of real examples that detectors refuse: about 5 %, and what it is where few or equal scores leave no 5 %. */
function refused(detectors) {
  const shares = detectors.map(({ refuses }) => refuses), [least, most] = [Math.min(...shares), Math.max(...shares)];
  return least === most ? percent(least) : `${percent(least)} to ${percent(most)}`;
}

/** A large answer with how sure it is. */
function statement(who) {
  const said = h("strong", {}), sure = h("span", { class: "sure" }), more = h("span", { class: "soft" });
  const set = (name, share, words = "") => { said.textContent = name; sure.textContent = `${percent(share)} sure`; more.textContent = words; };
  return { root: h("p", { class: "statement" }, h("span", { class: "soft" }, who), said, sure, more), set };
}
