// Starts the lab: lessons first, every panel beside them.

import { addressOf, readAddress, writeAddress } from "./address.js";
import { Bench } from "./bench.js";
import { h } from "./dom.js";
import { Course, showLesson, showLessons } from "./lessons.js";
import { draw } from "./panels/draw.js";
import { hill } from "./panels/hill.js";
import { inside } from "./panels/inside.js";
import { memory } from "./panels/memory.js";
import { minima } from "./panels/minima.js";
import { noise } from "./panels/noise.js";
import { shift } from "./panels/shift.js";
import { train } from "./panels/train.js";
import { showPanel } from "./shell.js";
import { known, language, plural, say, speak, spoken } from "../../page/static/words.js";

const PANELS = Object.fromEntries([draw, train, hill, minima, noise, shift, inside, memory].map((each) => [each.name, each]));

class Lab {
  constructor(root) {
    const about = JSON.parse(document.getElementById("part-about").textContent);
    this.bench = new Bench(about, document.getElementById("part-lessons") === null);
    this.described = Object.fromEntries(about.panels.map((panel) => [panel.name, panel]));
    this.isEmbedded = new URLSearchParams(location.search).get("embed") === "1";
    this.handle = null;
    this.view = {};
    this.shown = 0;
    this.root = root;
    this.bench.voice = h("p", { class: "hidden", role: "status", "aria-live": "polite", "data-voice": "" });
    root.dataset.live = String(this.bench.isLive);
    this.bench.addEventListener("changed", () => this.writeSoon());
    addEventListener("hashchange", () => this.go(readAddress()));
    this.go(readAddress());
  }

  /** The page around panels and lessons, in the language that is spoken. */
  build() {
    const { about } = this.bench, link = (words, view, name) => h("a", { href: this.href(view), "data-view": name }, words);
    this.built = language();
    this.main = h("main", { id: "main", tabindex: -1 });
    const trained = about.members ? plural("counted.network", about.members) : say("shell.no_networks");
    const title = about.run === null ? say("shell.studies") : say("shell.title", { recipe: about.recipe.name ?? "-", data: about.data.name });
    document.documentElement.lang = this.built;
    document.title = `${title} · Thalweg lab`;
    const skip = document.querySelector(".skip");
    skip.textContent = say("shell.skip");
    // its `#main` would be taken for the address of a panel
    skip.onclick = (event) => { event.preventDefault(); this.main.focus(); };
    const header = this.isEmbedded ? [] : [h("header", { class: "masthead" },
      h("p", { class: "brand" }, h("strong", { translate: "no" }, "Thalweg lab"), h("span", { class: "soft" }, `${title} · ${trained}`)),
      this.languages(),
      h("nav", { "aria-label": say("shell.sections") },
        link(say("lesson.lessons"), { lessons: 1 }, "lessons"), about.panels.map(({ name, title: word }) => link(say(word), { panel: name }, name))))];
    this.root.replaceChildren(...header, this.main, this.bench.voice);
  }

  /** The choice of a language; what a panel shows stays. */
  languages() {
    const chosen = (event) => {
      this.chosen = event.target.value;
      location.hash = addressOf({ ...this.view, language: this.chosen }, this.panel, this.handle?.state() ?? {});
    };
    return h("label", { class: "language" }, h("span", { class: "hidden" }, say("lesson.language")),
      h("select", { onchange: chosen, translate: "no" },
        Object.entries(spoken).map(([code, { name }]) => h("option", { value: code, selected: code === this.built, lang: code }, name))));
  }

  /** Show what an address names: a panel, a lesson's step, or the lessons. */
  async go(address) {
    this.handle?.leave?.();
    this.handle = null;
    const turn = ++this.shown;
    this.chosen = address.language ?? this.chosen;
    speak(known(this.chosen));
    if (this.built !== language()) this.build();
    if (PANELS[address.panel] && this.described[address.panel]) await this.showAlone(address.panel, address.panels[address.panel] ?? {}, turn);
    else await this.showCourse(address, turn);
  }

  async showAlone(panel, state, turn) {
    this.view = { panel, ...this.saidIn() };
    this.mark(panel);
    const handle = await showPanel(this.bench, PANELS[panel], this.described[panel], this.main, { state, level: 1 });
    if (turn !== this.shown) { handle.leave(); return; }
    this.handle = handle;
    this.panel = panel;
  }

  async showCourse(address, turn) {
    this.mark("lessons");
    const lessons = await this.bench.part("lessons");
    if (turn !== this.shown) return;
    const course = new Course(lessons), found = lessons.lessons.find(({ name }) => name === address.lesson);
    this.panel = null;
    this.view = { ...(found ? { lesson: found.name, step: Math.max(1, Number(address.step) || 1) } : { lessons: 1 }), ...this.saidIn() };
    if (found) await showLesson(this, course, found, this.view.step, address.panels);
    else showLessons(this, course);
  }

  /** What an address says of the language: nothing where it is the browser's own. */
  saidIn() {
    return language() === known() ? {} : { language: language() };
  }

  /** What a link to a view has as its address, without the states of panels. */
  href(view) {
    return linked(addressOf({ ...view, ...this.saidIn() }));
  }

  /** Go to a view, as a link does. */
  open(view) {
    location.hash = addressOf({ ...view, ...this.saidIn() });
  }

  /** Put a panel where a lesson wants it. */
  async place(name, place, options) {
    if (!this.described[name]) return null;
    this.handle?.leave?.();
    this.handle = await showPanel(this.bench, PANELS[name], this.described[name], place, options);
    this.panel = name;
    return this.handle;
  }

  mark(name) {
    for (const each of document.querySelectorAll("nav [data-view]")) {
      if (each.dataset.view === name) {
        each.setAttribute("aria-current", "page");
        each.parentNode.scrollTo?.({ left: each.offsetLeft - each.parentNode.offsetLeft - 40 });
      }
      else each.removeAttribute("aria-current");
    }
  }

  writeSoon() {
    clearTimeout(this.later);
    this.later = setTimeout(() => writeAddress(this.view, this.panel, this.handle?.state() ?? {}), 150);
  }
}

/** The whole address: a bare `#` that is scrolled out of sight is taken for a link to skip to the content. */
function linked(hash) {
  return location.href.split("#")[0] + hash;
}

globalThis.thalwegLab = new Lab(document.getElementById("lab"));
