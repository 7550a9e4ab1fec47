// A pad to draw on: strokes by mouse, finger, pen or keyboard, and what networks see of them.

import { draw, drawUnplaced } from "./drawing.js";
import { say } from "./words.js";
import { paintCursor, paintPicture, paintStrokes, paintWords } from "./painting.js";

// A 3 in our own hand, for whoever cannot or will not draw; [x, y] in units of the canvas.
export const SAMPLE = [[
  [0.30, 0.27], [0.36, 0.21], [0.45, 0.18], [0.54, 0.18], [0.62, 0.22], [0.66, 0.29], [0.65, 0.37], [0.58, 0.44],
  [0.49, 0.47], [0.44, 0.48], [0.52, 0.48], [0.61, 0.52], [0.67, 0.59], [0.68, 0.68], [0.64, 0.76], [0.56, 0.81],
  [0.46, 0.82], [0.37, 0.79], [0.31, 0.73],
]];
const STEP = 1 / 28;

export class Pad {
  /**
   * @param {HTMLCanvasElement} canvas
   * @param {number} side pixels of a side of the picture that networks see
   * @param {{changed: () => void, cursor: (words: string) => void, lifted?: () => void}} heard `changed` at the
   *   next frame, once, however many events came before it; `cursor` says where the keyboard's pen is; `lifted`
   *   when a stroke has ended
   */
  constructor(canvas, side, heard) {
    this.canvas = canvas;
    this.side = side;
    this.heard = heard;
    this.strokes = [];
    this.shown = null; // {name, picture}: shown in place of a drawing
    this.cursor = null; // where the keyboard is: {x, y, down}
    this.isRaw = false; // a drawing stays where it is, as large as it is
    this.waiting = false;
    this.listen();
  }

  listen() {
    const { canvas } = this;
    canvas.addEventListener("pointerdown", (event) => this.begin(event));
    canvas.addEventListener("pointermove", (event) => this.go(event));
    for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => this.end());
    canvas.addEventListener("keydown", (event) => this.key(event));
    canvas.addEventListener("focus", () => { if (canvas.matches(":focus-visible")) this.moveCursor(0, 0); });
    canvas.addEventListener("blur", () => { this.cursor = null; this.soon(); });
  }

  begin(event) {
    event.preventDefault();
    this.canvas.setPointerCapture(event.pointerId);
    this.drawing = true;
    this.cursor = null;
    this.shown = null;
    this.strokes.push([this.place(event)]);
    this.soon();
  }

  go(event) {
    if (!this.drawing) return;
    const events = event.getCoalescedEvents?.() ?? [];
    const stroke = this.strokes.at(-1);
    for (const one of events.length ? events : [event]) stroke.push(this.place(one));
    this.soon();
  }

  end() {
    if (!this.drawing) return;
    this.drawing = false;
    this.heard.lifted?.();
  }

  place(event) {
    const box = this.canvas.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    if (event.key in moves) this.moveCursor(...moves[event.key]);
    else if (event.key === " " || event.key === "Enter") this.togglePen();
    else if (event.key === "Backspace") this.undo();
    else if (event.key === "Delete" || event.key === "c") this.clear();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  moveCursor(right, down) {
    const within = (value) => Math.min(1 - STEP / 2, Math.max(STEP / 2, value));
    const before = this.cursor ?? { x: 0.5, y: 0.25, down: false };
    this.cursor = { ...before, x: within(before.x + right * STEP), y: within(before.y + down * STEP) };
    if (this.cursor.down) this.strokes.at(-1).push([this.cursor.x, this.cursor.y]);
    this.soon();
  }

  togglePen() {
    this.moveCursor(0, 0);
    this.cursor.down = !this.cursor.down;
    if (this.cursor.down) {
      this.shown = null;
      this.strokes.push([[this.cursor.x, this.cursor.y]]);
    }
    const [column, row] = [this.cursor.x, this.cursor.y].map((value) => Math.floor(value / STEP) + 1);
    this.heard.cursor(say(this.cursor.down ? "pad.pen_down" : "pad.pen_up", { column, row }));
    if (!this.cursor.down) this.heard.lifted?.();
    this.soon();
  }

  undo() { this.lift(); this.shown = null; this.strokes.pop(); this.soon(); }

  clear() { this.take([]); }

  take(strokes) { this.lift(); this.shown = null; this.strokes = structuredClone(strokes); this.soon(); }

  lift() { if (this.cursor) this.cursor.down = false; }

  /** Show a picture, grey levels [side * side], in place of what was drawn. */
  show(name, picture) {
    this.shown = { name, picture };
    this.lift();
    this.soon();
  }

  /** What networks see: grey levels [side * side], or null where nothing was drawn. */
  picture() {
    return this.shown ? this.shown.picture : (this.isRaw ? drawUnplaced : draw)(this.strokes, this.side);
  }

  /** Tell of a change at the next frame, once, however many events came before it. */
  soon() {
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => { this.waiting = false; this.paint(); this.heard.changed(); });
  }

  paint() {
    if (this.shown) paintPicture(this.canvas, this.shown.picture, this.side);
    else paintStrokes(this.canvas, this.strokes);
    if (this.shown && this.shown.picture.every((level) => level === 0)) paintWords(this.canvas, this.shown.name);
    if (this.cursor) paintCursor(this.canvas, this.cursor);
  }
}

/** Pictures that show nothing: static, the pixels of a picture in another order, and black; each by its name. */
export function nothing(name, picture, side) {
  const made = {
    static: () => Uint8Array.from({ length: side * side }, () => Math.floor(Math.random() * 256)),
    shuffled: () => shuffled(picture ?? draw(SAMPLE, side)),
    blank: () => new Uint8Array(side * side),
  };
  return made[name]();
}

function shuffled(picture) {
  const pixels = Uint8Array.from(picture);
  for (let last = pixels.length - 1; last > 0; last--) {
    const other = Math.floor(Math.random() * (last + 1));
    [pixels[last], pixels[other]] = [pixels[other], pixels[last]];
  }
  return pixels;
}
