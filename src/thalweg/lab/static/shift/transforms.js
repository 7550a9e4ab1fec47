// Pictures moved, turned, stretched, slanted, thickened and blurred: the twin of thalweg/data/transforms.py and warping.py.

/** Each by name: the slider's range, and the level that changes nothing. */
export const TRANSFORMS = {
  translation: { low: -8, high: 8, step: 0.5, identity: 0, make: (level) => reading([1, 0, 0, 1], [0, -level]) },
  rotation: { low: -90, high: 90, step: 1, identity: 0, make: (level) => reading(turned(level), [0, 0]) },
  scale: { low: 0.4, high: 1.6, step: 0.02, identity: 1, make: (level) => reading([1 / level, 0, 0, 1 / level], [0, 0]) },
  shear: { low: -0.9, high: 0.9, step: 0.02, identity: 0, make: (level) => reading([1, 0, level, 1], [0, 0]) },
  thickness: { low: -1, high: 3, step: 0.25, identity: 0, make: (level) => (values, shape) => thickened(values, shape, level) },
  blur: { low: 0, high: 4, step: 0.1, identity: 0, make: (level) => (values, shape) => blurred(values, shape, level) },
};

/** Apply every transform of `levels` that is not at its identity, in the order above. */
export function changed(values, shape, levels) {
  let made = values;
  for (const [name, { identity, make }] of Object.entries(TRANSFORMS)) {
    const level = levels[name] ?? identity;
    if (level !== identity) made = make(level)(made, shape);
  }
  return made;
}

function turned(degrees) {
  const [cosine, sine] = [Math.cos, Math.sin].map((of) => of((degrees * Math.PI) / 180));
  return [cosine, sine, -sine, cosine];
}

/** The new pixel at (row, column) from the middle shows the old one at `matrix` times that, plus `offset`; bilinear, 0 outside. */
function reading([rr, rc, cr, cc], [rowOffset, columnOffset]) {
  return (values, [height, width, channels = 1]) => {
    const made = new Float32Array(values.length), middle = [(height - 1) / 2, (width - 1) / 2];
    for (let row = 0; row < height; row++) for (let column = 0; column < width; column++) {
      const down = row - middle[0], across = column - middle[1];
      const y = rr * down + rc * across + middle[0] + rowOffset, x = cr * down + cc * across + middle[1] + columnOffset;
      const top = Math.floor(y), left = Math.floor(x);
      for (const [oldRow, oldColumn] of [[top, left], [top, left + 1], [top + 1, left], [top + 1, left + 1]]) {
        if (oldRow < 0 || oldRow >= height || oldColumn < 0 || oldColumn >= width) continue;
        const weight = (1 - Math.abs(y - oldRow)) * (1 - Math.abs(x - oldColumn));
        for (let channel = 0; channel < channels; channel++) {
          made[(row * width + column) * channels + channel] += weight * values[(oldRow * width + oldColumn) * channels + channel];
        }
      }
    }
    return made.map((level) => Math.min(1, Math.max(0, level)));
  };
}

/** Dilation or erosion by a disc; between whole radii the two neighbours are mixed. */
function thickened(values, shape, pixels) {
  const radius = Math.floor(Math.abs(pixels)), share = Math.abs(pixels) - radius, grow = pixels > 0;
  const nearer = morphed(values, shape, radius, grow);
  if (share === 0) return nearer;
  const farther = morphed(values, shape, radius + 1, grow);
  return nearer.map((level, place) => (1 - share) * level + share * farther[place]);
}

function morphed(values, [height, width, channels = 1], radius, grow) {
  const made = Float32Array.from(values), choose = grow ? Math.max : Math.min;
  for (let down = -radius; down <= radius; down++) for (let right = -radius; right <= radius; right++) {
    if (down * down + right * right > radius * radius) continue;
    for (let row = 0; row < height; row++) for (let column = 0; column < width; column++) {
      const y = row + down, x = column + right;
      if (y < 0 || y >= height || x < 0 || x >= width) continue;
      for (let channel = 0; channel < channels; channel++) {
        const place = (row * width + column) * channels + channel;
        made[place] = choose(made[place], values[(y * width + x) * channels + channel]);
      }
    }
  }
  return made;
}

/** A Gaussian cut off at four deviations; what lies outside is like the nearest pixel. */
function blurred(values, [height, width, channels = 1], deviation) {
  const reach = Math.floor(4 * deviation + 0.5), kernel = Array.from({ length: 2 * reach + 1 }, (_, place) => Math.exp(-0.5 * ((place - reach) / deviation) ** 2));
  const total = kernel.reduce((sum, weight) => sum + weight, 0), within = (place, extent) => Math.min(extent - 1, Math.max(0, place));
  const along = (source, vertical) => {
    const made = new Float32Array(source.length);
    for (let row = 0; row < height; row++) for (let column = 0; column < width; column++) for (let channel = 0; channel < channels; channel++) {
      let sum = 0;
      for (let place = -reach; place <= reach; place++) {
        const y = vertical ? within(row + place, height) : row, x = vertical ? column : within(column + place, width);
        sum += kernel[place + reach] * source[(y * width + x) * channels + channel];
      }
      made[(row * width + column) * channels + channel] = sum / total;
    }
    return made;
  };
  return along(along(values, true), false);
}
