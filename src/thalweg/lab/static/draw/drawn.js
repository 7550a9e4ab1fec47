// What networks are asked about in pictures: a drawing, or an example that was chosen.

import { button, h } from "../dom.js";
import { paintExample } from "../examples.js";
import { drawUnderWay } from "../../../page/static/drawing.js";
import { nothing, Pad, SAMPLE } from "../../../page/static/pad.js";
import { paintPixels } from "../../../page/static/painting.js";
import { readStrokes, writeStrokes } from "./written.js";
import { say } from "../../../page/static/words.js";

const SMALLEST = 8, GLIDE = 350;

export class DrawnExample {
  constructor(bench, networks, examples, heard) {
    Object.assign(this, { bench, networks, examples, heard });
    this.nothing = say("draw.nothing");
    const [height, width, channels] = networks.input_shape;
    this.side = height;
    this.canDraw = height === width && channels === undefined && height >= SMALLEST;
    this.example = null; // {values, words} in place of a drawing
    this.place = null;
    this.gliding = 0; // the frame to come of a drawing on its way
    this.seen = h("canvas", { class: "pixels seen-picture", width, height, role: "img", "aria-label": say("draw.seen", { height, width }) });
    this.root = this.canDraw ? this.withPad() : this.withoutPad();
  }

  withPad() {
    const canvas = h("canvas", { class: "pad-canvas", width: 448, height: 448, tabindex: 0, role: "application", "aria-label": say("draw.pad"), "aria-describedby": "draw-keys" });
    this.penWords = h("p", { class: "hidden", role: "status", "aria-live": "polite" });
    this.pad = new Pad(canvas, this.side, {
      changed: () => this.drawn(), lifted: () => this.glide(0, 1), cursor: (words) => { this.penWords.textContent = words; },
    });
    this.pad.paint();
    this.raw = h("input", { type: "checkbox", onchange: () => this.setRaw(this.raw.checked) });
    const show = (name) => () => { this.pad.show(say(`pad.${name}`), nothing(name, this.pad.shown ? null : this.pad.picture(), this.side)); };
    const box = Math.round((20 * this.side) / 28);
    return h("div", { class: "draw-source" }, canvas,
      h("p", { class: "soft", id: "draw-keys" }, say("draw.pad_keys")),
      h("p", { class: "buttons" }, button(say("draw.clear"), () => this.pad.clear()), button(say("draw.undo"), () => this.pad.undo()), button(say("draw.sample"), () => { this.pad.take(SAMPLE); this.glide(0, 1); }),
        ["static", "shuffled", "blank"].map((name) => button(say(`draw.${name}`), show(name)))),
      h("div", { class: "seen" }, this.seen, h("div", {},
        h("p", { class: "soft" }, say("draw.placed", { side: this.side, box })),
        h("label", {}, this.raw, " ", say("draw.raw")))), this.penWords);
  }

  withoutPad() {
    this.nothing = say("draw.choose_below");
    const { input_shape: shape } = this.networks, [height, width, channels] = shape;
    const why = channels !== undefined ? "draw.no_pad_colour" : height !== width ? "draw.no_pad_shape" : "draw.no_pad_small";
    return h("div", { class: "draw-source" }, this.seen, h("p", { class: "soft" }, say(why, { height, width })));
  }

  /** What is drawn changed; where only the keyboard's pen moved over an example, nothing did. */
  drawn() {
    if (this.example && this.pad.shown === this.example.shown) return;
    this.example = null;
    this.place = null;
    if (!this.gliding) paintPixels(this.seen, this.pad.picture(), this.side);
    this.heard.changed();
    this.heard.saved();
  }

  setRaw(isRaw) {
    this.pad.isRaw = isRaw;
    this.pad.soon();
    this.glide(isRaw ? 1 : 0, isRaw ? 0 : 1);
  }

  /** Show how a drawing moves from where it was drawn (0) to where MNIST has it (1), or back. */
  glide(from, to) {
    cancelAnimationFrame(this.gliding);
    this.gliding = 0;
    if (this.bench.isCalm || (this.pad.isRaw && to === 1)) return;
    const began = performance.now();
    const step = (now) => {
      const part = Math.min(1, Math.max(0, (now - began) / GLIDE)), { pad } = this;
      const isOver = part === 1 || pad.shown || pad.drawing || pad.strokes.length === 0;
      this.gliding = isOver ? 0 : requestAnimationFrame(step);
      paintPixels(this.seen, isOver ? pad.picture() : drawUnderWay(pad.strokes, this.side, from + eased(part) * (to - from)), this.side);
    };
    this.gliding = requestAnimationFrame(step);
  }

  choose(place) {
    const { values, labels, called } = this.examples;
    this.showSubject({ values: values[place], label: labels[place], called: called[place] });
    this.place = place;
    this.heard.changed();
    this.heard.saved();
  }

  /** An example in the place of a drawing. */
  showSubject({ values, label, called }) {
    const name = this.networks.class_names[label];
    this.example = { values, aside: label === undefined ? called : say("shell.labelled", { called, label: name }) };
    paintExample(this.seen, values, this.examples.shape);
    if (this.pad) {
      this.pad.shown = this.example.shown = { name: called, picture: Uint8Array.from(values, (level) => Math.round(255 * level)) };
      this.pad.lift();
      this.pad.paint();
    }
  }

  get isBegun() { return Boolean(this.pad?.strokes.length || this.pad?.shown); }

  /** What the networks are given: floats in 0..1, or null. */
  values() {
    if (this.example) return this.example.values;
    const picture = this.pad?.picture() ?? null;
    return picture && Float32Array.from(picture, (level) => level / 255);
  }

  picture() { return Uint8Array.from(this.values(), (level) => Math.round(255 * level)); }

  strokes() { return this.pad && !this.pad.shown ? this.pad.strokes : []; }

  words() {
    return !this.example && this.pad.shown ? say("draw.of_it_they_say", { name: this.pad.shown.name }) : say("draw.they_say");
  }

  /** What is known of an example that was chosen. */
  aside() { return this.example?.aside ?? ""; }

  state() {
    if (this.place !== null) return { example: this.place };
    const text = this.pad ? writeStrokes(this.strokes()) : "";
    return { ...(text ? { strokes: text } : {}), ...(this.raw?.checked ? { raw: true } : {}) };
  }

  restore({ example, strokes, raw }) {
    if (this.raw && raw !== undefined) this.pad.isRaw = this.raw.checked = Boolean(raw);
    if (this.pad && strokes !== undefined) this.pad.take(readStrokes(strokes));
    if (this.examples.values[example]) this.choose(example);
  }

  lock(names) {
    if (this.raw && names.includes("raw")) this.raw.disabled = true;
  }
}

/** Slow at both ends. */
function eased(part) {
  return part * part * (3 - 2 * part);
}
