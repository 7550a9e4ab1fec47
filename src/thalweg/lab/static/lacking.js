// What is said in the place of what is not there, and of what others say in English.

import { button, h } from "./dom.js";
import { language, parts, say } from "../../page/static/words.js";

/** Words that were not said by this page: an error's, a figure's. They are in English, and a screen reader is told so. */
export function quoted(words) {
  return h("span", { class: "quoted", lang: "en" }, words);
}

/** What a figure found, as it says it: [elements]. Figures speak English, and the page says so where it speaks another. */
export function found(title) {
  const told = h("p", { class: "told" }, quoted(title));
  return language() === "en" ? [told] : [h("p", { class: "soft from-report" }, say("shell.from_report")), told];
}

/** Why something is missing: in the language of the page where it has the word, else in the words of the error. */
export function why({ missing, word, values }) {
  return word ? say(word, values) : quoted(missing);
}

/** Words in the place of what is not there, with the command that adds it; where a server is behind the page, it looks again. */
export function lacking(part) {
  return h("div", { class: "missing" }, h("p", {}, why(part)),
    part.command ? h("p", {}, parts("shell.adds", { command: h("code", {}, part.command) })) : null,
    part.again ? button(say("shell.look_again"), null, { "data-again": "" }) : null);
}

/** Whether a part of the page, or a piece of it, is missing: it may be there the next time. */
export function lacks(part, depth = 2) {
  if (part === null || typeof part !== "object" || Array.isArray(part)) return false;
  return "missing" in part || (depth > 0 && Object.values(part).some((piece) => lacks(piece, depth - 1)));
}
