// A guess and its answer: a slider or a choice, then the measured number, its interval, and how near the guess came.

import { button, h, slider } from "./dom.js";
import { quoted, why } from "./lacking.js";
import { keepGuess } from "./guesses.js";
import { measuredWords, plain } from "./wording.js";
import { parts, say } from "../../page/static/words.js";

export class Guess {
  constructor(bench, course, lesson, number) {
    this.asked = lesson.steps[number - 1].guess;
    Object.assign(this, { bench, course, lesson, number, then: course.text(lesson.steps[number - 1].then), found: course.content.measurements[this.asked.measure] });
    this.answer = h("div", { class: "revealed", tabindex: -1, hidden: true });
    this.input = this.asked.choices.length ? this.choices() : this.sliding();
    this.show = button(say("lesson.answer"), () => this.reveal(true), { class: "main", disabled: this.asked.choices.length > 0 });
    this.skip = button(say("lesson.skip"), () => this.reveal(false));
    this.root = h("section", { class: "guess", "data-revealed": "no" },
      h("h2", {}, say("lesson.guess")), h("p", { class: "ask" }, course.text(this.asked.ask)), this.input,
      h("p", { class: "buttons" }, this.show, this.skip), this.answer);
  }

  get isPercent() { return this.asked.unit === "percent"; }

  words(number) { return this.isPercent ? say("percent.share", { share: plain(Number(number.toFixed(1))) }) : plain(number); }

  sliding() {
    const { low, high } = this.asked, step = this.isPercent ? (high - low > 40 ? 1 : 0.5) : Math.max(1, Math.round((high - low) / 200));
    this.value = Math.round((low + high) / 2);
    this.slid = slider(say("lesson.guess"), { low, high, step, value: this.value, shown: (number) => this.words(number), changed: (number) => { this.value = number; } });
    return this.slid.root;
  }

  choices() {
    const name = `choice-${this.lesson.name}-${this.number}`;
    return h("fieldset", { class: "choices" }, h("legend", { class: "hidden" }, say("lesson.guess")),
      this.asked.choices.map((choice, place) => h("label", {}, h("input", { type: "radio", name, value: place, onchange: () => { this.value = place; this.show.disabled = false; } }), " ", this.course.text(choice.say))));
  }

  /** Show what was measured, and how near the guess came, where there was one. */
  reveal(hasGuessed) {
    const { course, found } = this, guess = hasGuessed ? this.value : null;
    if (guess !== null) keepGuess(this.lesson.name, this.number, guess);
    this.root.dataset.revealed = "yes";
    const article = this.root.closest(".lesson");
    if (article) article.dataset.revealed = "yes";
    this.show.hidden = this.skip.hidden = true;
    for (const input of this.root.querySelectorAll("input")) input.disabled = true;
    this.answer.hidden = false;
    this.answer.replaceChildren(...(found.missing ? this.lacking() : this.told(guess)), this.then ? h("p", { class: "then" }, this.then) : "");
    this.answer.focus({ preventScroll: true });
    this.answer.scrollIntoView({ block: "nearest" });
    if (!found.missing) this.bench.say(`${say("lesson.measured")}: ${measuredWords(found, this.asked.unit)}. ${guess === null ? "" : this.near(guess)}`);
  }

  lacking() {
    const { found } = this;
    return [h("p", { class: "missing" }, `${say("lesson.missing")} `, why(found), " ", found.command ? parts("lesson.adds", { command: h("code", {}, found.command) }) : "")];
  }

  told(guess) {
    const { course, found } = this;
    return [
      h("p", { class: "soft" }, say("lesson.measured")),
      h("p", { class: "answer", "data-answer": "" }, measuredWords(found, this.asked.unit)),
      guess === null ? "" : h("p", { class: "near" }, this.near(guess)),
      guess === null || this.asked.choices.length ? "" : this.drawn(guess),
      h("p", { class: "soft" }, found.interval ? say("lesson.interval") : say("lesson.no_interval"), found.caveat ? [" ", quoted(`${found.caveat}.`)] : [], " ", say("lesson.how", { how: say(found.how_word, found.how_values) })),
    ];
  }

  get factor() { return this.isPercent ? 100 : 1; }

  /** How near the guess came, no more sharply than the interval allows. */
  near(guess) {
    const { course, found } = this, ends = (found.interval ?? [found.value, found.value]).map((end) => this.factor * end);
    if (this.asked.choices.length) return this.nearChoice(guess, ends);
    if (guess >= ends[0] && guess <= ends[1]) return say("lesson.inside");
    const off = Math.abs(guess - this.factor * found.value), words = plain(Number(off.toFixed(1)));
    return say(this.isPercent ? "lesson.off_points" : "lesson.off", { off: words });
  }

  nearChoice(place, ends) {
    const { course } = this, { low, high } = this.asked.choices[place], value = this.factor * this.found.value;
    if (value >= low && value < high) return say("lesson.choice_right");
    if (ends[1] >= low && ends[0] < high) return say("lesson.choice_open");
    const right = this.asked.choices.find((choice) => value >= choice.low && value < choice.high);
    return say("lesson.choice_wrong", { range: right ? course.text(right.say) : measuredWords(this.found, this.asked.unit) });
  }

  /** Guess, number and interval on one line. */
  drawn(guess) {
    const { low, high } = this.asked, { value, interval } = this.found, at = (number) => `${Math.min(100, Math.max(0, (100 * (number - low)) / (high - low)))}%`;
    const ends = (interval ?? [value, value]).map((end) => this.factor * end);
    const span = h("span", { class: "span" });
    span.style.left = at(ends[0]);
    span.style.width = `calc(${at(ends[1])} - ${at(ends[0])})`;
    const dot = h("span", { class: "dot" }), mine = h("span", { class: "mine" });
    dot.style.left = at(this.factor * value);
    mine.style.left = at(guess);
    return h("div", { class: "guess-line", role: "img", "aria-label": `${say("lesson.guess")} ${this.words(guess)}, ${say("lesson.measured")} ${measuredWords(this.found, this.asked.unit)}` },
      h("span", { class: "track" }, span, dot, mine), h("span", { class: "soft" }, `${this.words(low)}`), h("span", { class: "soft last" }, `${this.words(high)}`));
  }

  /** One line for the end of a lesson. */
  line({ guess }) {
    const { course, found, asked } = this, own = asked.choices.length ? course.text(asked.choices[guess]?.say ?? { en: "" }) : this.words(guess);
    const measured = found.missing ? say("lesson.missing") : `${say("lesson.measured")}: ${measuredWords(found, asked.unit)}. ${this.near(guess)}`;
    return `${course.text(asked.ask)} ${say("lesson.guess")}: ${own}. ${measured}`;
  }
}
