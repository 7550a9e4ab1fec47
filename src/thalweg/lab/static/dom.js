// Elements from a tag, attributes and children; texts are texts, never markup.

import { say } from "../../page/static/words.js";

/**
 * @param {string} tag
 * @param {Object<string, any>} [attributes] `on…` are listeners, `class` and `data-…` as in HTML, false and null left out
 * @param {...any} children elements, texts, or null
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

/** A labelled slider that says its value. `shown(value)` puts it in words. */
export function slider(label, { low, high, step, value, shown = String, changed }) {
  const said = h("output", {}, shown(value));
  const input = h("input", {
    type: "range", min: low, max: high, step, value,
    oninput: () => { said.textContent = shown(Number(input.value)); changed(Number(input.value)); },
  });
  const root = h("label", { class: "slider" }, h("span", {}, label), input, said);
  const set = (number) => { input.value = String(number); said.textContent = shown(Number(input.value)); };
  return { root, input, get value() { return Number(input.value); }, set };
}

/** A labelled choice of one of several. `options`: [value, words] each. */
export function chooser(label, { options, value, changed }) {
  const input = h("select", { onchange: () => changed(input.value) },
    options.map(([own, words]) => h("option", { value: own, selected: own === value }, words)));
  return {
    root: h("label", { class: "chooser" }, h("span", {}, label), input), input,
    get value() { return input.value; }, set: (own) => { input.value = own; },
  };
}

/** A button. */
export function button(words, pressed, attributes = {}) {
  return h("button", { type: "button", onclick: pressed, ...attributes }, words);
}

/** Open and close: a table behind a chart, how it was measured. */
export function folded(summary, ...children) {
  return h("details", {}, h("summary", {}, summary), ...children);
}

/** A table: `header` words, `rows` of cells, the first of each names its row. */
export function table(caption, header, rows) {
  return h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": say("shell.table", { caption }) },
    h("table", {},
      h("caption", { class: "hidden" }, caption),
      h("thead", {}, h("tr", {}, header.map((words) => h("th", { scope: "col" }, words)))),
      h("tbody", {}, rows.map((cells) => h("tr", {}, cells.map((cell, place) =>
        place === 0 ? h("th", { scope: "row" }, cell) : h("td", {}, cell)))))));
}
