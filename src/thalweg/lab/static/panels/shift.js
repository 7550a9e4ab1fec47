// Shift: move, turn, stretch, thicken an example, and see when they no longer know it.

import { button, chooser, h, slider } from "../dom.js";
import { COLOURS, Curves } from "../curves.js";
import { paintExample } from "../examples.js";
import { lacking } from "../lacking.js";
import { changed, TRANSFORMS } from "../shift/transforms.js";
import { counted, measuredWords, percent, plain } from "../wording.js";
import { summarise } from "../../../page/static/network.js";
import { say } from "../../../page/static/words.js";

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
    this.one = answer(say("shell.one_network"));
    this.all = answer(say("shell.together", { count: networks.members.length }));
    this.member = chooser(say("shell.one_of_them"), { options: networks.members.map((number, place) => [String(place), say("shell.network", { number })]), value: "0", changed: () => this.moved() });
    this.sliders = Object.fromEntries(Object.entries(TRANSFORMS).map(([name, { low, high, step, identity }]) => [name, slider(say(`shift.${name}`), {
      low, high, step, value: identity, shown: plain, changed: () => { this.last = name; this.moved(); },
    })]));
    this.along = new Curves({ title: say("shift.along"), x: { label: "" }, y: { label: say("shift.probability"), low: 0, high: 1, words: (share) => percent(share, 0) } });
    this.measured = new Curves({ title: say("shift.how_often"), x: { label: "" }, y: { label: say("shift.right"), low: 0, high: 1, words: (share) => percent(share, 0) } });
    this.measuredPlace = h("div", {});
    this.root = h("div", {},
      h("div", { class: "shift-first" },
        h("div", {}, h("div", { class: "shift-pictures" }, this.after, h("figure", {}, this.before, h("figcaption", { class: "soft" }, say("shift.before")))), this.called,
          h("p", { class: "buttons" }, button(say("shift.previous"), () => this.go(-1)), button(say("shift.next"), () => this.go(1)), button(say("shift.reset"), () => this.reset()))),
        h("div", {}, h("div", { class: "statements" }, this.one.root, this.all.root), h("div", { class: "sliders" }, Object.values(this.sliders).map(({ root }) => root)), this.member.root)),
      h("h2", {}, say("shift.this_one")), this.along.root, h("section", { "data-secret": "" }, h("h2", {}, say("shift.many")), this.measuredPlace));
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
    this.before.setAttribute("aria-label", say("shift.before_label", { called }));
    this.after.setAttribute("aria-label", say("shift.after_label", { called }));
    this.called.textContent = say("shell.labelled", { called, label: names[label] });
    this.one.set(names[found.said[own]], answers[own][found.said[own]], found.said[own] === label);
    this.all.set(names[found.verdict], found.mean[found.verdict], found.verdict === label, say("shell.agree", { agree: found.agree, members: answers.length }));
    this.bench.say(say("shell.answers", { one: names[found.said[own]], one_sure: percent(answers[own][found.said[own]]), all: names[found.verdict], all_sure: percent(found.mean[found.verdict]) }));
    this.drawAlongSoon(own);
    this.drawMeasured();
  }

  /** The curve takes some thirty times as long as an answer: it is drawn when the slider rests for a moment. */
  drawAlongSoon(own) {
    clearTimeout(this.later);
    this.later = setTimeout(() => this.drawAlong(own), 60);
  }

  drawAlong(own) {
    const { low, high } = TRANSFORMS[this.last], { values, label } = this.subject;
    const places = Array.from({ length: ALONG }, (_, place) => low + (place * (high - low)) / (ALONG - 1));
    const right = places.map((level) => this.networks.answer(changed(values, this.examples.shape, { ...this.levels(), [this.last]: level })).map((shares) => shares[label]));
    const mean = right.map((shares) => shares.reduce((sum, share) => sum + share, 0) / shares.length);
    const [least, most] = QUARTERS.map((part) => right.map((shares) => [...shares].sort((a, b) => a - b)[Math.round(part * (shares.length - 1))]));
    this.along.axes.x = { label: say("shift.axis", { transform: say(`shift.${this.last}`), unit: say(`shift.unit.${this.last}`) }), low, high };
    this.along.set([
      { name: say("shift.all_band", { count: this.networks.members.length }), x: places, y: mean, low: least, high: most, colour: COLOURS[0] },
      { name: say("shift.alone", { number: this.networks.members[own] }), x: places, y: right.map((shares) => shares[own]), colour: COLOURS[1] },
    ], this.sliders[this.last].value);
    this.root.dataset.along = this.last;
  }

  drawMeasured() {
    const found = this.content.curves?.[this.last];
    if (this.drawn === this.last && found) { this.measured.set(this.measured.series, this.sliders[this.last].value); return; }
    this.drawn = this.last;
    if (!found) {
      this.measuredPlace.replaceChildren(lacking(this.content.missing ? this.content : { word: "shift.not_measured", values: { transform: say(`shift.${this.last}`) } }));
      return;
    }
    const x = found.levels, end = (which) => (each) => each.interval?.[which] ?? each.value;
    const series = (name, values, colour) => ({ name, x, y: values.map(({ value }) => value), low: values.map(end(0)), high: values.map(end(1)), colour });
    this.measured.axes.x = { label: say(`shift.unit.${this.last}`), low: Math.min(...x), high: Math.max(...x) };
    this.measured.set([series(say("shift.all"), found.ensemble_accuracy, COLOURS[0]), series(say("shift.one"), found.accuracy, COLOURS[1])], this.sliders[this.last].value);
    const still = found.accuracy[x.indexOf(found.identity)];
    this.measuredPlace.replaceChildren(this.measured.root, h("p", { class: "soft" },
      say(still ? "shift.measured_still" : "shift.measured", { networks: counted(this.content.members, "network"), examples: counted(this.content.examples.curves, "example"), still: still && measuredWords(still) })));
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
    sure.textContent = say("shell.sure_and", { share: percent(share), verdict: say(isRight ? "shell.right" : "shell.wrong") });
    more.textContent = words;
  };
  return { root: h("p", { class: "statement" }, h("span", { class: "soft" }, who), said, sure, more), set };
}
