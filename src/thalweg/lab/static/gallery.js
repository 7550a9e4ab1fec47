// A row of examples to choose from, the hardest first.

import { paintExample } from "./examples.js";
import { button, h } from "./dom.js";
import { percent } from "./wording.js";
import { say } from "../../page/static/words.js";

const SHOWN = 24;

/** Return {root, mark}: `chosen(place)` is called with the place of an example among `examples`. */
export function gallery(examples, names, chosen) {
  const list = h("ul", { class: "examples" });
  const all = button(say("shell.more"), () => fill(examples.values.length));
  const root = h("div", {}, list, all);
  const fill = (count) => {
    for (let place = list.children.length; place < count; place++) list.append(h("li", {}, tile(examples, names, place, chosen)));
    all.hidden = list.children.length >= examples.values.length;
  };
  fill(Math.min(SHOWN, examples.values.length));
  const mark = (place) => {
    for (const [at, item] of [...list.children].entries()) item.firstChild.setAttribute("aria-pressed", String(at === place));
  };
  return { root, mark };
}

function tile(examples, names, place, chosen) {
  const label = names[examples.labels[place]], right = percent(examples.share_right[place], 0);
  const words = say("shell.tile", { called: examples.called[place], label, share: right });
  const picture = h("canvas", { "aria-hidden": "true" });
  paintExample(picture, examples.values[place], examples.shape);
  const tile = button("", () => chosen(place), { "aria-pressed": "false", "aria-label": words, title: words });
  tile.append(picture, h("span", { "aria-hidden": "true" }, h("strong", {}, label), ` ${right}`));
  return tile;
}
