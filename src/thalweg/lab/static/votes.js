// What many networks say of one example: the verdict in words, and votes and mean probability of each class.

import { h } from "./dom.js";
import { agreement, fillVotes } from "../../page/static/votes.js";
import { say } from "../../page/static/words.js";

export class Votes {
  constructor(names, members) {
    this.names = names;
    this.members = members;
    this.verdict = h("p", { class: "verdict-line" });
    this.agreement = h("p", { class: "agreement" });
    const cell = (name) => h("td", {}, h("span", { class: "cell" }, h("span", { class: name }), h("span", { class: "track" }, h("span", { class: `bar ${name}-bar` }))));
    this.lines = names.map((name) => h("tr", {}, h("th", { scope: "row" }, name), cell("votes"), cell("mean")));
    this.root = h("div", { class: "votes-of", "data-answers": 0 }, this.verdict, this.agreement,
      h("table", {}, h("caption", { class: "hidden" }, say("said_by.caption")),
        h("thead", {}, h("tr", {}, ["class", "votes", "mean"].map((word) => h("th", { scope: "col" }, say(`said_by.${word}`))))),
        h("tbody", {}, this.lines)));
  }

  /** Show what they say, as `summarise` found it; null for nothing to be answered, with `words` in its place. `aside`: what is known of it. */
  set(found, words, aside = "") {
    this.root.dataset.answers = String(found ? this.members : 0);
    this.verdict.textContent = found ? `${words} ${this.names[found.verdict]}` : words;
    this.root.dataset.verdict = found ? this.names[found.verdict] : "";
    this.agreement.textContent = found ? [aside, agreement(found, this.members)].filter(Boolean).join(". ") : "";
    this.agreement.dataset.all = String(found !== null && found.agree === this.members && !aside);
    fillVotes(this.lines, found, this.members);
  }
}
