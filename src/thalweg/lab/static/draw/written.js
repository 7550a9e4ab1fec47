// Strokes as a short text that an address can hold: two signs from a table of 64 a coordinate, strokes apart by dots.
// A sign stands before all, so that no text of digits is taken for a number.

const SIGNS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_", STEPS = 4095, LONGEST = 3000, NEAR = 0.006;

/** Return the text, or "" for nothing and for what would be too long for a link even with points left out. */
export function writeStrokes(strokes) {
  if (strokes.length === 0) return "";
  const text = [strokes, strokes.map(thinned)].map(inSigns).find((each) => each.length <= LONGEST);
  return text ?? "";
}

function inSigns(strokes) {
  return `_${strokes.map((stroke) => stroke.map((point) => point.map(written).join("")).join("")).join(".")}`;
}

/** Without points that are hardly apart from the one before: less than a fifth of a pixel of MNIST. */
function thinned(stroke) {
  const kept = stroke.slice(0, 1);
  for (const point of stroke) if (Math.hypot(point[0] - kept.at(-1)[0], point[1] - kept.at(-1)[1]) > NEAR) kept.push(point);
  return kept;
}

/** Return the strokes of a text, [] for one that holds none. */
export function readStrokes(text) {
  return String(text).slice(1).split(".").map((part) => {
    const numbers = (part.match(/../g) ?? []).map(([high, low]) => (64 * SIGNS.indexOf(high) + SIGNS.indexOf(low)) / STEPS);
    if (numbers.some((value) => value < 0 || value > 1)) return [];
    return numbers.flatMap((value, place) => (place % 2 ? [[numbers[place - 1], value]] : []));
  }).filter((stroke) => stroke.length > 0);
}

function written(share) {
  const step = Math.round(Math.min(1, Math.max(0, share)) * STEPS);
  return SIGNS[step >> 6] + SIGNS[step & 63];
}
