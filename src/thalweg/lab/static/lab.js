// Starts the lab: lessons first, every panel beside them.

import { readAddress, writeAddress } from "./address.js";
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
    this.build(root, about);
    this.bench.addEventListener("changed", () => this.writeSoon());
    addEventListener("hashchange", () => this.go(readAddress()));
    this.go(readAddress());
  }

  build(root, about) {
    const link = (words, hash, name) => h("a", { href: linked(hash), "data-view": name }, words);
    this.main = h("main", { id: "main", tabindex: -1 });
    const trained = about.members ? `${about.members.toLocaleString("en-US")} networks` : "no networks";
    this.bench.voice = h("p", { class: "hidden", role: "status", "aria-live": "polite", "data-voice": "" });
    const header = this.isEmbedded ? [] : [h("header", { class: "masthead" },
      h("p", { class: "brand" }, h("strong", {}, "Thalweg lab"), h("span", { class: "soft" }, `${about.title} · ${trained}`)),
      h("nav", { "aria-label": "Lessons and panels" },
        link("Lessons", "#lessons=1", "lessons"), about.panels.map(({ name, title }) => link(title, `#panel=${name}`, name))))];
    root.replaceChildren(...header, this.main, this.bench.voice);
  }

  /** Show what an address names: a panel, a lesson's step, or the lessons. */
  async go(address) {
    this.handle?.leave?.();
    this.handle = null;
    const turn = ++this.shown;
    const panel = PANELS[address.panel] && this.described[address.panel] ? address.panel : null;
    document.documentElement.lang = "en";
    if (panel !== null) {
      this.view = { panel };
      this.mark(panel);
      const handle = await showPanel(this.bench, PANELS[panel], this.described[panel], this.main,
        { state: address.panels[panel] ?? {}, level: 1 });
      if (turn !== this.shown) { handle?.leave?.(); return; }
      this.handle = handle;
      this.panel = panel;
      return;
    }
    this.mark("lessons");
    const lessons = await this.bench.part("lessons");
    if (turn !== this.shown) return;
    const course = new Course(lessons, address.language), found = lessons.lessons.find(({ name }) => name === address.lesson);
    this.panel = null;
    this.view = found ? { lesson: found.name, step: Math.max(1, Number(address.step) || 1), language: course.language } : { lessons: 1, language: course.language };
    if (!found) { showLessons(this, course); return; }
    await showLesson(this, course, found, this.view.step, address.panels);
  }

  /** The address of a view, without the states of panels. */
  address(view) {
    return `#${new URLSearchParams(Object.entries(view).filter(([, value]) => value !== null && value !== undefined))}`;
  }

  /** What a link to a view has as its address. */
  href(view) {
    return linked(this.address(view));
  }

  /** Go to a view, as a link does. */
  open(view) {
    location.hash = this.address(view);
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
