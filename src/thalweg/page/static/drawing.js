// Strokes of a pen become a small grey picture: as MNIST would have placed it, or just as it was drawn.
// The twin of thalweg/data/drawing.py, number for number; both are tested on the same strokes.
//
// strokes: lines of points [x, y], x to the right and y down, in units of the canvas's side (0..1).
// side: pixels of the picture. Each function returns Uint8Array [side * side], or null when nothing was drawn.

const SIDE = 28, BOX = 20, PEN = 2.0, DOT = 0.02, NOTHING = 1e-18;

/** As MNIST places it: the ink fits 20/28 of the side, its centre of mass comes to the middle. */
export function draw(strokes, side) {
  const lines = strokes.filter((line) => line.length > 0);
  if (lines.length === 0) return null;
  const picture = levels(boxed(lines, side), (PEN * side) / SIDE, side);
  return moved(picture, side, ...toTheMiddle(picture, side));
}

/** `part` of the way from where it was drawn (0) to where MNIST has it (1), for whoever wants to watch it move. */
export function drawUnderWay(strokes, side, part) {
  const lines = strokes.filter((line) => line.length > 0);
  if (lines.length === 0) return null;
  const pen = (PEN * side) / SIDE, placed = boxed(lines, side);
  const [right, down] = toTheMiddle(levels(placed, pen, side), side);
  const between = (from, to) => from + part * (to - from);
  return levels(lines.map((line, stroke) => line.map(([x, y], place) => {
    const [column, row] = placed[stroke][place];
    return [between(x * side, column + right), between(y * side, row + down)];
  })), pen, side);
}

/** Where and as large as it was drawn. */
export function drawUnplaced(strokes, side) {
  const lines = strokes.filter((line) => line.length > 0);
  if (lines.length === 0) return null;
  return levels(lines.map((line) => line.map(([x, y]) => [x * side, y * side])), (PEN * side) / SIDE, side);
}

/** Points moved into the box that ink may fill, in pixels. */
function boxed(lines, side) {
  const pen = (PEN * side) / SIDE, box = (BOX * side) / SIDE;
  const { left, top, extent } = bounds(lines);
  const scale = extent > DOT ? (box - pen) / extent : 0;
  return lines.map((line) =>
    line.map(([x, y]) => [(x - left) * scale + pen / 2, (y - top) * scale + pen / 2]));
}

function bounds(lines) {
  let left = Infinity, top = Infinity, right = -Infinity, bottom = -Infinity;
  for (const line of lines) for (const [x, y] of line) {
    left = Math.min(left, x); right = Math.max(right, x);
    top = Math.min(top, y); bottom = Math.max(bottom, y);
  }
  return { left, top, extent: Math.max(right - left, bottom - top) };
}

/** A pixel is as bright as the round pen covers it, linear in the distance of its centre. */
function levels(lines, pen, side) {
  const nearest = new Float64Array(side * side).fill(Infinity);
  for (const line of lines) {
    if (line.length === 1) approach(nearest, line[0], line[0], pen, side);
    for (let place = 1; place < line.length; place++) {
      approach(nearest, line[place - 1], line[place], pen, side);
    }
  }
  return Uint8Array.from(nearest, (distance) => {
    const coverage = Math.min(1, Math.max(0, pen / 2 + 0.5 - Math.sqrt(distance)));
    return Math.floor(coverage * 255 + 0.5);
  });
}

/** Note how near (squared) the straight piece from begin to end comes to each pixel within its reach. */
function approach(nearest, begin, end, pen, side) {
  const reach = pen / 2 + 1;
  const along = end[0] - begin[0], down = end[1] - begin[1];
  const length = along * along + down * down;
  const rows = span(begin[1], end[1], reach, side), columns = span(begin[0], end[0], reach, side);
  for (let row = rows[0]; row < rows[1]; row++) for (let column = columns[0]; column < columns[1]; column++) {
    const x = column + 0.5, y = row + 0.5;
    const raw = length <= NOTHING ? 0 : ((x - begin[0]) * along + (y - begin[1]) * down) / length;
    const share = Math.min(1, Math.max(0, raw));
    const across = x - (begin[0] + share * along), below = y - (begin[1] + share * down);
    const distance = across * across + below * below;
    const pixel = row * side + column;
    if (distance < nearest[pixel]) nearest[pixel] = distance;
  }
}

function span(one, other, reach, side) {
  const from = Math.floor(Math.min(one, other) - reach), to = Math.ceil(Math.max(one, other) + reach);
  return [Math.max(0, from), Math.min(side, to)];
}

/** By how many whole pixels [right, down] the centre of mass comes to the middle. */
function toTheMiddle(picture, side) {
  let mass = 0, rows = 0, columns = 0;
  for (let row = 0; row < side; row++) for (let column = 0; column < side; column++) {
    const level = picture[row * side + column];
    mass += level; rows += level * row; columns += level * column;
  }
  return [Math.floor((side + 1) / 2 - columns / mass), Math.floor((side + 1) / 2 - rows / mass)];
}

/** A picture moved by whole pixels; what falls outside is cut off. */
function moved(picture, side, right, down) {
  const placed = new Uint8Array(side * side);
  for (let row = 0; row < side; row++) for (let column = 0; column < side; column++) {
    const toRow = row + down, toColumn = column + right;
    if (toRow >= 0 && toRow < side && toColumn >= 0 && toColumn < side) {
      placed[toRow * side + toColumn] = picture[row * side + column];
    }
  }
  return placed;
}
