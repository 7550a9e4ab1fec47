// Labels to check: buttons and keys answer, the browser keeps the answers, a file of them is saved.

import { say } from "./words.js";

/** Start the list of a report, if it has one. */
export function startChecks() {
  const section = document.querySelector("[data-checks]");
  if (section === null) return;
  new Sitting(section, JSON.parse(document.getElementById(section.dataset.checks).textContent)).begin();
}

const KEYS = { r: "right", w: "wrong", s: "unsure" };

/** Somebody who looks at labels: `section` shows them (templates/checks.html says how), `file` is {draw, header, rows}. */
export class Sitting extends EventTarget {
  constructor(section, file) {
    super();
    this.section = section;
    this.file = file;
    this.items = [...section.querySelectorAll("[data-number]")];
    this.place = `thalweg-checks-${file.draw}`;
    this.answers = this.kept();
    this.before = [];
    this.current = this.next(-1) ?? 0;
    section.tabIndex = 0; // its keys act while it has the focus, so that there must be a way to give it
  }

  /** Listen to buttons and keys; returns what ends it. */
  begin() {
    const ended = new AbortController(), { signal } = ended;
    this.section.addEventListener("click", (event) => this.pressed(event), { signal });
    this.section.addEventListener("change", (event) => this.named(event), { signal });
    this.section.addEventListener("keydown", (event) => this.typed(event), { signal });
    this.showAll();
    return () => ended.abort();
  }

  /** What this browser kept; one that keeps nothing of a local file says so. */
  kept() {
    try {
      const found = JSON.parse(localStorage.getItem(this.place) ?? "{}");
      return found !== null && typeof found === "object" && !Array.isArray(found) ? found : {};
    } catch {
      this.cannotKeep();
      return {};
    }
  }

  keep() {
    try {
      localStorage.setItem(this.place, JSON.stringify(this.answers));
    } catch {
      this.cannotKeep();
    }
  }

  cannotKeep() {
    this.section.querySelector("[data-kept]").textContent =
      say("checks.not_kept");
  }

  answerOf(place) {
    const found = this.answers[this.items[place].dataset.number];
    return found !== null && typeof found === "object" ? found : null;
  }

  /** The first label after `place` without an answer, from the top again where there is none below. */
  next(place) {
    const count = this.items.length;
    for (let step = 1; step <= count; step += 1) {
      const there = (place + step + count) % count;
      if (this.answerOf(there) === null) return there;
    }
    return null;
  }

  answer(place, said, correct = "") {
    const { number } = this.items[place].dataset;
    this.before.push([place, this.answerOf(place)]);
    this.answers[number] = { said, correct: said === "wrong" ? correct : "" };
    this.keep();
    this.show(place);
    this.tell();
  }

  undo() {
    const last = this.before.pop();
    if (last === undefined) return;
    const [place, answer] = last;
    const { number } = this.items[place].dataset;
    if (answer === null) delete this.answers[number];
    else this.answers[number] = answer;
    this.keep();
    this.show(place);
    this.tell();
    this.goTo(place);
  }

  pressed(event) {
    const button = event.target.closest("button");
    if (button === null) return;
    if ("save" in button.dataset) this.save();
    else if ("next" in button.dataset) this.goOn(this.current);
    else if ("step" in button.dataset) this.step(Number(button.dataset.step));
    const item = button.closest("[data-number]");
    if (item === null) return;
    const place = this.items.indexOf(item);
    this.mark(place);
    if ("accept" in button.dataset) this.answer(place, "wrong", item.dataset.suggested);
    else this.answer(place, button.dataset.answer);
  }

  named(event) {
    const item = event.target.closest("[data-number]");
    if (item !== null) this.answer(this.items.indexOf(item), "wrong", event.target.value);
  }

  /** Keys answer while the focus is in the list: a single key must not act elsewhere (WCAG 2.1.4). */
  typed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, select, textarea") !== null) return;
    const key = event.key.toLowerCase();
    const { suggested, label } = this.items[this.current].dataset;
    if (key === "u") this.undo();
    else if (key in KEYS) this.answerAndGoOn(KEYS[key]);
    else if (key === "a" && suggested !== label) this.answerAndGoOn("wrong", suggested);
    else return;
    event.preventDefault();
  }

  answerAndGoOn(said, correct = "") {
    this.answer(this.current, said, correct);
    this.goOn(this.current);
  }

  goOn(place) {
    const there = this.next(place);
    if (there !== null) this.goTo(there);
  }

  /** One label on or back, answered or not. */
  step(by) {
    this.goTo(Math.min(this.items.length - 1, Math.max(0, this.current + by)));
  }

  goTo(place) {
    // of labels that are shown one at a time, the button that was pressed is hidden now, and the focus would be lost
    const isHidden = this.section.classList.contains("one-at-a-time") && this.items[this.current].contains(document.activeElement);
    if (isHidden) this.section.focus({ preventScroll: true });
    this.mark(place);
    this.items[place].scrollIntoView({ block: this.section.dataset.scroll ?? "center" });
  }

  mark(place) {
    this.items[this.current].removeAttribute("aria-current");
    this.current = place;
    this.items[place].setAttribute("aria-current", "true");
    this.dispatchEvent(new Event("marked"));
  }

  showAll() {
    this.items.forEach((_, place) => this.show(place));
    this.mark(this.current);
    this.tell();
  }

  show(place) {
    const item = this.items[place];
    const answer = this.answerOf(place) ?? { said: "", correct: "" };
    item.dataset.said = answer.said;
    const accepted = answer.said === "wrong" && answer.correct === item.dataset.suggested;
    for (const button of item.querySelectorAll("button")) {
      const on = "accept" in button.dataset ? accepted
        : button.dataset.answer === answer.said && !(accepted && answer.said === "wrong" && item.querySelector("[data-accept]"));
      button.setAttribute("aria-pressed", String(on));
    }
    const correct = item.querySelector(".correct");
    correct.hidden = answer.said !== "wrong";
    correct.querySelector("select").value = answer.correct;
  }

  tell() {
    const said = this.items.map((_, place) => this.answerOf(place)?.said);
    const count = (word) => said.filter((each) => each === word).length;
    const [right, wrong, unsure] = ["right", "wrong", "unsure"].map(count);
    this.section.querySelector("[data-progress]").textContent =
      say("checks.progress", { answered: right + wrong + unsure, all: said.length, right, wrong, unsure });
  }

  /** The file that `--to-check` wrote, with the answers in it. */
  csv() {
    const { header, rows } = this.file;
    const [answer, correct] = ["answer", "correct_label"].map((name) => header.indexOf(name));
    const filled = rows.map((row, place) => {
      const found = this.answerOf(place);
      return row.map((cell, column) => {
        if (found === null) return cell;
        if (column === answer) return found.said;
        return column === correct ? found.correct : cell;
      });
    });
    return [header, ...filled].map((row) => row.map(quoted).join(",")).join("\n") + "\n";
  }

  save() {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([this.csv()], { type: "text/csv" }));
    link.download = this.section.dataset.name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }
}

function quoted(cell) {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
