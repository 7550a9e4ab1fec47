// The hill in three dimensions: tiles painted from the farthest to the nearest.

import { heightColour } from "./heights.js";
import { paintThings } from "./flat.js";

const TALL = 0.55;

/** Paint all as seen from `turn` (radians about the upright axis) and `tilt`; returns {toScreen}. */
export function paintSolid(canvas, surface, shown, things, { turn, tilt }) {
  const size = canvas.width, middle = 0.53 * canvas.height, pen = canvas.getContext("2d"), { grid } = surface, last = grid - 1;
  const [cosine, sine] = [Math.cos(turn), Math.sin(turn)], [raised, lying] = [Math.cos(tilt), Math.sin(tilt)];
  const projected = (column, row, height) => {
    const x = column / last - 0.5, y = row / last - 0.5, across = x * cosine - y * sine, away = x * sine + y * cosine;
    return [size * (0.5 + across * 0.68), middle + size * (- away * lying * 0.68 - (height - 0.25) * TALL * raised), away];
  };
  pen.clearRect(0, 0, size, canvas.height);
  const heights = surface.values.map(shown), points = Array.from({ length: grid * grid }, (_, place) => projected(place % grid, Math.floor(place / grid), heights[place]));
  const tiles = [];
  for (let row = 0; row < last; row++) for (let column = 0; column < last; column++) {
    const corner = row * grid + column, corners = [corner, corner + 1, corner + grid + 1, corner + grid];
    tiles.push([corners.reduce((sum, place) => sum + points[place][2], 0), corners]);
  }
  tiles.sort((one, other) => other[0] - one[0]);
  for (const [, corners] of tiles) {
    const height = corners.reduce((sum, place) => sum + heights[place], 0) / 4, slant = heights[corners[1]] - heights[corners[3]];
    const light = Math.min(1.15, Math.max(0.72, 1 + 1.5 * slant)), colour = heightColour(height).map((level) => Math.min(255, Math.round(level * light)));
    pen.fillStyle = pen.strokeStyle = `rgb(${colour.join(",")})`;
    pen.lineWidth = 0.75;
    pen.beginPath();
    corners.forEach((place, at) => (at ? pen.lineTo(points[place][0], points[place][1]) : pen.moveTo(points[place][0], points[place][1])));
    pen.closePath();
    pen.fill();
    pen.stroke();
  }
  const toScreen = (place) => projected(...surface.cell(place), shown(surface.read(place)) + 0.015).slice(0, 2);
  paintThings(pen, size, things, toScreen);
  const nearest = ([x, y]) => {
    const found = points.reduce((best, point, place) => (Math.hypot(point[0] - x, point[1] - y) < best[0] ? [Math.hypot(point[0] - x, point[1] - y), place] : best), [Infinity, 0])[1];
    return surface.place(found % grid, Math.floor(found / grid));
  };
  return { toScreen, toPlace: nearest };
}
