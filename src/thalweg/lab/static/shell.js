// A panel on the page: its title, what to notice, the panel itself, and how it was measured.

import { folded, h } from "./dom.js";

/** Put a panel into `place`. Returns its handle {state, restore, lock, leave}, or null where it has nothing to show. */
export async function showPanel(bench, panel, described, place, { state = {}, level = 2, locked = {} } = {}) {
  const body = h("div", { class: `panel panel-${panel.name}`, "data-panel": panel.name, "data-ready": "no" });
  place.replaceChildren(
    h(`h${level}`, { id: `panel-${panel.name}` }, described.title),
    h("p", { class: "notice" }, described.notice),
    body,
  );
  const needed = await Promise.all(described.parts.map((name) => (
    name === "networks" ? bench.networks() : name === "examples" ? bench.examples() : bench.part(name))));
  const missing = needed.find((part) => part.missing);
  if (missing) {
    body.replaceChildren(lacking(missing));
    body.dataset.ready = "missing";
    return null;
  }
  const parts = Object.fromEntries(described.parts.map((name, at) => [name, needed[at]]));
  const also = await Promise.all(described.also.map((name) => bench.part(name)));
  described.also.forEach((name, at) => { parts[name] = also[at]; });
  const handle = await panel.build(bench, body, parts);
  handle.restore?.({ ...state, ...locked });
  if (Object.keys(locked).length) handle.lock?.(Object.keys(locked));
  place.append(folded("How this is measured",
    h("p", {}, "In Python:"), h("pre", {}, h("code", {}, described.python)),
    h("p", {}, "On the command line:"), h("pre", {}, h("code", {}, described.command))));
  body.dataset.ready = "yes";
  return handle;
}

/** Words in the place of what is not there, with the command that adds it. */
export function lacking({ missing, command }) {
  return h("div", { class: "missing" }, h("p", {}, missing),
    command ? h("p", {}, "This adds it: ", h("code", {}, command)) : null);
}
