// Lessons: one sentence, one thing to do, a guess, and the measured answer with its interval.

import { h } from "./dom.js";

/** The list of lessons. */
export function showLessons(bench, { lessons }, place) {
  place.replaceChildren(
    h("h1", {}, "Lessons"),
    h("ol", { class: "lessons" }, lessons.map(({ name, title }) => (
      h("li", {}, h("a", { href: `#lesson=${name}&step=1` }, title.en))))),
  );
}

/** One step of a lesson. */
export async function showLesson(lab, lesson, { measurements }, number, address) {
  const step = lesson.steps[number - 1] ?? lesson.steps[0];
  const panel = h("section", {});
  lab.main.replaceChildren(h("h1", {}, lesson.title.en), h("p", { class: "say" }, step.say.en), panel);
  await lab.place(step.panel, panel, { state: address.panels[step.panel] ?? {}, locked: step.locked });
}
