// The pad: the reader draws, and every embedded network answers.

import { draw, drawUnplaced } from "./drawing.js";
import { paintCursor, paintPicture, paintPixels, paintStrokes, paintWords } from "./painting.js";
import { summarise, unpack } from "./network.js";

// A 3 in our own hand, for whoever cannot or will not draw; [x, y] in units of the canvas.
const SAMPLE = [[
  [0.30, 0.27], [0.36, 0.21], [0.45, 0.18], [0.54, 0.18], [0.62, 0.22], [0.66, 0.29], [0.65, 0.37], [0.58, 0.44],
  [0.49, 0.47], [0.44, 0.48], [0.52, 0.48], [0.61, 0.52], [0.67, 0.59], [0.68, 0.68], [0.64, 0.76], [0.56, 0.81],
  [0.46, 0.82], [0.37, 0.79], [0.31, 0.73],
]];
const STEP = 1 / 28, PATIENCE = 1000;

export function startPad() {
  const source = document.getElementById("networks");
  if (source === null) return;
  const pad = new Pad(document.getElementById("pad"), unpack(JSON.parse(source.textContent)));
  pad.listen();
  pad.show();
}

class Pad {
  constructor(root, networks) {
    this.root = root;
    this.networks = networks;
    this.side = networks.input_shape[0];
    this.canvas = root.querySelector("#pad-canvas");
    this.raw = root.querySelector("#pad-raw");
    this.member = root.querySelector("#pad-member");
    this.strokes = [];
    this.nonsense = null; // {name, picture}: shown in place of a drawing
    this.cursor = null; // where the keyboard is: {x, y, down}
    this.waiting = false;
    this.spoke = 0;
  }

  listen() {
    const { canvas } = this;
    canvas.addEventListener("pointerdown", (event) => this.begin(event));
    canvas.addEventListener("pointermove", (event) => this.go(event));
    for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => { this.drawing = false; });
    canvas.addEventListener("keydown", (event) => this.key(event));
    canvas.addEventListener("focus", () => { if (canvas.matches(":focus-visible")) this.moveCursor(0, 0); });
    canvas.addEventListener("blur", () => { this.cursor = null; this.soon(); });
    const actions = {
      undo: () => this.undo(), clear: () => this.clear(), sample: () => this.take(SAMPLE),
      static: () => this.nothing("static"), shuffled: () => this.nothing("shuffled pixels"),
      blank: () => this.nothing("a blank picture"),
    };
    for (const button of this.root.querySelectorAll("button[data-do]")) {
      button.addEventListener("click", actions[button.dataset.do]);
    }
    this.raw.addEventListener("change", () => this.soon());
    this.member.addEventListener("change", () => this.soon());
  }

  begin(event) {
    event.preventDefault();
    this.canvas.setPointerCapture(event.pointerId);
    this.drawing = true;
    this.cursor = null;
    this.leaveNonsense();
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

  place(event) {
    const box = this.canvas.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
  }

  key(event) {
    const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    if (event.key in moves) this.moveCursor(...moves[event.key]);
    else if (event.key === " " || event.key === "Enter") this.togglePen();
    else if (event.key === "Backspace") this.undo();
    else if (event.key === "Delete" || event.key === "c") this.clear();
    else return;
    event.preventDefault();
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
      this.leaveNonsense();
      this.strokes.push([[this.cursor.x, this.cursor.y]]);
    }
    const [column, row] = [this.cursor.x, this.cursor.y].map((value) => Math.floor(value / STEP) + 1);
    this.text("#pad-pen", `pen ${this.cursor.down ? "down" : "up"} at column ${column}, row ${row}`);
    this.soon();
  }

  undo() { this.lift(); this.leaveNonsense(); this.strokes.pop(); this.soon(); }

  clear() { this.lift(); this.leaveNonsense(); this.strokes = []; this.soon(); }

  take(strokes) { this.lift(); this.leaveNonsense(); this.strokes = structuredClone(strokes); this.soon(); }

  lift() { if (this.cursor) this.cursor.down = false; }

  leaveNonsense() { this.nonsense = null; }

  /** Show the networks something that is no drawing. */
  nothing(name) {
    const pixels = this.side * this.side;
    const made = {
      "static": () => Uint8Array.from({ length: pixels }, () => Math.floor(Math.random() * 256)),
      "shuffled pixels": () => shuffled(this.drawn() ?? draw(SAMPLE, this.side)),
      "a blank picture": () => new Uint8Array(pixels),
    };
    this.nonsense = { name, picture: made[name]() };
    this.lift();
    this.soon();
  }

  drawn() {
    return (this.raw.checked ? drawUnplaced : draw)(this.strokes, this.side);
  }

  /** Answer at the next frame, once, however many events came before it. */
  soon() {
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => { this.waiting = false; this.show(); });
  }

  show() {
    const picture = this.nonsense ? this.nonsense.picture : this.drawn();
    if (this.nonsense) paintPicture(this.canvas, picture, this.side);
    else paintStrokes(this.canvas, this.strokes);
    if (this.nonsense && picture.every((level) => level === 0)) paintWords(this.canvas, this.nonsense.name);
    if (this.cursor) paintCursor(this.canvas, this.cursor);
    paintPixels(this.root.querySelector("#pad-seen"), picture, this.side);
    if (picture === null) this.unanswered();
    else this.answered(this.networks.answer(Float32Array.from(picture, (level) => level / 255)));
  }

  unanswered() {
    this.root.dataset.state = "nothing";
    this.root.dataset.answers = "0";
    delete this.root.dataset.verdict;
    this.text("#pad-verdict", "Nothing drawn");
    this.text("#pad-agree", "Draw in the black square, and every network answers.");
    this.text("#pad-one", "");
    this.say("Nothing drawn");
    this.fill(null, null);
  }

  answered(answers) {
    const found = summarise(answers), { class_names: names } = this.networks, count = answers.length;
    const name = names[found.verdict], sure = percent(found.mean[found.verdict]);
    this.root.dataset.state = this.nonsense ? "nonsense" : "drawn";
    this.root.dataset.answers = String(count);
    this.root.dataset.verdict = name;
    const shown = this.nonsense ? `Of ${this.nonsense.name} they say: ${name}` : `They say: ${name}`;
    const agree = count === 1 ? `with ${sure}`
      : `${found.agree} of ${count} agree; mean probability ${sure}`
        + (found.agree === count ? "" : `; ${found.named} different answers`);
    this.text("#pad-verdict", shown);
    this.text("#pad-agree", agree);
    this.root.querySelector("#pad-agree").dataset.all = String(found.agree === count);
    this.one(answers, found);
    this.fill(found, answers);
    this.say(`${shown}. ${agree}.`);
  }

  one(answers, found) {
    const place = Number(this.member.value), said = found.said[place];
    const { class_names: names } = this.networks;
    const own = `Network ${this.networks.members[place]} alone says ${names[said]} with ${percent(answers[place][said])}`;
    const all = `all ${answers.length} together say ${names[found.verdict]} with ${percent(found.mean[found.verdict])}`;
    this.text("#pad-one", answers.length === 1 ? `${own}.` : `${own}; ${all}.`);
  }

  fill(found, answers) {
    const count = answers?.length ?? 1;
    for (const row of this.root.querySelectorAll("tr[data-class]")) {
      const place = Number(row.dataset.class);
      const votes = found ? found.votes[place] : 0, mean = found ? found.mean[place] : 0;
      row.classList.toggle("winner", found?.verdict === place);
      row.querySelector(".votes").textContent = found ? String(votes) : "";
      row.querySelector(".votes-bar").style.width = `${(100 * votes) / count}%`;
      row.querySelector(".mean").textContent = found ? percent(mean) : "";
      row.querySelector(".mean-bar").style.width = `${100 * mean}%`;
    }
    const { class_names: names, members } = this.networks;
    this.root.querySelector("#pad-members").replaceChildren(...(answers ?? []).map((answer, place) => {
      const entry = document.createElement("li"), said = found.said[place];
      entry.textContent = `${members[place]}: ${names[said]}, ${percent(answer[said])}`;
      entry.classList.toggle("outvoted", said !== found.verdict);
      return entry;
    }));
  }

  /** Tell a screen reader, at most once a second and only the last of what there was to say. */
  say(words) {
    clearTimeout(this.later);
    const wait = Math.max(0, this.spoke + PATIENCE - Date.now());
    this.later = setTimeout(() => { this.spoke = Date.now(); this.text("#pad-live", words); }, wait);
  }

  text(selector, words) {
    const place = this.root.querySelector(selector);
    if (place.textContent !== words) place.textContent = words;
  }
}

function shuffled(picture) {
  const pixels = Uint8Array.from(picture);
  for (let last = pixels.length - 1; last > 0; last--) {
    const other = Math.floor(Math.random() * (last + 1));
    [pixels[last], pixels[other]] = [pixels[other], pixels[last]];
  }
  return pixels;
}

function percent(share) {
  return `${(100 * share).toFixed(1)} %`;
}
