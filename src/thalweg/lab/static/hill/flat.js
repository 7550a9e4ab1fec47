// The plane from above: colours and lines of equal height, the path, the balls.

import { heightColour } from "./heights.js";

const LINES = 9;

/** Paint all; returns {toPlace, toScreen} between pixels of the canvas and places of the plane. */
export function paintFlat(canvas, surface, shown, { marks, balls, trails, path }) {
  const size = canvas.width, pen = canvas.getContext("2d"), { grid } = surface, last = grid - 1, scale = size / last;
  const onScreen = ([column, row]) => [column * scale, size - row * scale], toScreen = (place) => onScreen(surface.cell(place));
  const small = document.createElement("canvas");
  small.width = small.height = 4 * last;
  const image = small.getContext("2d").createImageData(small.width, small.height);
  for (let y = 0; y < small.height; y++) for (let x = 0; x < small.width; x++) {
    const [red, green, blue] = heightColour(shown(surface.read(surface.place(x / 4, last - y / 4))));
    image.data.set([red, green, blue, 255], 4 * (y * small.width + x));
  }
  small.getContext("2d").putImageData(image, 0, 0);
  pen.imageSmoothingEnabled = true;
  pen.drawImage(small, 0, 0, size, size);
  pen.lineWidth = 1;
  pen.strokeStyle = "rgba(255,255,255,.45)";
  const heights = surface.values.map(shown);
  for (let line = 1; line <= LINES; line++) for (const [from, to] of surface.contour(line / (LINES + 1), heights)) polyline(pen, [onScreen(from), onScreen(to)]);
  paintThings(pen, size, { marks, balls, trails, path }, toScreen);
  return { toScreen, toPlace: ([x, y]) => surface.place(x / scale, (size - y) / scale) };
}

/** What lies on the plane, over either picture of it. */
export function paintThings(pen, size, { marks, balls, trails, path }, toScreen) {
  const unit = size / 640;
  for (const trail of trails) { pen.strokeStyle = "#ffffff"; pen.lineWidth = 2 * unit; polyline(pen, trail.map(toScreen)); }
  if (path) { pen.strokeStyle = "#000"; pen.lineWidth = 5 * unit; polyline(pen, marks.map(toScreen)); pen.strokeStyle = "#ff9e4a"; pen.lineWidth = 2.5 * unit; polyline(pen, marks.map(toScreen)); }
  for (const [place, mark] of marks.entries()) disc(pen, toScreen(mark), (path && place > 0 && place < marks.length - 1 ? 3 : 6) * unit, "#ff9e4a");
  for (const [place, ball] of balls.entries()) disc(pen, toScreen(ball), (place === 0 ? 10 : 7) * unit, "#ffffff");
}

function polyline(pen, points) {
  pen.beginPath();
  points.forEach(([x, y], place) => (place ? pen.lineTo(x, y) : pen.moveTo(x, y)));
  pen.stroke();
}

function disc(pen, [x, y], radius, colour) {
  pen.beginPath();
  pen.arc(x, y, radius, 0, 2 * Math.PI);
  pen.fillStyle = colour;
  pen.fill();
  pen.lineWidth = Math.max(1, radius / 4);
  pen.strokeStyle = "#000";
  pen.stroke();
}
