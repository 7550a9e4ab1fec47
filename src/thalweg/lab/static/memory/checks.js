// The labels of an audit: those drawn to be checked, one at a time and with one key each, and the suspicious ones.

import { Sitting } from "../../../page/static/checking.js";
import { button, folded, h, table } from "../dom.js";
import { lacking } from "../shell.js";
import { saying, values } from "./words.js";

/** Returns a handle {state, restore, leave}; the state is the number of the label that is looked at. */
export function buildAudit(bench, part, place) {
  if (part.draw.missing) {
    place.append(...saying(part, lacking(part.draw)), ...suspicious(part.suspects, true));
    return {};
  }
  const section = checks(part.draw);
  place.append(h("p", { class: "told" }, part.title), section, ...suspicious(part.suspects, false),
    folded("What was found, and where it is from", h("p", {}, part.sentence), h("p", { class: "soft" }, part.how)));
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
function checks({ about, command, file, labels, classes }) {
  const key = (sign) => h("kbd", {}, sign);
  return h("section", { class: "checks one-at-a-time", "aria-label": "Labels to check", "data-name": file, "data-scroll": "nearest" },
    h("p", {}, about),
    h("ol", { class: "to-check" }, labels.map((label) => item(label, labels.length, classes))),
    h("div", { class: "buttons" },
      button("Back", null, { "data-step": "-1" }), button("Forward", null, { "data-step": "1" }),
      button("To the next unanswered", null, { "data-next": "" }), button("Save as CSV", null, { "data-save": "" })),
    h("p", { role: "status", "data-progress": "" }, "Nothing is answered yet."),
    h("p", { class: "soft" }, "Keys: ", key("r"), " right, ", key("w"), " wrong, ", key("a"), " wrong and as suggested, ",
      key("s"), " skip (unsure), ", key("u"), " undo."),
    h("p", { class: "soft", "data-kept": "" }, "Answers are kept in this browser until they are saved."),
    h("p", { class: "soft" }, "Then: ", h("code", {}, command)));
}

function item({ number, called, label, suggested, picture, values: pairs }, count, classes) {
  const disputed = suggested !== label;
  return h("li", { "data-number": number, "data-label": label, "data-suggested": suggested },
    h("div", { class: "what" },
      picture ? h("img", { src: picture, alt: `What is labelled ${label}` }) : null,
      h("div", {},
        h("p", { class: "soft" }, `${number} of ${count} · ${called}`),
        h("p", { class: "labelled" }, label, disputed ? h("span", { class: "soft" }, ` the judges suggest ${suggested}`) : null))),
    picture === null && pairs.length ? values(pairs) : null,
    h("div", { class: "buttons" },
      button("Right", null, { "data-answer": "right", "aria-pressed": "false" }),
      button("Wrong", null, { "data-answer": "wrong", "aria-pressed": "false" }),
      disputed ? button(`Wrong: ${suggested}`, null, { "data-accept": "", "aria-pressed": "false" }) : null,
      button("Skip: unsure", null, { "data-answer": "unsure", "aria-pressed": "false" }),
      h("label", { class: "correct", hidden: true }, "It is ",
        h("select", {}, h("option", { value: "" }, "(not said)"),
          classes.filter((name) => name !== label).map((name) => h("option", {}, name))))));
}

/** The table of suspicious labels, folded where there is something to answer before it. */
function suspicious(suspects, open) {
  if (suspects === null) return [];
  const { header, rows, pictures, caption, of } = suspects, hasPictures = pictures.length > 0;
  const picture = (place) => h("img", { src: pictures[place], alt: "" });
  const shown = table("The most suspicious labels", hasPictures ? [...header, "picture"] : header,
    rows.map((cells, place) => (hasPictures ? [...cells, picture(place)] : cells)));
  const left = of > rows.length ? ` Here are the first ${rows.length}; audit.csv has all.` : "";
  return [h("details", { class: "suspects", open }, h("summary", {}, "The most suspicious labels"), h("p", { class: "soft" }, `${caption}${left}`), shown)];
}
