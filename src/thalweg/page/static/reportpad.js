// The pad of a report: the reader draws, and every embedded network answers.

import { nothing, Pad, SAMPLE } from "./pad.js";
import { paintPixels } from "./painting.js";
import { summarise, unpack } from "./network.js";
import { percent } from "./percent.js";
import { say } from "./words.js";
import { agreement, fillVotes } from "./votes.js";

const PATIENCE = 1000;

export function startPad() {
  const source = document.getElementById("networks");
  if (source === null) return;
  const answers = new Answers(document.getElementById("pad"), unpack(JSON.parse(source.textContent)));
  answers.show();
}

class Answers {
  constructor(root, networks) {
    this.root = root;
    this.networks = networks;
    this.spoke = 0;
    this.lines = networks.class_names.map((_, place) => root.querySelector(`tr[data-class="${place}"]`));
    this.raw = root.querySelector("#pad-raw");
    this.member = root.querySelector("#pad-member");
    this.pad = new Pad(root.querySelector("#pad-canvas"), networks.input_shape[0], {
      changed: () => this.show(), cursor: (words) => this.text("#pad-pen", words),
    });
    this.pad.paint();
    this.listen();
  }

  listen() {
    const { pad } = this;
    const show = (name) => () => pad.show(say(`pad.${name}`), nothing(name, pad.shown ? null : pad.picture(), pad.side));
    const actions = {
      undo: () => pad.undo(), clear: () => pad.clear(), sample: () => pad.take(SAMPLE),
      static: show("static"), shuffled: show("shuffled"), blank: show("blank"),
    };
    for (const button of this.root.querySelectorAll("button[data-do]")) {
      button.addEventListener("click", actions[button.dataset.do]);
    }
    this.raw.addEventListener("change", () => { pad.isRaw = this.raw.checked; pad.soon(); });
    this.member.addEventListener("change", () => pad.soon());
  }

  show() {
    const picture = this.pad.picture();
    paintPixels(this.root.querySelector("#pad-seen"), picture, this.pad.side);
    if (picture === null) this.unanswered();
    else this.answered(this.networks.answer(Float32Array.from(picture, (level) => level / 255)));
  }

  unanswered() {
    this.root.dataset.state = "nothing";
    this.root.dataset.answers = "0";
    delete this.root.dataset.verdict;
    this.text("#pad-verdict", "Nothing drawn");
    this.text("#pad-agree", "Draw in the black square, and every network answers.");
    this.text("#pad-one", "");
    this.say("Nothing drawn");
    this.fill(null, null);
  }

  answered(answers) {
    const found = summarise(answers), { class_names: names } = this.networks, count = answers.length;
    const name = names[found.verdict], { shown: other } = this.pad;
    this.root.dataset.state = other ? "nonsense" : "drawn";
    this.root.dataset.answers = String(count);
    this.root.dataset.verdict = name;
    const shown = other ? `Of ${other.name} they say: ${name}` : `They say: ${name}`;
    const agree = agreement(found, count);
    this.text("#pad-verdict", shown);
    this.text("#pad-agree", agree);
    this.root.querySelector("#pad-agree").dataset.all = String(found.agree === count);
    this.one(answers, found);
    this.fill(found, answers);
    this.say(`${shown}. ${agree}.`);
  }

  one(answers, found) {
    const place = Number(this.member.value), said = found.said[place];
    const { class_names: names } = this.networks;
    const own = `Network ${this.networks.members[place]} alone says ${names[said]} with ${percent(answers[place][said])}`;
    const all = `all ${answers.length} together say ${names[found.verdict]} with ${percent(found.mean[found.verdict])}`;
    this.text("#pad-one", answers.length === 1 ? `${own}.` : `${own}; ${all}.`);
  }

  fill(found, answers) {
    fillVotes(this.lines, found, answers?.length ?? 1);
    const { class_names: names, members } = this.networks;
    this.root.querySelector("#pad-members").replaceChildren(...(answers ?? []).map((answer, place) => {
      const entry = document.createElement("li"), said = found.said[place];
      entry.textContent = `${members[place]}: ${names[said]}, ${percent(answer[said])}`;
      entry.classList.toggle("outvoted", said !== found.verdict);
      return entry;
    }));
  }

  /** Tell a screen reader, at most once a second and only the last of what there was to say. */
  say(words) {
    clearTimeout(this.later);
    const wait = Math.max(0, this.spoke + PATIENCE - Date.now());
    this.later = setTimeout(() => { this.spoke = Date.now(); this.text("#pad-live", words); }, wait);
  }

  text(selector, words) {
    const place = this.root.querySelector(selector);
    if (place.textContent !== words) place.textContent = words;
  }
}
