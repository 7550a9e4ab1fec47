// What a learner guessed, kept by the browser where it keeps anything, and as a file to hand in.

const PLACE = "thalweg-lab-guesses";
let unkept = {};

/** All guesses by lesson/step: {guess, when}. */
export function guesses() {
  try {
    const found = JSON.parse(localStorage.getItem(PLACE) ?? "{}");
    return found !== null && typeof found === "object" && !Array.isArray(found) ? found : {};
  } catch {
    return unkept;
  }
}

/** Keep the guess of a step. */
export function keepGuess(lesson, step, guess) {
  unkept = { ...guesses(), [`${lesson}/${step}`]: { guess, when: new Date().toISOString() } };
  try { localStorage.setItem(PLACE, JSON.stringify(unkept)); } catch { /* kept in the page alone, until it is closed */ }
}

/** Forget them all. */
export function forgotten() {
  unkept = {};
  try { localStorage.removeItem(PLACE); } catch { /* there was nothing to forget */ }
}

/** The guesses with what was measured, as JSON to hand in. */
export function handIn({ lessons, measurements }, about) {
  const kept = guesses(), lines = [];
  for (const lesson of lessons) lesson.steps.forEach((step, place) => {
    const own = kept[`${lesson.name}/${place + 1}`];
    if (!step.guess || own === undefined) return;
    const found = measurements[step.guess.measure];
    lines.push({ lesson: lesson.name, step: place + 1, asked: step.guess.ask.en ?? Object.values(step.guess.ask)[0], unit: step.guess.unit, guess: own.guess, when: own.when, measure: step.guess.measure, measured: found.missing ? null : { value: found.value, interval: found.interval } });
  });
  return JSON.stringify({ run: about.run, data: about.data.name, guesses: lines }, null, 1);
}
