// Words that every view of Memory begins and ends with, and the features of a row.

import { h } from "../dom.js";
import { found, quoted } from "../lacking.js";

/** What was found, what it means, and how it was measured, before what is to be looked at. */
export function saying({ title, sentence, how }, ...children) {
  return [...found(title), h("p", {}, quoted(sentence)), ...children.filter((child) => child !== null), h("p", { class: "soft" }, quoted(how))];
}

/** The features of an example, each with its name. */
export function values(pairs) {
  return h("dl", {}, pairs.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value || "-"))));
}
