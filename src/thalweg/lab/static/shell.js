// A panel on the page: its title, what to notice, the panel itself, and how it was measured.

import { folded, h } from "./dom.js";
import { lacking } from "./lacking.js";
import { say } from "../../page/static/words.js";

/** Put a panel into `place`. Returns its handle {state, restore, lock, leave, answers}. */
export async function showPanel(bench, panel, described, place, options = {}) {
  const shown = new Shown(bench, panel, described, place, options);
  await shown.build(options.state ?? {});
  return shown;
}

/** A panel as it is shown; what it lacked is looked for again when its reader asks for it. */
class Shown {
  constructor(bench, panel, described, place, { level = 2, locked = {} }) {
    Object.assign(this, { bench, panel, described, place, level, locked, inner: null });
  }

  async build(state) {
    const { bench, panel, described } = this, id = `panel-${panel.name}`;
    // keys that act alone act here alone, so that there must be a way to come here
    const focus = panel.hasKeys ? { tabindex: 0, role: "group", "aria-labelledby": id } : { tabindex: -1 };
    const body = h("div", { class: `panel panel-${panel.name}`, "data-panel": panel.name, "data-ready": "no", ...focus });
    body.addEventListener("click", (event) => { if (event.target.closest("[data-again]")) this.again(); });
    this.title = h(`h${this.level}`, { id, tabindex: -1 }, say(described.title));
    this.place.replaceChildren(this.title, h("p", { class: "notice" }, say(described.notice)), body);
    const needed = await Promise.all(described.parts.map((name) => (
      name === "networks" ? bench.networks() : name === "examples" ? bench.examples() : bench.part(name))));
    const missing = needed.find((part) => part.missing);
    if (missing) {
      body.replaceChildren(lacking(missing));
      body.dataset.ready = "missing";
      return;
    }
    const parts = Object.fromEntries(described.parts.map((name, at) => [name, needed[at]]));
    const also = await Promise.all(described.also.map((name) => bench.part(name)));
    described.also.forEach((name, at) => { parts[name] = also[at]; });
    this.inner = await panel.build(bench, body, parts);
    this.inner.restore?.({ ...state, ...this.locked });
    if (Object.keys(this.locked).length) this.inner.lock?.(Object.keys(this.locked));
    this.place.append(measuring(described));
    body.dataset.ready = "yes";
  }

  /** Look once more for what was missing, and show the panel as it was. */
  async again() {
    const state = this.state(), before = this.place.querySelectorAll(".missing").length;
    this.leave();
    this.inner = null;
    this.bench.say(say("shell.looking"));
    await this.build(state);
    this.title.focus({ preventScroll: true });
    if (this.place.querySelectorAll(".missing").length >= before) this.bench.say(say("shell.still_missing"));
  }

  state() { return this.inner?.state() ?? {}; }

  restore(state) { this.inner?.restore?.(state); }

  lock(keys) { this.inner?.lock?.(keys); }

  leave() { this.inner?.leave?.(); }

  answers() { return this.inner?.answers?.(); }
}

function measuring({ python, command }) {
  const lines = (text) => h("pre", {}, h("code", {}, text));
  return folded(say("shell.measuring"), h("p", {}, say("shell.python")), lines(python), h("p", {}, say("shell.command")), lines(command));
}
