// Hill: the cost over two directions of thousands, with the way on it; a ball to drag, and balls that roll.

import { button, chooser, folded, h, table } from "../dom.js";
import { paintExample } from "../examples.js";
import { paintFlat } from "../hill/flat.js";
import { shownHeight } from "../hill/heights.js";
import { paintSolid } from "../hill/solid.js";
import { rolled, Surface } from "../hill/surface.js";
import { count, percent, plain } from "../wording.js";
import { say } from "../../../page/static/words.js";

const STARTS = [[0.1, 0.1], [0.9, 0.1], [0.1, 0.9], [0.9, 0.9], [0.5, 0.05], [0.5, 0.95], [0.05, 0.5], [0.95, 0.5]], FRAME = 24;

export const hill = {
  name: "hill",
  build(bench, root, { hill: content, examples }) {
    const panel = new Hill(bench, content, examples);
    root.append(panel.root);
    panel.choose(content.planes[0].name);
    return { state: () => panel.state(), restore: (state) => panel.restore(state), lock: (names) => panel.lock(names), leave: () => panel.leave() };
  },
};

class Hill {
  constructor(bench, content, examples) {
    Object.assign(this, { bench, content, examples, turn: 0.6, tilt: 0.9, balls: [], trails: [], place: 0 });
    this.surfaces = new Map();
    this.subject = bench.subject ?? this.example(0);
    const again = () => { this.paint(); bench.changed(); };
    this.plane = chooser(say("hill.plane"), { options: content.planes.map(({ name }) => [name, say(`hill.${name}`)]), value: content.planes[0].name, changed: (name) => { this.choose(name); bench.changed(); } });
    this.view = chooser(say("hill.seen"), { options: ["solid", "flat"].map((each) => [each, say(`hill.${each}`)]), value: "solid", changed: again });
    this.log = h("input", { type: "checkbox", checked: true, onchange: again });
    this.canvas = h("canvas", { class: "hill", width: 900, height: 900, tabindex: 0, role: "application", "aria-label": say("hill.label"), "aria-describedby": "hill-keys" });
    this.here = h("div", { class: "here" });
    this.picture = h("canvas", { class: "pixels", role: "img" });
    this.said = h("p", { class: "soft" });
    this.behind = h("div", {});
    this.roll = button(say("hill.roll"), () => this.rollAll(), { class: "main" });
    this.root = h("div", { class: "hill-first", "data-rolled": "no" },
      h("div", {}, this.canvas, h("p", { class: "soft", id: "hill-keys" }, say("hill.keys")), this.said),
      h("div", {}, this.plane.root, this.view.root, h("p", {}, h("label", {}, this.log, " ", say("hill.log"))),
        h("p", { class: "buttons" }, this.roll, button(say("hill.away"), () => { this.balls = this.balls.slice(0, 1); this.trails = []; this.paint(); })),
        h("h2", {}, say("hill.where")), this.here, h("div", { class: "seen" }, this.picture, h("p", { class: "buttons" }, button(say("hill.another"), () => this.another()))),
        folded(say("shell.numbers"), this.behind)));
    this.listen();
  }

  listen() {
    const { canvas } = this, point = (event) => { const box = canvas.getBoundingClientRect(); return [((event.clientX - box.left) / box.width) * canvas.width, ((event.clientY - box.top) / box.height) * canvas.height]; };
    canvas.addEventListener("pointerdown", (event) => {
      const from = point(event), [x, y] = this.maps.toScreen(this.balls[0]), isBall = Math.hypot(from[0] - x, from[1] - y) < 45 || this.view.value === "flat";
      canvas.setPointerCapture(event.pointerId);
      this.dragged = isBall ? "ball" : from;
      if (isBall) this.move(this.maps.toPlace(from));
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!this.dragged) return;
      const at = point(event);
      if (this.dragged === "ball") { this.move(this.maps.toPlace(at)); return; }
      this.turn += (at[0] - this.dragged[0]) / 200;
      this.tilt = Math.min(1.5, Math.max(0.2, this.tilt + (at[1] - this.dragged[1]) / 300));
      this.dragged = at;
      this.soon();
    });
    for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => { if (this.dragged) this.bench.changed(); this.dragged = null; });
    canvas.addEventListener("keydown", (event) => this.key(event));
  }

  key(event) {
    const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key in moves) {
      const [column, row] = this.surface.cell(this.balls[0]), [right, up] = moves[event.key], last = this.surface.grid - 1;
      this.move(this.surface.place(Math.min(last, Math.max(0, column + right / 2)), Math.min(last, Math.max(0, row + up / 2))));
    } else if (event.key === "PageUp" || event.key === "PageDown") { this.turn += event.key === "PageUp" ? 0.2 : -0.2; this.soon(); }
    else if (event.key === " ") this.rollAll();
    else return;
    this.bench.changed();
    event.preventDefault();
  }

  example(place) {
    return { values: this.examples.values[place], label: this.examples.labels[place], called: this.examples.called[place] };
  }

  another() {
    this.place = (this.place + 1) % this.examples.values.length;
    this.subject = this.example(this.place);
    this.bench.choose(this.subject);
    this.tell();
  }

  choose(name) {
    const plane = this.content.planes.find((each) => each.name === name) ?? this.content.planes[0];
    this.plane.set(plane.name);
    if (!this.surfaces.has(plane.name)) this.surfaces.set(plane.name, new Surface(plane, plane.grid));
    this.surface = this.surfaces.get(plane.name);
    this.balls = [[...plane.marks[0]]];
    this.trails = [];
    const told = { weights: count(this.content.parameters), cost: this.content.cost, examples: count(plane.examples), grid: plane.grid, file: plane.kept_in };
    const off = plane.off > 0.005 ? [say("hill.off", { share: percent(plane.off, 0) })] : [];
    this.said.textContent = [say(plane.kept_in ? "hill.told_run" : "hill.told", told), ...off].join(" ");
    this.paint();
  }

  move(place) {
    this.balls[0] = place;
    this.soon();
  }

  soon() {
    this.waiting ??= requestAnimationFrame(() => { this.waiting = null; this.paint(); });
  }

  paint() {
    const shown = shownHeight(this.surface, this.log.checked), { plane } = this.surface;
    const things = { marks: plane.marks, balls: this.balls, trails: this.trails, path: plane.name === "path" };
    this.canvas.height = this.view.value === "flat" ? this.canvas.width : Math.round(0.72 * this.canvas.width);
    this.maps = this.view.value === "flat" ? paintFlat(this.canvas, this.surface, shown, things) : paintSolid(this.canvas, this.surface, shown, things, this);
    this.canvas.classList.toggle("flat", this.view.value === "flat");
    this.tell();
  }

  /** Cost and share of right answers at a place: as measured at a mark, elsewhere read between the places of the grid. */
  heightAt(place) {
    const { plane } = this.surface, at = plane.marks.findIndex(([x, y]) => Math.abs(x - place[0]) + Math.abs(y - place[1]) < 1e-9);
    return at >= 0 ? [plane.mark_values[at], plane.mark_accuracy[at]] : [this.surface.read(place), this.surface.read(place, this.surface.accuracy)];
  }

  /** What the network says that stands where the ball is. */
  tell() {
    const [ball] = this.balls, { surface } = this, network = surface.networkAt(ball), shares = network.answerOf(0, this.subject.values);
    const best = shares.indexOf(Math.max(...shares)), names = network.class_names, [cost, right] = this.heightAt(ball);
    this.here.replaceChildren(h("p", { class: "statement" }, h("span", { class: "soft" }, say("hill.cost_there")), h("strong", {}, plain(cost)), h("span", { class: "sure" }, say("hill.right_on", { share: percent(right), examples: count(surface.plane.examples) }))),
      h("p", { class: "statement" }, h("span", { class: "soft" }, say("hill.of_it_says", { called: this.subject.called ?? say("hill.this"), label: names[this.subject.label] ?? say("hill.nothing") })), h("strong", {}, String(names[best])), h("span", { class: "sure" }, say("shell.sure", { share: percent(shares[best]) }))));
    paintExample(this.picture, this.subject.values, this.examples.shape);
    this.picture.setAttribute("aria-label", this.subject.called ?? say("hill.asked"));
    this.bench.say(say("hill.voice", { cost: plain(cost), share: percent(right), name: names[best] }));
    const lowest = surface.values.indexOf(surface.low);
    this.behind.replaceChildren(table(say("hill.table"), ["place", "cost", "right"].map((word) => say(`hill.${word}`)), [
      [say("hill.ball"), plain(cost), percent(right)],
      [say("hill.lowest"), plain(surface.low), percent(surface.accuracy[lowest])],
      ...surface.plane.marks.map((mark, place) => [markName(surface.plane, place), ...this.heightAt(mark)].map((cell, column) => [String, plain, percent][column](cell))),
    ]));
  }

  /** The ball and others from several starts roll down; with calm wanted they are there at once. */
  rollAll() {
    cancelAnimationFrame(this.rolling);
    const last = this.surface.grid - 1, ways = [this.balls[0], ...STARTS.map(([right, up]) => this.surface.place(right * last, up * last))].map((from) => rolled(this.surface, from));
    const most = Math.max(...ways.map((way) => way.length));
    let frame = this.bench.isCalm ? most : 0;
    this.root.dataset.rolled = "no";
    const step = () => {
      frame += Math.max(1, most / (FRAME * 5));
      const until = ways.map((way) => Math.min(way.length - 1, Math.floor(frame)));
      this.balls = ways.map((way, place) => way[until[place]]);
      this.trails = ways.map((way, place) => way.slice(0, until[place] + 1));
      this.paint();
      if (frame < most) { this.rolling = requestAnimationFrame(step); return; }
      this.root.dataset.rolled = "yes";
      const ends = ways.map((way) => this.surface.read(way.at(-1)));
      this.bench.say(say("hill.rolled", { count: ways.length, low: plain(Math.min(...ends)), high: plain(Math.max(...ends)) }));
      this.bench.changed();
    };
    this.rolling = requestAnimationFrame(step);
  }

  state() {
    const [x, y] = this.balls[0];
    return { plane: this.plane.value, view: this.view.value, log: this.log.checked, x: Number(x.toPrecision(5)), y: Number(y.toPrecision(5)) };
  }

  restore({ plane, view, log, x, y }) {
    if (plane !== undefined) this.choose(plane);
    if (view === "flat" || view === "solid") this.view.set(view);
    if (log !== undefined) this.log.checked = Boolean(log);
    if (Number.isFinite(x) && Number.isFinite(y)) this.balls[0] = this.surface.place(...this.surface.cell([x, y]));
    this.paint();
  }

  lock(names) {
    this.plane.input.disabled = names.includes("plane");
    this.view.input.disabled = names.includes("view");
    this.log.disabled = names.includes("log");
  }

  leave() { cancelAnimationFrame(this.rolling); }
}

/** What is marked on a plane: a moment of the way, or a network. */
function markName({ mark_kind: kind, mark_numbers: numbers }, place) {
  if (kind === "network") return say("shell.network", { number: numbers[place] });
  return numbers[place] === 0 ? say("hill.start") : say("hill.epoch", { number: numbers[place] });
}
