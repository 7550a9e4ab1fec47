// Numbers over a plane: read between the places where they were measured, with slope and lines of equal height.

import { networksOf, unpack } from "../../../page/static/network.js";

export class Surface {
  constructor(plane, grid) {
    Object.assign(this, { plane, grid });
    this.values = floats(plane.values);
    this.accuracy = floats(plane.accuracy);
    const finite = this.values.filter(Number.isFinite);
    this.low = Math.min(...finite);
    this.high = Math.max(...finite);
    this.vertices = unpack(plane.vertices);
  }

  /** Where a place lies in the grid: [column, row], with fractions; inside it where it is outside. */
  cell([x, y]) {
    const { across: [left, right], up: [bottom, top] } = this.plane, last = this.grid - 1;
    return [((x - left) / (right - left)) * last, ((y - bottom) / (top - bottom)) * last].map((place) => Math.min(last, Math.max(0, place)));
  }

  /** The place of a cell. */
  place(column, row) {
    const { across: [left, right], up: [bottom, top] } = this.plane, last = this.grid - 1;
    return [left + (column / last) * (right - left), bottom + (row / last) * (top - bottom)];
  }

  /** A number between the four measured ones around a place (bilinear). */
  read(place, values = this.values) {
    const [column, row] = this.cell(place), left = Math.min(this.grid - 2, Math.floor(column)), bottom = Math.min(this.grid - 2, Math.floor(row));
    const [right, up] = [column - left, row - bottom], at = (down, along) => values[(bottom + down) * this.grid + left + along];
    return (1 - up) * ((1 - right) * at(0, 0) + right * at(0, 1)) + up * ((1 - right) * at(1, 0) + right * at(1, 1));
  }

  /** How steep it is at a place, a cell of the grid along each axis. */
  slope(place) {
    const [column, row] = this.cell(place), step = 0.5, at = (c, r) => this.read(this.place(c, r));
    return [at(column + step, row) - at(column - step, row), at(column, row + step) - at(column, row - step)].map((rise) => rise / (2 * step));
  }

  /** Shares of the three networks that span the plane, in a place (barycentric). */
  shares([x, y]) {
    const [[ax, ay], [bx, by], [cx, cy]] = this.plane.corners, whole = (by - cy) * (ax - cx) + (cx - bx) * (ay - cy);
    const first = ((by - cy) * (x - cx) + (cx - bx) * (y - cy)) / whole, second = ((cy - ay) * (x - cx) + (ax - cx) * (y - cy)) / whole;
    return [first, second, 1 - first - second];
  }

  /** The one network that stands in a place. */
  networkAt(place) {
    return blended(this.vertices, this.shares(place), "the ball");
  }

  /** Straight pieces [[from, to]...] of the line of equal `height`, in cells (marching squares: Lorensen & Cline 1987 in two dimensions). */
  contour(height, values = this.values) {
    const pieces = [], { grid } = this;
    for (let row = 0; row < grid - 1; row++) for (let column = 0; column < grid - 1; column++) {
      const corners = [[column, row], [column + 1, row], [column + 1, row + 1], [column, row + 1]], cut = [];
      corners.forEach(([c, r], side) => {
        const [nc, nr] = corners[(side + 1) % 4], one = values[r * grid + c] - height, other = values[nr * grid + nc] - height;
        if ((one < 0) !== (other < 0)) { const part = one / (one - other); cut.push([c + part * (nc - c), r + part * (nr - r)]); }
      });
      for (let pair = 0; pair + 1 < cut.length; pair += 2) pieces.push([cut[pair], cut[pair + 1]]);
    }
    return pieces;
  }
}

/** The sum of networks with `shares`, as one network called `name`. */
export function blended(networks, shares, name) {
  const tensors = {};
  for (const [key, { shape, values, size }] of Object.entries(networks.tensors)) {
    const sum = new Float32Array(size);
    shares.forEach((share, member) => { if (share !== 0) for (let place = 0; place < size; place++) sum[place] += share * values[member * size + place]; });
    tensors[key] = { shape, values: sum, size };
  }
  return networksOf({ ...networks, tensors, members: [name] });
}

/**
 * Roll down from a place: the places on the way. Steepest descent with steps that are halved where they would lead
 * up, until no step leads down or the plane ends.
 */
export function rolled(surface, from, { steps = 600, stride = 0.3, least = 0.01 } = {}) {
  const way = [surface.cell(from)], last = surface.grid - 1, height = (cell) => surface.read(surface.place(...cell));
  for (let step = 0; step < steps; step++) {
    const [column, row] = way.at(-1), [right, up] = surface.slope(surface.place(column, row)), steep = Math.hypot(right, up);
    if (steep === 0) break;
    let length = stride, next = null;
    for (; length >= least && next === null; length /= 2) {
      const tried = [column - (right / steep) * length, row - (up / steep) * length].map((place) => Math.min(last, Math.max(0, place)));
      if (height(tried) < height([column, row])) next = tried;
    }
    if (next === null) break;
    way.push(next);
    if (next.some((place) => place === 0 || place === last)) break;
  }
  return way.map(([column, row]) => surface.place(column, row));
}

function floats(text) {
  return new Float32Array(Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0)).buffer);
}
