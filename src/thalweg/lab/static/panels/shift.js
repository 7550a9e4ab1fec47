// Shift: move, turn, stretch, thicken an example, and see when they no longer know it.

import { button, chooser, h, slider } from "../dom.js";
import { COLOURS, Curves } from "../curves.js";
import { paintExample } from "../examples.js";
import { lacking } from "../shell.js";
import { changed, TRANSFORMS } from "../shift/transforms.js";
import { count, measuredWords, percent, plain } from "../wording.js";
import { summarise } from "../../../page/static/network.js";

const ALONG = 25, QUARTERS = [0.25, 0.75];

export const shift = {
  name: "shift",
  build(bench, root, { networks, examples, shift: content }) {
    const panel = new Shift(bench, networks, examples, content);
    root.append(panel.root);
    panel.show();
    return { state: () => panel.state(), restore: (state) => panel.restore(state), lock: (names) => panel.lock(names), leave: () => panel.leave() };
  },
};

class Shift {
  constructor(bench, networks, examples, content) {
    Object.assign(this, { bench, networks, examples, content, place: firstRight(examples), last: "rotation" });
    if (bench.subject) this.place = Math.max(0, examples.called.indexOf(bench.subject.called));
    this.subject = bench.subject ?? this.example(this.place);
    this.before = h("canvas", { class: "pixels", role: "img" });
    this.after = h("canvas", { class: "pixels large", role: "img" });
    this.called = h("p", { class: "soft" });
    this.one = answer("One network");
    this.all = answer(`All ${networks.members.length} together`);
    this.member = chooser("One of them", { options: networks.members.map((number, place) => [String(place), `network ${number}`]), value: "0", changed: () => this.moved() });
    this.sliders = Object.fromEntries(Object.entries(TRANSFORMS).map(([name, { words, unit, low, high, step, identity }]) => [name, slider(words, {
      low, high, step, value: identity, shown: plain, changed: () => { this.last = name; this.moved(); }, unit,
    })]));
    this.along = new Curves({ title: "The right answer along the slider", x: { label: "" }, y: { label: "probability of its label", low: 0, high: 1, words: (share) => percent(share, 0) } });
    this.measured = new Curves({ title: "How often examples are still recognised", x: { label: "" }, y: { label: "right", low: 0, high: 1, words: (share) => percent(share, 0) } });
    this.measuredPlace = h("div", {});
    this.root = h("div", {},
      h("div", { class: "shift-first" },
        h("div", {}, h("div", { class: "shift-pictures" }, this.after, h("figure", {}, this.before, h("figcaption", { class: "soft" }, "as it was"))), this.called,
          h("p", { class: "buttons" }, button("Previous", () => this.go(-1)), button("Next", () => this.go(1)), button("As it was", () => this.reset()))),
        h("div", {}, h("div", { class: "statements" }, this.one.root, this.all.root), h("div", { class: "sliders" }, Object.values(this.sliders).map(({ root }) => root)), this.member.root)),
      h("h2", {}, "This one"), this.along.root, h("section", { "data-secret": "" }, h("h2", {}, "Many of them"), this.measuredPlace));
  }

  example(place) {
    const { values, labels, called } = this.examples;
    return { values: values[place], label: labels[place], called: called[place] };
  }

  go(step) {
    this.place = (this.place + step + this.examples.values.length) % this.examples.values.length;
    this.subject = this.example(this.place);
    this.bench.choose(this.subject);
    this.moved();
  }

  reset() {
    for (const [name, { identity }] of Object.entries(TRANSFORMS)) this.sliders[name].set(identity);
    this.moved();
  }

  moved() { this.show(); this.bench.changed(); }

  levels() { return Object.fromEntries(Object.entries(this.sliders).map(([name, each]) => [name, each.value])); }

  show() {
    const { values, label, called } = this.subject, { shape } = this.examples, names = this.networks.class_names;
    const made = changed(values, shape, this.levels()), answers = this.networks.answer(made), found = summarise(answers), own = Number(this.member.value);
    paintExample(this.before, values, shape);
    paintExample(this.after, made, shape);
    this.before.setAttribute("aria-label", `${called} as it was`);
    this.after.setAttribute("aria-label", `${called}, changed`);
    this.called.textContent = `${called}, labelled ${names[label]}`;
    this.one.set(names[found.said[own]], answers[own][found.said[own]], found.said[own] === label);
    this.all.set(names[found.verdict], found.mean[found.verdict], found.verdict === label, `${found.agree} of ${answers.length} agree`);
    this.bench.say(`One network says ${names[found.said[own]]}; all together ${names[found.verdict]}, ${percent(found.mean[found.verdict])} sure.`);
    this.drawAlongSoon(own);
    this.drawMeasured();
  }

  /** The curve takes some thirty times as long as an answer: it is drawn when the slider rests for a moment. */
  drawAlongSoon(own) {
    clearTimeout(this.later);
    this.later = setTimeout(() => this.drawAlong(own), 60);
  }

  drawAlong(own) {
    const { low, high, words, unit } = TRANSFORMS[this.last], { values, label } = this.subject;
    const places = Array.from({ length: ALONG }, (_, place) => low + (place * (high - low)) / (ALONG - 1));
    const right = places.map((level) => this.networks.answer(changed(values, this.examples.shape, { ...this.levels(), [this.last]: level })).map((shares) => shares[label]));
    const mean = right.map((shares) => shares.reduce((sum, share) => sum + share, 0) / shares.length);
    const [least, most] = QUARTERS.map((part) => right.map((shares) => [...shares].sort((a, b) => a - b)[Math.round(part * (shares.length - 1))]));
    this.along.axes.x = { label: `${words.toLowerCase()}: ${unit}`, low, high };
    this.along.set([
      { name: `all ${this.networks.members.length} together; the band holds the middle half of them`, x: places, y: mean, low: least, high: most, colour: COLOURS[0] },
      { name: `network ${this.networks.members[own]} alone`, x: places, y: right.map((shares) => shares[own]), colour: COLOURS[1] },
    ], this.sliders[this.last].value);
    this.root.dataset.along = this.last;
  }

  drawMeasured() {
    const found = this.content.curves?.[this.last];
    if (this.drawn === this.last && found) { this.measured.set(this.measured.series, this.sliders[this.last].value); return; }
    this.drawn = this.last;
    if (!found) {
      this.measuredPlace.replaceChildren(lacking(this.content.missing ? this.content : { missing: `How often, was not measured for ${TRANSFORMS[this.last].words.toLowerCase()}.`, command: "" }));
      return;
    }
    const x = found.levels, end = (which) => (each) => each.interval?.[which] ?? each.value;
    const series = (name, values, colour) => ({ name, x, y: values.map(({ value }) => value), low: values.map(end(0)), high: values.map(end(1)), colour });
    this.measured.axes.x = { label: found.unit, low: Math.min(...x), high: Math.max(...x) };
    this.measured.set([series("all together", found.ensemble_accuracy, COLOURS[0]), series("one network, on average", found.accuracy, COLOURS[1])], this.sliders[this.last].value);
    const still = found.accuracy[x.indexOf(found.identity)];
    this.measuredPlace.replaceChildren(this.measured.root, h("p", { class: "soft" },
      `Measured with ${count(this.content.members)} networks on ${count(this.content.examples.curves)} examples: right as often as this when examples that no network saw are changed so far, with 95 % intervals${still ? `; unchanged, one network ${measuredWords(still)}` : ""}.`));
  }

  state() {
    const levels = Object.fromEntries(Object.entries(this.levels()).filter(([name, level]) => level !== TRANSFORMS[name].identity));
    const place = this.examples.called.indexOf(this.subject.called);
    return { ...levels, slider: this.last, member: Number(this.member.value), ...(place >= 0 ? { example: place } : {}) };
  }

  restore(state) {
    for (const name of Object.keys(TRANSFORMS)) if (Number.isFinite(state[name])) { this.sliders[name].set(state[name]); this.last = name; }
    if (TRANSFORMS[state.slider]) this.last = state.slider;
    if (this.networks.members[state.member] !== undefined) this.member.set(String(state.member));
    if (this.examples.values[state.example]) { this.place = state.example; this.subject = this.example(this.place); }
    this.show();
  }

  lock(names) {
    for (const [name, each] of Object.entries(this.sliders)) each.input.disabled = names.includes(name);
    this.member.input.disabled = names.includes("member");
  }

  leave() { clearTimeout(this.later); }
}

/** The first example that most of the networks get right: one that is hard as it is would show nothing. */
function firstRight({ share_right: shares }) {
  return Math.max(0, shares.findIndex((share) => share > 0.9));
}

function answer(who) {
  const said = h("strong", {}), sure = h("span", { class: "sure" }), more = h("span", { class: "soft" });
  const set = (name, share, isRight, words = "") => {
    said.textContent = name;
    sure.textContent = `${percent(share)} sure, ${isRight ? "✓ right" : "✗ wrong"}`;
    more.textContent = words;
  };
  return { root: h("p", { class: "statement" }, h("span", { class: "soft" }, who), said, sure, more), set };
}
