// The labels of an audit: those drawn to be checked, one at a time and with one key each, and the suspicious ones.

import { Sitting } from "../../../page/static/checking.js";
import { button, folded, h, table } from "../dom.js";
import { count } from "../wording.js";
import { found, lacking, quoted } from "../lacking.js";
import { saying, values } from "./words.js";
import { parts, say } from "../../../page/static/words.js";

/** Returns a handle {state, restore, leave}; the state is the number of the label that is looked at. */
export function buildAudit(bench, part, place) {
  if (part.draw.missing) {
    place.append(...saying(part, lacking(part.draw)), ...suspicious(part.suspects, true));
    return {};
  }
  const section = checks(part.draw);
  place.append(...found(part.title), section, ...suspicious(part.suspects, false),
    folded(say("memory.check.found"), h("p", {}, quoted(part.sentence)), h("p", { class: "soft" }, quoted(part.how))));
  const sitting = new Sitting(section, part.draw.content);
  const end = sitting.begin();
  sitting.addEventListener("marked", () => bench.changed());
  return {
    state: () => ({ label: sitting.current + 1 }),
    restore: ({ label }) => { if (Number.isInteger(label) && label >= 1 && label <= sitting.items.length) sitting.mark(label - 1); },
    leave: end,
  };
}

/** The list that a sitting goes through: the elements of the report's templates/checks.html, of which one is seen. */
function checks({ command, file, labels, classes }) {
  const keys = Object.fromEntries(["r", "w", "a", "s", "u"].map((sign) => [sign, h("kbd", {}, sign)]));
  return h("section", { class: "checks one-at-a-time", "aria-label": say("memory.check.label"), "data-name": file, "data-scroll": "nearest" },
    h("p", {}, say("memory.check.about", { count: count(labels.length) })),
    h("ol", { class: "to-check" }, labels.map((label) => item(label, labels.length, classes))),
    h("div", { class: "buttons" },
      button(say("memory.check.back"), null, { "data-step": "-1" }), button(say("memory.check.forward"), null, { "data-step": "1" }),
      button(say("memory.check.next"), null, { "data-next": "" }), button(say("memory.check.save"), null, { "data-save": "" })),
    h("p", { role: "status", "data-progress": "" }, say("memory.check.none_yet")),
    h("p", { class: "soft" }, parts("memory.check.keys", keys)),
    h("p", { class: "soft", "data-kept": "" }, say("memory.check.kept")),
    h("p", { class: "soft" }, parts("memory.check.then", { command: h("code", {}, command) })));
}

function item({ number, called, label, suggested, picture, values: pairs }, all, classes) {
  const disputed = suggested !== label;
  return h("li", { "data-number": number, "data-label": label, "data-suggested": suggested },
    h("div", { class: "what" },
      picture ? h("img", { src: picture, alt: say("memory.picture", { label }) }) : null,
      h("div", {},
        h("p", { class: "soft" }, say("memory.check.place", { number, count: all, called })),
        h("p", { class: "labelled" }, label, disputed ? h("span", { class: "soft" }, ` ${say("memory.check.suggest", { name: suggested })}`) : null))),
    picture === null && pairs.length ? values(pairs) : null,
    h("div", { class: "buttons" },
      button(say("memory.check.right"), null, { "data-answer": "right", "aria-pressed": "false" }),
      button(say("memory.check.wrong"), null, { "data-answer": "wrong", "aria-pressed": "false" }),
      disputed ? button(say("memory.check.accept", { name: suggested }), null, { "data-accept": "", "aria-pressed": "false" }) : null,
      button(say("memory.check.unsure"), null, { "data-answer": "unsure", "aria-pressed": "false" }),
      h("label", { class: "correct", hidden: true }, say("memory.check.it_is"), " ",
        h("select", {}, h("option", { value: "" }, say("memory.check.not_said")),
          classes.filter((name) => name !== label).map((name) => h("option", {}, name))))));
}

/** The table of suspicious labels, folded where there is something to answer before it. */
function suspicious(suspects, open) {
  if (suspects === null) return [];
  const { header, rows, pictures, of } = suspects, hasPictures = pictures.length > 0;
  const picture = (place) => h("img", { src: pictures[place], alt: "" });
  const shown = h("div", { translate: "no" }, table(say("memory.check.suspects"), hasPictures ? [...header, say("memory.check.column_picture")] : header,
    rows.map((cells, place) => (hasPictures ? [...cells, picture(place)] : cells)))); // columns and cells are those of audit.csv
  return [h("details", { class: "suspects", open }, h("summary", {}, say("memory.check.suspects")), h("p", { class: "soft" }, caption(suspects)), shown)];
}

/** Which labels these are, and how places are counted in the data. */
function caption({ rows, of, labels, counted, features }) {
  const said = [say("memory.check.caption", { shown: count(of), count: count(labels) }), ...counted.map((place) => say(`memory.check.${place}`))];
  if (features > 0) said.push(say("memory.check.as_written"));
  if (of > rows.length) said.push(say("memory.check.first_ones", { count: rows.length }));
  return said.join(" ");
}
