// Lessons: one sentence, one thing to do, a guess, and the measured answer with its interval.

import { Guess } from "./guess.js";
import { button, h } from "./dom.js";
import { forgotten, guesses, handIn } from "./guesses.js";

const FIRST = "en";

/** What the lessons are made of, in one language. */
export class Course {
  constructor(content, language) {
    this.content = content;
    const known = content.languages;
    this.language = known[language] ? language : known[navigatorLanguage()] ? navigatorLanguage() : FIRST;
    this.words = { ...known[FIRST].words, ...known[this.language].words };
  }

  /** A text in the language, or in English where it has none. */
  text(texts) { return texts[this.language] ?? texts[FIRST] ?? Object.values(texts)[0] ?? ""; }

  /** A word with its places filled in. */
  say(word, values = {}) {
    return this.words[word].replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
  }
}

function navigatorLanguage() {
  return (navigator.language ?? FIRST).slice(0, 2);
}

/** The list of lessons. */
export function showLessons(lab, course) {
  const { lessons } = course.content, kept = guesses();
  document.documentElement.lang = course.language;
  lab.main.replaceChildren(h("div", { class: "lessons-page" },
    h("div", { class: "lessons-head" }, h("h1", {}, course.say("lessons")), languages(lab, course)),
    h("p", { class: "notice" }, course.say("begin")),
    h("ol", { class: "lessons" }, lessons.map((lesson, place) => {
      const done = lesson.steps.filter((_, step) => kept[`${lesson.name}/${step + 1}`] !== undefined).length;
      const words = [course.say("steps", { count: lesson.steps.length }), ...(done ? [`✓ ${done} / ${lesson.steps.length}`] : [])].join(" · ");
      return h("li", {}, h("a", { href: lab.href({ lesson: lesson.name, step: 1, language: course.language }) },
        h("span", { class: "number" }, String(place + 1)), h("span", { class: "what" }, h("strong", {}, course.text(lesson.title)), h("span", { class: "soft" }, words))));
    })),
    h("p", { class: "buttons" }, button(course.say("save"), () => lab.bench.save("guesses.json", handIn(course.content, lab.bench.about))), button(course.say("forget"), () => { forgotten(); showLessons(lab, course); })),
  ));
}

function languages(lab, course) {
  const known = Object.entries(course.content.languages);
  return h("label", { class: "language" }, h("span", { class: "hidden" }, course.say("language")),
    h("select", { "aria-label": course.say("language"), onchange: (event) => lab.open({ ...lab.view, language: event.target.value }) },
      known.map(([code, { name }]) => h("option", { value: code, selected: code === course.language, lang: code }, name))));
}

/** One step of a lesson; one after the last says what was guessed and what was measured. */
export async function showLesson(lab, course, lesson, number, states) {
  document.documentElement.lang = course.language;
  if (number > lesson.steps.length) { showEnd(lab, course, lesson); return; }
  const step = lesson.steps[number - 1], place = h("section", { class: "step-panel" });
  const to = (other) => lab.open({ lesson: lesson.name, step: other, language: course.language });
  const title = h("h1", { tabindex: -1 }, course.text(lesson.title));
  const guess = step.guess ? new Guess(lab.bench, course, lesson, number) : null;
  const next = button(course.say("next"), () => to(number + 1), { class: "main" });
  lab.main.replaceChildren(h("article", { class: "lesson", "data-lesson": lesson.name, "data-step": number, "data-revealed": guess ? "no" : "yes" },
    h("header", { class: "intro" }, h("p", { class: "soft" }, h("a", { href: lab.href({ lessons: 1, language: course.language }) }, course.say("all")), " · ", course.say("step", { step: number, steps: lesson.steps.length })), title,
      h("p", { class: "say" }, course.text(step.say)), h("p", { class: "do" }, course.text(step.do))),
    place,
    h("div", { class: "asking" }, guess?.root ?? (course.text(step.then) ? h("p", { class: "then" }, course.text(step.then)) : null),
      h("p", { class: "buttons turning" }, number > 1 ? button(course.say("back"), () => to(number - 1)) : null, next))));
  title.focus({ preventScroll: true });
  scrollTo({ top: 0 });
  await lab.place(step.panel, place, { state: states[step.panel] ?? {}, locked: step.locked, level: 2 });
}

function showEnd(lab, course, lesson) {
  const { lessons, measurements } = course.content, kept = guesses(), following = lessons[lessons.indexOf(lesson) + 1];
  const lines = lesson.steps.flatMap((step, place) => {
    const own = kept[`${lesson.name}/${place + 1}`];
    return step.guess && own !== undefined ? [h("li", {}, new Guess(lab.bench, course, lesson, place + 1).line(own, measurements))] : [];
  });
  const title = h("h1", { tabindex: -1 }, course.say("finished")), open = (view) => lab.open({ ...view, language: course.language });
  lab.main.replaceChildren(h("article", { class: "lesson", "data-lesson": lesson.name, "data-step": "end" },
    h("p", { class: "soft" }, h("a", { href: lab.href({ lessons: 1, language: course.language }) }, course.say("all"))), title,
    h("h2", {}, course.say("yours")), lines.length ? h("ul", { class: "guessed" }, lines) : h("p", {}, course.say("nothing_guessed")),
    h("p", { class: "buttons" },
      following ? button(course.say("following", { title: course.text(following.title) }), () => open({ lesson: following.name, step: 1 }), { class: "main" }) : null,
      button(course.say("again"), () => open({ lesson: lesson.name, step: 1 })),
      button(course.say("save"), () => lab.bench.save("guesses.json", handIn(course.content, lab.bench.about))))));
  title.focus({ preventScroll: true });
  scrollTo({ top: 0 });
}
