// Draw: strokes become the picture that the networks see, and every network answers.

import { chooser, h } from "../dom.js";
import { changeExample } from "../draw/change.js";
import { Contributions } from "../draw/contributions.js";
import { Diagram } from "../draw/diagram.js";
import { DrawnExample } from "../draw/drawn.js";
import { Meant } from "../draw/meant.js";
import { gallery } from "../gallery.js";
import { summarise } from "../../../page/static/network.js";
import { Votes } from "../votes.js";
import { count, percent } from "../wording.js";
import { say } from "../../../page/static/words.js";

export const draw = {
  name: "draw",
  hasKeys: true,
  build(bench, root, { networks, examples }) {
    const panel = new Draw(bench, networks, examples);
    root.append(panel.root);
    root.addEventListener("keydown", (event) => panel.key(event));
    panel.answer();
    return {
      state: () => panel.state(), restore: (state) => panel.restore(state), lock: (names) => panel.lock(names),
      answers: () => panel.answers, // of every network [classes], null for nothing: for the curious, and to measure
    };
  },
};

class Draw {
  constructor(bench, networks, examples) {
    Object.assign(this, { bench, networks, examples });
    const heard = { changed: () => this.answer(), saved: () => bench.changed() };
    this.source = examples.shape.length === 1 ? changeExample(examples, heard) : new DrawnExample(bench, networks, examples, heard);
    this.votes = new Votes(networks.class_names, networks.members.length);
    this.votes.root.dataset.state = "starting";
    this.one = h("p", { class: "one" });
    this.member = chooser(say("shell.one_of_them"), {
      options: networks.members.map((number, place) => [String(place), say("shell.network", { number })]), value: "0",
      changed: () => { this.answer(); bench.changed(); },
    });
    this.diagram = new Diagram(networks);
    this.contributions = new Contributions(networks, examples.shape, examples.features, () => bench.changed());
    this.meant = this.source.strokes ? new Meant(bench, networks, () => this.taken()) : null;
    this.gallery = gallery(examples, networks.class_names, (place) => this.choose(place));
    this.root = h("div", {},
      h("div", { class: "draw-first" }, this.source.root, this.votes.root),
      this.meant?.root ?? null,
      h("section", {}, h("h2", {}, say("draw.inside_one")), h("div", { class: "draw-one" }, this.member.root, this.one),
        h("div", { class: "draw-inside" }, this.diagram.root, h("section", {}, h("h3", {}, say("draw.adds")), this.contributions.root))),
      h("section", {}, h("h2", {}, say("draw.choose")),
        h("p", { class: "soft" }, say("draw.hardest", { count: count(examples.of) })), this.gallery.root));
  }

  choose(place) {
    this.source.choose(place);
    const { values, labels, called } = this.examples;
    this.bench.choose({ values: values[place], label: labels[place], called: called[place] });
  }

  /** Ask all networks about what is there. */
  answer() {
    const values = this.source.values();
    this.values = values;
    this.answers = values && this.networks.answer(values);
    const found = this.answers && summarise(this.answers), { class_names: names } = this.networks;
    this.votes.set(found, values ? this.source.words() : this.source.nothing, this.source.aside());
    this.votes.root.dataset.state = values ? "answered" : "nothing";
    if (this.marked !== this.source.place) this.gallery.mark(this.source.place ?? -1);
    this.marked = this.source.place;
    const own = Number(this.member.value), shares = this.answers?.[own] ?? null;
    this.one.textContent = shares ? say("draw.one_says", { one: names[found.said[own]], one_sure: percent(shares[found.said[own]]), all: names[found.verdict], all_sure: percent(found.mean[found.verdict]) }) : "";
    this.diagram.set(own, values, shares);
    this.contributions.set(own, values, shares);
    this.bench.say(`${this.votes.verdict.textContent}. ${this.votes.agreement.textContent}`);
  }

  taken() {
    return this.values && { strokes: this.source.strokes(), picture: this.source.picture(), answers: this.answers };
  }

  /** A digit typed while the focus is in the panel says what was meant; elsewhere it must not act (WCAG 2.1.4). */
  key(event) {
    if (!this.meant || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea")) return;
    const label = this.networks.class_names.indexOf(event.key);
    if (label >= 0) this.meant.add(label);
  }

  state() {
    const { value: wanted } = this.contributions.wanted;
    return { member: Number(this.member.value), ...(wanted ? { answer: Number(wanted) } : {}), ...this.source.state() };
  }

  restore(state) {
    if (this.networks.members[state.member] !== undefined) this.member.set(String(state.member));
    if (this.networks.class_names[state.answer] !== undefined) this.contributions.wanted.set(String(state.answer));
    this.source.restore(state);
    if (state.example === undefined && state.strokes === undefined && this.bench.subject && !this.source.isBegun) this.source.showSubject?.(this.bench.subject);
    this.answer();
  }

  lock(names) {
    if (names.includes("member")) this.member.input.disabled = true;
    this.source.lock?.(names);
  }
}
