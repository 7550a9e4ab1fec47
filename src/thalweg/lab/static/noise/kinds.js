// Inputs that belong to no class, as thalweg/data/noise.py makes them.

const GREY = 0.5, CONTRAST = 0.25, CYCLES = 3;

/**
 * One input of `kind`, Float32Array. `chance` gives the random numbers, `examples` real ones {values, shape},
 * `ranges` of features their [lowest, highest, mean, deviation].
 */
export function made(kind, chance, { values, shape }, ranges) {
  const size = values[0].length, real = () => values[Math.floor(chance() * values.length)];
  if (ranges) return ofFeatures(kind, chance, values, ranges);
  if (kind === "uniform") return Float32Array.from({ length: size }, () => chance());
  if (kind === "gaussian") return Float32Array.from({ length: size }, () => clipped(GREY + CONTRAST * chance.normal(), 0, 1));
  if (kind === "shuffled") return shuffled(real(), shape, chance);
  if (kind === "low_frequency") return clouds(shape, chance);
  if (kind === "inverted") return real().map((level) => 1 - level);
  return new Float32Array(size);
}

function ofFeatures(kind, chance, values, ranges) {
  return Float32Array.from(ranges, ([low, high, mean, deviation], place) => {
    if (kind === "uniform") return low + chance() * (high - low);
    if (kind === "gaussian") return clipped(mean + deviation * chance.normal(), low, high);
    if (kind === "shuffled") return values[Math.floor(chance() * values.length)][place];
    return mean;
  });
}

/** Channels of a pixel stay together. */
function shuffled(picture, [height, width, channels = 1], chance) {
  const order = chance.order(height * width), made = new Float32Array(picture.length);
  order.forEach((from, to) => {
    for (let channel = 0; channel < channels; channel++) made[to * channels + channel] = picture[from * channels + channel];
  });
  return made;
}

/** Waves of at most three cycles a picture, stretched to 0..1. */
function clouds([height, width, channels = 1], chance) {
  const waves = [];
  for (let down = -CYCLES; down <= CYCLES; down++) for (let across = 0; across <= CYCLES; across++) {
    if (Math.hypot(down, across) > CYCLES || (across === 0 && down <= 0)) continue;
    for (let channel = 0; channel < channels; channel++) waves.push([down, across, channel, chance.normal(), chance.normal()]);
  }
  // how bright a colour is on the whole: half a wave's power; of one channel alone the stretching takes it away
  if (channels > 1) for (let channel = 0; channel < channels; channel++) waves.push([0, 0, channel, Math.SQRT1_2 * chance.normal(), 0]);
  const sums = new Float32Array(height * width * channels);
  for (const [down, across, channel, even, odd] of waves) {
    for (let row = 0; row < height; row++) for (let column = 0; column < width; column++) {
      const turn = 2 * Math.PI * ((down * row) / height + (across * column) / width);
      sums[(row * width + column) * channels + channel] += even * Math.cos(turn) + odd * Math.sin(turn);
    }
  }
  const low = Math.min(...sums), spread = Math.max(...sums) - low || 1;
  return sums.map((value) => (value - low) / spread);
}

/** Between a real example (0) and nothing but noise (1). */
export function mixed(real, noise, strength) {
  return noise.map((value, place) => (1 - strength) * real[place] + strength * value);
}

function clipped(value, low, high) {
  return Math.min(high, Math.max(low, value));
}
