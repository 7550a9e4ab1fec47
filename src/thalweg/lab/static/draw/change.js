// What networks are asked about in rows of features: an example whose values can be changed.

import { button, h, slider } from "../dom.js";
import { plain } from "../wording.js";
import { say } from "../../../page/static/words.js";

const MOST = 30;

/** Return a source as DrawnExample is one, for rows of features. */
export function changeExample(examples, heard) {
  const count = examples.values[0].length, names = Array.from({ length: count }, (_, place) => examples.features[place] ?? say("shell.feature", { number: place + 1 }));
  const ranges = names.map((_, place) => range(examples.values, place));
  let place = 0, values = Float32Array.from(examples.values[0]);
  const told = h("p", { class: "soft" });
  const sliders = names.slice(0, MOST).map((name, at) => slider(name, {
    low: ranges[at][0], high: ranges[at][1], step: (ranges[at][1] - ranges[at][0]) / 200 || 0.01, value: values[at], shown: plain,
    changed: (value) => { values[at] = value; tell(); heard.changed(); heard.saved(); },
  }));
  const tell = () => {
    const changed = values.filter((value, at) => value !== examples.values[place][at]).length;
    const words = [say(changed ? "draw.values_changed" : "draw.values", { called: examples.called[place], changed, count })];
    if (count > MOST) words.push(say("draw.values_first", { most: MOST, count }));
    told.textContent = words.join(" ");
  };
  const source = {
    nothing: say("draw.nothing_chosen"), place,
    root: h("div", { class: "draw-source" }, h("h2", {}, say("draw.change")), told, ...sliders.map(({ root }) => root),
      h("p", { class: "buttons" }, button(say("draw.as_it_was"), () => { source.choose(place); }))),
    values: () => values,
    words: () => say("draw.they_say"),
    aside: () => "",
    choose: (chosen) => {
      source.place = place = chosen;
      values = Float32Array.from(examples.values[chosen]);
      sliders.forEach((each, at) => each.set(values[at]));
      tell();
      heard.changed();
      heard.saved();
    },
    state: () => {
      const state = { example: place };
      sliders.forEach((_, at) => { if (values[at] !== examples.values[place][at]) state[`value${at + 1}`] = Number(values[at].toPrecision(5)); });
      return state;
    },
    restore: (state) => {
      if (examples.values[state.example]) source.choose(state.example);
      sliders.forEach((each, at) => { if (Number.isFinite(state[`value${at + 1}`])) { values[at] = state[`value${at + 1}`]; each.set(values[at]); } });
      tell();
    },
  };
  tell();
  return source;
}

function range(rows, at) {
  const values = rows.map((row) => row[at]);
  return [Math.min(-1, ...values), Math.max(1, ...values)];
}
