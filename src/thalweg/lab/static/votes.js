// What many networks say of one example: the verdict in words, and votes and mean probability of each class.

import { h } from "./dom.js";
import { percent } from "./wording.js";

export class Votes {
  constructor(names, members) {
    this.names = names;
    this.members = members;
    this.verdict = h("p", { class: "verdict-line" });
    this.agreement = h("p", { class: "agreement" });
    this.rows = names.map((name) => ({
      votes: h("span", { class: "votes" }), votesBar: h("span", { class: "bar votes-bar" }),
      mean: h("span", { class: "mean" }), meanBar: h("span", { class: "bar mean-bar" }), name,
    }));
    this.lines = this.rows.map((row) => h("tr", {}, h("th", { scope: "row" }, row.name),
      h("td", {}, h("span", { class: "cell" }, row.votes, h("span", { class: "track" }, row.votesBar))),
      h("td", {}, h("span", { class: "cell" }, row.mean, h("span", { class: "track" }, row.meanBar)))));
    this.root = h("div", { class: "votes-of", "data-answers": 0 }, this.verdict, this.agreement,
      h("table", {}, h("caption", { class: "hidden" }, "What the networks say"),
        h("thead", {}, h("tr", {}, ["Class", "Votes", "Mean probability"].map((words) => h("th", { scope: "col" }, words)))),
        h("tbody", {}, this.lines)));
  }

  /** Show what they say, as `summarise` found it; null for nothing to be answered, with `words` in its place. `aside`: what is known of it. */
  set(found, words, aside = "") {
    this.root.dataset.answers = String(found ? this.members : 0);
    this.verdict.textContent = found ? `${words} ${this.names[found.verdict]}` : words;
    this.root.dataset.verdict = found ? this.names[found.verdict] : "";
    this.agreement.textContent = found ? [aside, this.inWords(found)].filter(Boolean).join(". ") : "";
    this.agreement.dataset.all = String(found !== null && found.agree === this.members);
    this.rows.forEach((row, place) => {
      const votes = found ? found.votes[place] : 0, mean = found ? found.mean[place] : 0;
      this.lines[place].classList.toggle("winner", found?.verdict === place);
      row.votes.textContent = found ? String(votes) : "";
      row.mean.textContent = found ? percent(mean) : "";
      row.votesBar.style.width = `${(100 * votes) / this.members}%`;
      row.meanBar.style.width = `${100 * mean}%`;
    });
  }

  inWords(found) {
    const sure = percent(found.mean[found.verdict]);
    if (this.members === 1) return `with ${sure}`;
    const others = found.agree === this.members ? "" : `; ${found.named} different answers`;
    return `${found.agree} of ${this.members} agree; mean probability ${sure}${others}`;
  }
}
