// Lessons: one sentence, one thing to do, a guess, and the measured answer with its interval.

import { Guess } from "./guess.js";
import { button, h } from "./dom.js";
import { forgotten, guesses, handIn } from "./guesses.js";
import { language, say } from "../../page/static/words.js";

const FIRST = "en";

/** What the lessons are made of, in the language of the page. */
export class Course {
  constructor(content) {
    this.content = content;
    this.language = language();
  }

  /** A text in the language, or in English where it has none. */
  text(texts) { return texts[this.language] ?? texts[FIRST] ?? Object.values(texts)[0] ?? ""; }
}

/** The list of lessons. */
export function showLessons(lab, course) {
  const { lessons } = course.content, kept = guesses();
  lab.main.replaceChildren(h("div", { class: "lessons-page" },
    h("h1", {}, say("lesson.lessons")),
    h("p", { class: "notice" }, say("lesson.begin")),
    h("ol", { class: "lessons" }, lessons.map((lesson, place) => {
      const done = lesson.steps.filter((_, step) => kept[`${lesson.name}/${step + 1}`] !== undefined).length;
      const words = [say("lesson.steps", { count: lesson.steps.length }), ...(done ? [`✓ ${done} / ${lesson.steps.length}`] : [])].join(" · ");
      return h("li", {}, h("a", { href: lab.href({ lesson: lesson.name, step: 1 }) },
        h("span", { class: "number" }, String(place + 1)), h("span", { class: "what" }, h("strong", {}, course.text(lesson.title)), h("span", { class: "soft" }, words))));
    })),
    h("p", { class: "buttons" }, button(say("lesson.save"), () => lab.bench.save("guesses.json", handIn(course.content, lab.bench.about))), button(say("lesson.forget"), () => { forgotten(); showLessons(lab, course); })),
  ));
}

/** One step of a lesson; one after the last says what was guessed and what was measured. */
export async function showLesson(lab, course, lesson, number, states) {
  if (number > lesson.steps.length) { showEnd(lab, course, lesson); return; }
  const step = lesson.steps[number - 1], place = h("section", { class: "step-panel" });
  const to = (other) => lab.open({ lesson: lesson.name, step: other });
  const title = h("h1", { tabindex: -1 }, course.text(lesson.title));
  const guess = step.guess ? new Guess(lab.bench, course, lesson, number) : null;
  const next = button(say("lesson.next"), () => to(number + 1), { class: "main" });
  lab.main.replaceChildren(h("article", { class: "lesson", "data-lesson": lesson.name, "data-step": number, "data-revealed": guess ? "no" : "yes" },
    h("header", { class: "intro" }, h("p", { class: "soft" }, h("a", { href: lab.href({ lessons: 1 }) }, say("lesson.all")), " · ", say("lesson.step", { step: number, steps: lesson.steps.length })), title,
      h("p", { class: "say" }, course.text(step.say)), h("p", { class: "do" }, course.text(step.do))),
    place,
    // on a narrow page the question comes after the whole panel: it is in reach all the while
    guess ? button(say("lesson.to_guess"), () => toGuess(guess.root), { class: "to-guess" }) : null,
    h("div", { class: "asking" }, guess?.root ?? (course.text(step.then) ? h("p", { class: "then" }, course.text(step.then)) : null),
      h("p", { class: "buttons turning" }, number > 1 ? button(say("lesson.back"), () => to(number - 1)) : null, next))));
  title.focus({ preventScroll: true });
  scrollTo({ top: 0 });
  await lab.place(step.panel, place, { state: states[step.panel] ?? {}, locked: step.locked, level: 2 });
}

function toGuess(root) {
  root.tabIndex = -1;
  root.focus({ preventScroll: true });
  root.scrollIntoView({ block: "start" });
}

function showEnd(lab, course, lesson) {
  const { lessons, measurements } = course.content, kept = guesses(), following = lessons[lessons.indexOf(lesson) + 1];
  const lines = lesson.steps.flatMap((step, place) => {
    const own = kept[`${lesson.name}/${place + 1}`];
    return step.guess && own !== undefined ? [h("li", {}, new Guess(lab.bench, course, lesson, place + 1).line(own, measurements))] : [];
  });
  const title = h("h1", { tabindex: -1 }, say("lesson.finished")), open = (view) => lab.open({ ...view });
  lab.main.replaceChildren(h("article", { class: "lesson", "data-lesson": lesson.name, "data-step": "end" },
    h("p", { class: "soft" }, h("a", { href: lab.href({ lessons: 1 }) }, say("lesson.all"))), title,
    h("h2", {}, say("lesson.yours")), lines.length ? h("ul", { class: "guessed" }, lines) : h("p", {}, say("lesson.nothing_guessed")),
    h("p", { class: "buttons" },
      following ? button(say("lesson.following", { title: course.text(following.title) }), () => open({ lesson: following.name, step: 1 }), { class: "main" }) : null,
      button(say("lesson.again"), () => open({ lesson: lesson.name, step: 1 })),
      button(say("lesson.save"), () => lab.bench.save("guesses.json", handIn(course.content, lab.bench.about))))));
  title.focus({ preventScroll: true });
  scrollTo({ top: 0 });
}
