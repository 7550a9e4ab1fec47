// A training on the server: begun, steered and watched from the page.

import { button, h } from "../dom.js";
import { quoted, why } from "../lacking.js";
import { bands } from "./bands.js";
import { neurons, unpackHalves } from "./neurons.js";
import { kindName, Settings } from "./settings.js";
import { count, counted, plain } from "../wording.js";
import { fixed, has, say } from "../../../page/static/words.js";

const MOST = 900;

export class Live {
  constructor(bench, content) {
    Object.assign(this, { bench, content, id: null, points: [], standing: null });
    this.settings = new Settings(content, (name) => this.changed(name));
    this.play = button(say("train.play"), () => this.toggle(), { class: "main" });
    const act = (words, command) => button(words, () => this.tell(command));
    this.buttons = h("p", { class: "buttons" }, this.play, act(say("train.live.step"), "step"), act(say("train.live.epoch"), "epoch"), act(say("train.live.rewind"), "rewind"));
    this.told = h("p", { class: "soft", role: "status", "aria-live": "off" }); // it changes twenty times a second
    this.bands = bands(say("train.epochs"));
    this.pictures = h("div", { class: "pictures" });
    this.shown = new Map();
    this.hidden = () => (document.hidden ? this.close() : this.watch());
    document.addEventListener("visibilitychange", this.hidden);
    this.gone = () => { if (this.id) this.bench.askLast(`trainings/${this.id}/stop`); this.id = null; this.close(); }; // or whoever opens the page again waits for what nobody watches
    addEventListener("pagehide", this.gone);
    this.root = h("div", { class: "live", "data-step": 0, "data-state": "still" },
      content.why ? h("p", { class: "soft" }, why(content.why), " ", say("train.over.stand_in")) : null,
      h("div", { class: "train-first" }, this.settings.root, h("div", {}, this.buttons, this.settings.rate.root, this.told,
        h("p", { class: "soft" }, say("train.live.keys")))),
      this.bands.root, h("h2", {}, say("train.neurons")), this.shownMember(), this.pictures);
  }

  /** Which network's weights are shown. */
  shownMember() {
    this.looked = h("input", { type: "number", min: 0, max: this.content.most.members - 1, step: 1, value: 0, inputmode: "numeric", onchange: () => {
      const member = Number(this.looked.value);
      if (Number.isInteger(member) && member >= 0 && member < this.content.most.members && this.id) this.tell("look", { member });
    } });
    return h("label", { class: "field looked" }, h("span", {}, say("train.live.of_network")), this.looked);
  }

  /** Other settings than those that train end the training; the same ones leave it alone. */
  restore(state) {
    const before = JSON.stringify(this.settings.state());
    this.settings.restore(state);
    if (this.id && JSON.stringify(this.settings.state()) !== before) this.forget();
  }

  /** Another setting needs another training; another rate does not. */
  changed(name) {
    this.bench.changed();
    if (name === "rate" && this.id) { this.tell("rate", { rate: this.settings.value.rate }); return; }
    if (name !== "rate") this.forget();
  }

  forget() {
    if (this.id) this.bench.ask(`trainings/${this.id}/stop`).catch(() => {});
    this.close();
    Object.assign(this, { id: null, points: [], standing: null });
    this.root.dataset.step = "0";
    this.playing(false);
    this.told.textContent = say("train.live.anew");
    this.draw();
  }

  async begin() {
    const { id, place } = await this.bench.ask("trainings", this.settings.value);
    this.id = id;
    this.place(place);
    this.watch();
    if (Number(this.looked.value) > 0) this.bench.ask(`trainings/${id}/look`, { member: Number(this.looked.value) }).catch(() => {});
  }

  watch() {
    if (this.id && !this.stop) this.stop = this.bench.listen(`trainings/${this.id}/events`, (word) => this.hear(word), () => this.lost().catch(() => {}));
  }

  /** The connection is gone: because the page is left, or because the training is, which nobody watched for a while. */
  async lost() {
    this.close();
    const { trainings } = await this.bench.hear("trainings");
    if (trainings.includes(this.id)) return;
    this.id = null;
    this.playing(false);
    this.told.textContent = say("train.live.unwatched");
  }

  close() {
    this.stop?.();
    this.stop = null;
  }

  async tell(command, body = {}) {
    try {
      if (!this.id) { this.told.textContent = say("train.live.ready"); await this.begin(); }
      await this.bench.ask(`trainings/${this.id}/${command}`, body);
      if (command === "rewind") this.points = [];
      if (command === "play") this.playing(true);
      if (command === "pause") this.playing(false);
    } catch (error) {
      this.told.replaceChildren(error.reason ? say(`train.over.${error.reason}`) : error.isOurs ? error.message : quoted(error.message));
      if (error.reason === "gone") this.id = null;
    }
  }

  toggle() { return this.tell(this.isPlaying ? "pause" : "play"); }

  playing(is) {
    this.isPlaying = is;
    this.play.textContent = say(is ? "train.pause" : "train.play");
    this.root.dataset.state = is ? "playing" : "still";
  }

  place(place) {
    this.told.textContent = place > 0 ? say("train.live.before", { trainings: counted(place, "training") }) : say("train.live.ready");
  }

  hear(word) {
    if (word.kind === "so far") {
      this.points = word.points;
      this.place(word.place);
      if (word.standing) this.stand(word.standing);
    } else if (word.kind === "place") this.place(word.place);
    else if (word.kind === "over") { this.close(); this.id = null; this.playing(false); this.told.replaceChildren(has(`train.over.${word.reason}`) ? say(`train.over.${word.reason}`) : quoted(word.why)); }
    else this.stand(word);
  }

  stand(word) {
    const [first] = word.populations;
    while (this.points.length && this.points.at(-1).populations[0].step >= first.step) this.points.pop();
    this.points.push({ populations: word.populations });
    if (this.points.length > MOST) this.points = this.points.filter((_, place) => place % 2 === 0 || place === this.points.length - 1);
    this.standing = word;
    this.playing(word.playing);
    this.root.dataset.step = String(first.step);
    if (word.weights) this.show(word.weights);
    this.say(word);
    this.drawSoon();
  }

  say({ populations }) {
    const words = populations.map(({ data, step, epoch, train, test, measured, members }) => {
      const diverged = Math.max(train.diverged ?? 0, test.diverged ?? 0);
      const at = { step: count(step), epoch: plain(Number(epoch.toFixed(2))) };
      const stands = test.accuracy ? say("train.live.stands", { ...at, networks: counted(members, "network"), share: fixed(100 * test.accuracy[1], 1), examples: count(measured) }) : say("train.live.none_left", at);
      const said = diverged ? say("train.live.diverged", { said: stands, networks: counted(diverged, "network") }) : stands;
      return populations.length > 1 ? say("train.live.of_data", { data: kindName(data), said }) : said;
    });
    this.told.textContent = say("train.live.all", { said: words.join(". ") });
  }

  drawSoon() {
    this.waiting ??= requestAnimationFrame(() => { this.waiting = null; this.draw(); });
  }

  draw() {
    const many = (this.points.at(-1)?.populations.length ?? 1) > 1, lines = [];
    for (const [place] of (this.points.at(-1)?.populations ?? []).entries()) for (const part of ["train", "test"]) {
      const all = this.points.map(({ populations }) => populations[place]).filter(Boolean), [{ data }] = all;
      // unseen examples are measured now and then: what was only told again is no point of the curve
      const own = part === "train" ? all : all.filter(({ test }, at) => at === 0 || String(test.cost) !== String(all[at - 1].test.cost));
      lines.push({
        name: named(many ? data : null, say(part === "train" ? "train.learning_from" : "train.unseen")), x: own.map(({ epoch }) => epoch),
        cost: own.map((each) => each[part].cost), accuracy: own.map((each) => each[part].accuracy),
      });
    }
    this.bands.set(lines);
  }

  show(weights) {
    for (const { data, member, neurons: shown, of, values } of weights) {
      if (!this.shown.has(data)) {
        this.shown.set(data, neurons());
        this.pictures.append(this.shown.get(data).root);
      }
      this.shown.get(data).set(unpackHalves(values), shown, this.content.input_shape, weightWords(weights.length > 1 ? data : null, { shown, of, member }));
    }
    for (const [data, { root }] of this.shown) root.hidden = !weights.some((each) => each.data === data);
  }

  /** Space and full stop, while the focus is in the panel: single keys must not act elsewhere (WCAG 2.1.4). */
  key(event) {
    if (this.root.hidden || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea")) return;
    if (event.key === " " && !event.target.closest("button, summary, a")) this.toggle();
    else if (event.key === ".") this.tell("step");
    else return;
    event.preventDefault();
  }

  leave() {
    if (this.id) this.bench.ask(`trainings/${this.id}/stop`).catch(() => {});
    this.close();
    document.removeEventListener("visibilitychange", this.hidden);
    removeEventListener("pagehide", this.gone);
  }
}

function named(data, part) {
  return data === null ? part : say("train.of_data", { data: kindName(data), part });
}

function weightWords(data, values) {
  const said = say("train.live.weights", values);
  return data === null ? said : say("train.live.of_data", { data: kindName(data), said });
}
