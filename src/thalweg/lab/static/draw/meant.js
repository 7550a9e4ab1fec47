// "I meant this": drawings with the label that was meant, kept in the page until they are saved.

import { button, h } from "../dom.js";
import { npz } from "../npz.js";
import { counted } from "../wording.js";
import { say } from "../../../page/static/words.js";

const FEW = 30;

export class Meant {
  /** `taken()` gives {strokes, picture, answers} of what is drawn, or null. */
  constructor(bench, networks, taken) {
    Object.assign(this, { bench, networks, taken, kept: [] });
    this.told = h("p", { class: "soft", role: "status" });
    this.saves = h("p", { class: "buttons", hidden: true },
      button(say("draw.meant.save_npz"), () => this.saveArrays()), button(say("draw.meant.save_json"), () => this.saveText()),
      button(say("draw.meant.back"), () => { this.kept.pop(); this.tell(); }));
    this.root = h("div", { class: "meant" },
      h("h2", {}, say("draw.meant.title")),
      h("p", { class: "buttons" }, networks.class_names.map((name, label) => button(name, () => this.add(label), { "aria-label": say("draw.meant.one", { name }) }))),
      this.told, this.saves);
    this.tell();
  }

  add(label) {
    const drawn = this.taken();
    if (drawn === null) { this.told.textContent = say("draw.meant.first"); return; }
    this.kept.push({ label, ...drawn });
    this.tell();
  }

  tell() {
    const right = this.kept.filter(({ label, answers }) => largest(mean(answers)) === label).length;
    this.saves.hidden = this.kept.length === 0;
    const kept = say("draw.meant.kept", { drawings: counted(this.kept.length, "drawing"), right });
    this.told.textContent = this.kept.length === 0 ? say("draw.meant.begin") : this.kept.length < FEW ? `${kept} ${say("draw.meant.few")}` : kept;
  }

  /** Answers and labels as `thalweg evaluate --probabilities` reads them; with the pictures as `thalweg.load` does. */
  saveArrays() {
    const { class_names: names, members, input_shape: shape } = this.networks, count = this.kept.length;
    const answers = new Float32Array(members.length * count * names.length);
    this.kept.forEach((one, example) => one.answers.forEach((own, member) => own.forEach((share, label) => {
      answers[(member * count + example) * names.length + label] = share;
    })));
    this.bench.save("drawn.npz", npz({
      probabilities: { type: "f4", shape: [members.length, count, names.length], values: answers },
      labels: { type: "i8", shape: [count], values: this.kept.map(({ label }) => label) },
      class_names: { type: "U", shape: [names.length], values: names },
      images: { type: "u1", shape: [count, ...shape], values: this.kept.flatMap(({ picture }) => [...picture]) },
    }));
  }

  saveText() {
    const { class_names: names, members } = this.networks;
    this.bench.save("drawn.json", JSON.stringify({
      run: this.bench.about.run, class_names: names, members,
      drawings: this.kept.map(({ label, strokes, picture, answers }) => ({
        label: names[label], strokes, picture: [...picture], mean_probability: mean(answers), said: answers.map((own) => names[largest(own)]),
      })),
    }, null, 1));
  }
}

function mean(answers) {
  return answers[0].length ? [...answers[0]].map((_, label) => answers.reduce((sum, own) => sum + own[label], 0) / answers.length) : [];
}

function largest(values) {
  return values.reduce((best, value, place) => (value > values[best] ? place : best), 0);
}
