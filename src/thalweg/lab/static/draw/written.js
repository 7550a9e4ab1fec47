// Strokes as a short text that an address can hold: two signs from a table of 64 a coordinate, strokes apart by dots.

const SIGNS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_", STEPS = 4095, LONGEST = 4000;

/** Return the text, or "" where it would be too long for a link. */
export function writeStrokes(strokes) {
  const text = strokes.map((stroke) => stroke.map((point) => point.map(written).join("")).join("")).join(".");
  return text.length <= LONGEST ? text : "";
}

/** Return the strokes of a text, [] for one that holds none. */
export function readStrokes(text) {
  return String(text).split(".").map((part) => {
    const numbers = (part.match(/../g) ?? []).map(([high, low]) => (64 * SIGNS.indexOf(high) + SIGNS.indexOf(low)) / STEPS);
    if (numbers.some((value) => value < 0 || value > 1)) return [];
    return numbers.flatMap((value, place) => (place % 2 ? [[numbers[place - 1], value]] : []));
  }).filter((stroke) => stroke.length > 0);
}

function written(share) {
  const step = Math.round(Math.min(1, Math.max(0, share)) * STEPS);
  return SIGNS[step >> 6] + SIGNS[step & 63];
}
