// Several views of one panel, of which one is shown: calm, and a lesson can choose which.

import { button, h } from "./dom.js";

export class Views {
  /**
   * @param {object} bench
   * @param {HTMLElement} root
   * @param {string} label what is chosen among, for a screen reader
   * @param {{name: string, words: string, build: (place: HTMLElement) => object}[]} all each builds {state, restore,
   *   lock, leave}, every one of these optional, when it is first looked at
   * @param {string} first the view to begin with
   */
  constructor(bench, root, label, all, first) {
    this.bench = bench;
    this.all = new Map(all.map((view) => [view.name, { ...view, place: h("div", { hidden: true, "data-view-of": view.name }), handle: null }]));
    this.buttons = new Map(all.map(({ name, words }) => [name, button(words, () => { this.show(name); bench.changed(); }, { "data-show": name })]));
    root.append(
      h("div", { class: "buttons views", role: "group", "aria-label": label }, [...this.buttons.values()]),
      ...[...this.all.values()].map(({ place }) => place));
    this.show(first);
  }

  show(name) {
    this.shown = name;
    for (const [own, { place }] of this.all) {
      place.hidden = own !== name;
      this.buttons.get(own).setAttribute("aria-pressed", String(own === name));
    }
    const view = this.all.get(name);
    view.handle ??= view.build(view.place) ?? {};
    view.handle.shown?.();
  }

  get handle() {
    return this.all.get(this.shown).handle;
  }

  state() {
    return { view: this.shown, ...this.handle.state?.() };
  }

  restore(state) {
    if (this.all.has(state.view)) this.show(state.view);
    this.handle.restore?.(state);
  }

  lock(keys) {
    if (keys.includes("view")) for (const each of this.buttons.values()) each.disabled = true;
    this.handle.lock?.(keys);
  }

  leave() {
    for (const { handle } of this.all.values()) handle?.leave?.();
  }
}
