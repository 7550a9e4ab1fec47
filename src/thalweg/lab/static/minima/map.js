// A map of thousands of networks: a dot each, its colour how often it is right.

import { heightColour } from "../hill/heights.js";

const MARGIN = 26;

export class NetworkMap {
  /** `before`, `after`: [[x, y]...] of each network, `after` null where neurons were not matched; `shares`: 0..1 of each, for its colour. */
  constructor(canvas, { before, after, shares }) {
    Object.assign(this, { canvas, count: before.length, shares });
    const most = Math.max(...[...before, ...(after ?? [])].flat().map(Math.abs), 1e-9), reach = canvas.width / 2 - MARGIN;
    const scaled = (places) => Float32Array.from(places.flat(), (value, place) => canvas.width / 2 + (place % 2 ? -1 : 1) * (value / most) * reach);
    this.from = scaled(before);
    this.to = after ? scaled(after) : this.from;
    this.places = new Float32Array(this.from);
    this.colours = Array.from({ length: this.count }, (_, member) => `rgb(${heightColour(shares ? shares[member] : 0.35).join(",")})`);
    this.order = Array.from({ length: this.count }, (_, member) => member).sort((one, other) => (shares ? shares[one] - shares[other] : 0));
    this.radius = this.count > 1500 ? 3 : this.count > 300 ? 5 : 9;
  }

  /** Paint every dot on the way from before (0) to after (1); `picked` are ringed. */
  paint(share, picked = [], cursor = null) {
    const pen = this.canvas.getContext("2d"), { places, from, to, radius } = this, size = 2 * radius;
    pen.clearRect(0, 0, this.canvas.width, this.canvas.height);
    for (let at = 0; at < places.length; at++) places[at] = from[at] + share * (to[at] - from[at]);
    let colour = null;
    for (const member of this.order) {
      if (this.colours[member] !== colour) pen.fillStyle = colour = this.colours[member];
      const x = places[2 * member], y = places[2 * member + 1];
      if (this.count > 300) pen.fillRect(x - radius, y - radius, size, size);
      else { pen.beginPath(); pen.arc(x, y, radius, 0, 2 * Math.PI); pen.fill(); pen.lineWidth = 1.5; pen.strokeStyle = "#777"; pen.stroke(); }
    }
    picked.forEach((member, place) => this.ring(pen, member, place === 0 ? "#0072b2" : "#d55e00", 4));
    if (cursor !== null) this.ring(pen, cursor, "#7a7a7a", 9);
    if (picked.length === 2) this.line(pen, picked);
  }

  ring(pen, member, colour, away) {
    pen.beginPath();
    pen.arc(this.places[2 * member], this.places[2 * member + 1], this.radius + away, 0, 2 * Math.PI);
    pen.lineWidth = 4;
    pen.strokeStyle = colour;
    pen.stroke();
  }

  line(pen, [one, other]) {
    pen.beginPath();
    pen.moveTo(this.places[2 * one], this.places[2 * one + 1]);
    pen.lineTo(this.places[2 * other], this.places[2 * other + 1]);
    pen.setLineDash([8, 8]);
    pen.lineWidth = 2;
    pen.strokeStyle = "#7a7a7a";
    pen.stroke();
    pen.setLineDash([]);
  }

  /** Where a member's dot is, in shares of the sides of the map. */
  shareOf(member) {
    return [this.places[2 * member] / this.canvas.width, this.places[2 * member + 1] / this.canvas.height];
  }

  /** The member whose dot is under a point of the canvas, with room for a finger; null for none. */
  under(point, room) {
    const member = this.nearest(point), [x, y] = [this.places[2 * member], this.places[2 * member + 1]];
    return Math.hypot(x - point[0], y - point[1]) <= this.radius + room ? member : null;
  }

  /** The member nearest to a point of the canvas. */
  nearest([x, y]) {
    let best = 0, least = Infinity;
    for (let member = 0; member < this.count; member++) {
      const away = (this.places[2 * member] - x) ** 2 + (this.places[2 * member + 1] - y) ** 2;
      if (away < least) { least = away; best = member; }
    }
    return best;
  }
}
