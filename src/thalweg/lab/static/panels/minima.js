// Minima: where all networks ended, before and after their neurons are matched, and the bridge between two.

import { button, chooser, h, slider, table } from "../dom.js";
import { costOf } from "../costs.js";
import { COLOURS, Curves } from "../curves.js";
import { between, memberTensors } from "../minima/matching.js";
import { NetworkMap } from "../minima/map.js";
import { tip } from "../minima/tip.js";
import { lacking } from "../lacking.js";
import { neurons } from "../train/neurons.js";
import { count, counted, measuredWords, percent, plain } from "../wording.js";
import { networksOf } from "../../../page/static/network.js";
import { say } from "../../../page/static/words.js";

const POINTS = 21, ASKED = 200, GLIDE = 900, HOVER = 6;

export const minima = {
  name: "minima",
  build(bench, root, { networks, examples, minima: content }) {
    const panel = new Minima(bench, networks, examples, content);
    root.append(panel.root);
    panel.pick();
    return { state: () => panel.state(), restore: (state) => panel.restore(state), lock: (names) => panel.lock(names), leave: () => panel.leave() };
  },
};

class Minima {
  constructor(bench, networks, examples, content) {
    Object.assign(this, { bench, networks, examples, content, morph: 0, cursor: 0 });
    this.places = new Map(content.members.map((member, place) => [member, place]));
    this.asked = examples.values.map((_, place) => place).filter((place) => place % Math.ceil(examples.values.length / ASKED) === 0);
    this.canvas = h("canvas", { class: "map", width: 760, height: 760, tabindex: 0, role: "application", "aria-label": say("minima.map"), "aria-describedby": "map-keys" });
    const shares = ranks(content.accuracy);
    this.map = new NetworkMap(this.canvas, { before: content.before, after: content.after, shares });
    this.matched = h("input", { type: "checkbox", disabled: !content.after, onchange: () => { this.glide(); bench.changed(); } });
    const options = networks.members.map((number, place) => [String(place), say("shell.network", { number })]), again = () => { this.pick(); bench.changed(); };
    this.one = chooser(say("minima.from"), { options, value: "0", changed: again });
    this.other = chooser(say("minima.to"), { options, value: String(Math.min(1, options.length - 1)), changed: again });
    this.share = slider(say("minima.share"), { low: 0, high: 1, step: 0.01, value: 0.5, shown: (part) => percent(part, 0), changed: () => { this.stand(); bench.changed(); } });
    this.tip = tip();
    this.costs = new Map();
    this.said = h("p", { class: "soft" });
    this.about = h("p", { class: "soft", role: "status" });
    this.here = h("div", { class: "statements" });
    this.curves = new Curves({ title: say("minima.cost_along"), x: { label: say("minima.way"), low: 0, high: 1, words: (part) => percent(part, 0) }, y: { label: say("minima.cost"), low: 0 } });
    this.pictures = neurons();
    this.measured = h("div", { "data-secret": "" });
    this.root = h("div", { "data-morph": 0 },
      h("div", { class: "hill-first" },
        h("div", {}, h("div", { class: "map-place" }, this.canvas, this.tip.root), h("div", { "data-secret": "" }, scale(content.accuracy)), h("p", { class: "soft", id: "map-keys" }, say("minima.keys")), this.about),
        h("div", {}, h("p", {}, h("label", {}, this.matched, " ", say("minima.match"))), this.said,
          h("h2", {}, say("minima.bridge")), this.one.root, this.other.root, this.share.root, this.here)),
      networks.convolutions ? null : [h("h2", {}, say("minima.along")), this.curves.root], this.measured,
      networks.convolutions ? null : [h("h2", {}, say("minima.neurons")), this.pictures.root]);
    this.listen();
    this.tellMeasured();
  }

  listen() {
    const { canvas } = this, next = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
    const point = (event) => { const box = canvas.getBoundingClientRect(); return [((event.clientX - box.left) / box.width) * canvas.width, ((event.clientY - box.top) / box.height) * canvas.height]; };
    canvas.addEventListener("click", (event) => {
      this.cursor = this.map.nearest(point(event));
      this.take();
      this.tipAt(this.cursor); // a finger does not hover
    });
    canvas.addEventListener("pointermove", (event) => { if (event.pointerType !== "touch") this.tipAt(this.map.under(point(event), HOVER)); });
    canvas.addEventListener("pointerleave", (event) => { if (event.pointerType !== "touch") this.tip.hide(); });
    canvas.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.tip.hide();
      else if (event.key in next) { this.cursor = (this.cursor + next[event.key] + this.map.count) % this.map.count; this.tellCursor(); this.paint(); }
      else if (event.key === "Enter" || event.key === " ") this.take();
      else return;
      event.preventDefault();
    });
    canvas.addEventListener("focus", () => { if (canvas.matches(":focus-visible")) { this.tellCursor(); this.paint(); } });
    canvas.addEventListener("blur", () => { this.tip.hide(); this.paint(); });
  }

  /** The network under the cursor becomes the end of the bridge, and what was the end its start. */
  take() {
    const member = this.content.members[this.cursor], place = this.networks.members.indexOf(member);
    this.tellCursor();
    if (place < 0) { this.about.textContent += ` ${say("minima.not_in_page")}`; this.paint(); return; }
    if (String(place) !== this.other.value) { this.one.set(this.other.value); this.other.set(String(place)); }
    this.pick();
    this.bench.changed();
  }

  tellCursor() {
    this.about.textContent = this.aboutMember(this.cursor);
    this.bench.say(this.about.textContent);
    this.tipAt(this.cursor);
  }

  tipAt(member) {
    if (member === null) this.tip.hide();
    else this.tip.show(this.map.shareOf(member), this.aboutMember(member));
  }

  /** Who a dot is, how often it is right, and what it costs on the examples of the page, where it is in the page. */
  aboutMember(member) {
    const { members, accuracy } = this.content, number = members[member], place = this.networks.members.indexOf(number);
    const words = [accuracy ? say("minima.about", { number, share: percent(accuracy[member]) }) : say("minima.about_unmeasured", { number })];
    if (place >= 0) words.push(say("minima.about_cost", { cost: plain(this.costOf(place)), count: count(this.asked.length) }));
    return words.join(" ");
  }

  /** The cost of a network as it is: where its neurons stand does not matter to it. */
  costOf(place) {
    if (!this.costs.has(place)) {
      const { values, labels } = this.examples;
      const found = this.asked.map((at) => costOf(this.content.cost, logitsOf(this.networks, place, values[at]), labels[at]).cost);
      this.costs.set(place, found.reduce((sum, cost) => sum + cost, 0) / found.length);
    }
    return this.costs.get(place);
  }

  paint() {
    const picked = [this.one, this.other].map(({ value }) => this.places.get(this.networks.members[Number(value)]));
    this.map.paint(this.morph, picked, document.activeElement === this.canvas ? this.cursor : null);
  }

  /** Move all dots from before to after, or back; at once where calm is wanted. */
  glide() {
    cancelAnimationFrame(this.gliding);
    this.tip.hide();
    const target = this.matched.checked && this.content.after ? 1 : 0, from = this.morph, began = performance.now(), wait = this.bench.isCalm ? 0 : GLIDE;
    const step = (now) => {
      const part = wait ? Math.min(1, Math.max(0, (now - began) / wait)) : 1;
      this.morph = from + (target - from) * (3 * part ** 2 - 2 * part ** 3);
      this.paint();
      this.root.dataset.morph = String(part === 1 ? target : this.morph);
      if (part < 1) this.gliding = requestAnimationFrame(step);
    };
    this.tell();
    this.stand(); // both ways are known already
    step(wait ? began : began + 1);
  }

  tell() {
    const { content } = this, isMatched = this.matched.checked && content.after, shown = isMatched ? content.shown_after : content.shown_before;
    const stand = isMatched ? say("minima.matched", { reference: content.reference }) : say("minima.unmatched");
    const words = [content.after ? stand : say(content.why.word), say("minima.keeps", { share: percent(shown) })];
    if (content.after && content.matched < content.members.length) words.push(say("minima.partly", { matched: count(content.matched), all: count(content.members.length) }));
    if (content.diverged.length) words.push(say("minima.diverged", { numbers: content.diverged.join(", ") }));
    this.said.textContent = words.join(" ");
  }

  /** The two ends of the bridge as tensors, matched or not. */
  ends(isMatched) {
    return [this.one, this.other].map(({ value }) => memberTensors(this.networks, Number(value), isMatched ? this.content.rearrangements[Number(value)] : null, this.content.constant));
  }

  along(isMatched, share) {
    const [one, other] = this.ends(isMatched);
    return networksOf({ ...this.networks, members: ["bridge"], tensors: between(one, other, share) });
  }

  ask(network) {
    const { values, labels } = this.examples, found = this.asked.map((place) => costOf(this.content.cost, network.logits(values[place])[0], labels[place]));
    return { cost: found.reduce((sum, each) => sum + each.cost, 0) / found.length, right: found.filter(({ isRight }) => isRight).length / found.length };
  }

  pick() {
    this.tell();
    this.paint();
    if (this.networks.convolutions) {
      this.here.replaceChildren(h("p", {}, say("minima.dense")));
      this.share.input.disabled = true;
      return;
    }
    const x = Array.from({ length: POINTS }, (_, place) => place / (POINTS - 1)), canMatch = this.content.after && [this.one, this.other].every(({ value }) => this.content.rearrangements[Number(value)]);
    this.ways = [false, ...(canMatch ? [true] : [])].map((isMatched) => ({ isMatched, found: x.map((share) => this.ask(this.along(isMatched, share))) }));
    this.stand();
  }

  /** Stand on the bridge at the share of the slider. */
  stand() {
    const share = this.share.value, isMatched = this.matched.checked && this.ways.length > 1, network = this.along(isMatched, share), { cost, right } = this.ask(network);
    const x = Array.from({ length: POINTS }, (_, place) => place / (POINTS - 1));
    this.curves.set(this.ways.map((way) => ({ name: say(way.isMatched ? "minima.line_matched" : "minima.line"), x, y: way.found.map((each) => each.cost), colour: COLOURS[way.isMatched ? 2 : 1], dash: way.isMatched ? "" : "7 4" })), share);
    this.here.replaceChildren(statement(say("minima.cost_there"), plain(cost)), statement(say("minima.right_there", { count: count(this.asked.length) }), percent(right)));
    const { weight, shape: [outputs] } = network.part(0, "layers.0"), shown = Math.min(16, outputs);
    this.pictures.set(weight.subarray(0, (weight.length / outputs) * shown), shown, this.networks.input_shape, say(isMatched ? "minima.first_matched" : "minima.first", { shown, of: outputs, share: percent(share, 0), one: this.name(this.one), other: this.name(this.other) }));
    const [before, after] = this.ways.map(({ found }) => barrier(found));
    this.root.dataset.barrier = String(isMatched ? after : before);
    this.bench.say(say("minima.voice", { cost: plain(cost), share: percent(share, 0) }));
    this.note(before, after);
  }

  name({ value }) { return this.networks.members[Number(value)]; }

  note(before, after) {
    this.curves.root.dataset.note = "";
    const words = after === undefined ? say("minima.hill", { before: plain(before) }) : say("minima.hill_matched", { before: plain(before), after: plain(after) });
    this.noted ??= this.curves.root.appendChild(h("figcaption", { class: "soft" }));
    this.noted.textContent = words;
  }

  tellMeasured() {
    const { connectivity } = this.content;
    if (connectivity.missing) { this.measured.replaceChildren(lacking(connectivity)); return; }
    this.measured.replaceChildren(h("p", {}, say(connectivity.after ? "minima.measured_matched" : "minima.measured", {
      pairs: counted(connectivity.pairs, "pair"), examples: counted(connectivity.examples, "example"), before: measuredWords(connectivity.before, "number"), after: connectivity.after && measuredWords(connectivity.after, "number"),
    })));
  }

  state() {
    return { matched: this.matched.checked, from: Number(this.one.value), to: Number(this.other.value), share: this.share.value };
  }

  restore({ matched, from, to, share }) {
    if (this.networks.members[from] !== undefined) this.one.set(String(from));
    if (this.networks.members[to] !== undefined) this.other.set(String(to));
    if (Number.isFinite(share)) this.share.set(share);
    if (matched !== undefined && this.content.after) { this.matched.checked = Boolean(matched); this.morph = matched ? 1 : 0; this.root.dataset.morph = String(this.morph); }
    this.pick();
  }

  lock(names) {
    this.matched.disabled ||= names.includes("matched");
    this.one.input.disabled = names.includes("from");
    this.other.input.disabled = names.includes("to");
    this.share.input.disabled = names.includes("share");
  }

  leave() { cancelAnimationFrame(this.gliding); }
}

/** The most that a way lies above the straight line between its ends (Frankle et al. 2020, arXiv 1912.05671). */
function barrier(found) {
  const first = found[0].cost, last = found.at(-1).cost, steps = found.length - 1;
  return Math.max(0, ...found.map(({ cost }, place) => cost - (first + (place / steps) * (last - first))));
}

/** What one network's answer is read from. */
function logitsOf(networks, place, values) {
  return networks.trace(place, values).at(-1).values;
}

/** Accuracies as shares of their own range, for colours. */
function ranks(accuracy) {
  if (!accuracy) return null;
  const low = Math.min(...accuracy), high = Math.max(...accuracy);
  return accuracy.map((value) => (value - low) / (high - low || 1));
}

/** What the colours of the dots mean. */
function scale(accuracy) {
  if (!accuracy) return h("p", { class: "soft" }, say("minima.one_colour"));
  return h("p", { class: "scale-of soft" }, say("minima.low", { share: percent(Math.min(...accuracy)) }), h("span", { class: "ramp", role: "img", "aria-label": say("minima.ramp") }), percent(Math.max(...accuracy)));
}

function statement(who, said) {
  return h("p", { class: "statement" }, h("span", { class: "soft" }, who), h("strong", {}, said));
}
