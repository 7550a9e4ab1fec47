// Intervals of what is counted live in the page; thalweg/statistics/intervals.py has them all.

const NORMAL = 1.959963984540054;

/** Wilson's 95 % interval of `hits` of `count` (JASA 22, 1927). */
export function wilson(hits, count) {
  const share = hits / count, squared = NORMAL ** 2, below = 1 + squared / count;
  const middle = (share + squared / (2 * count)) / below;
  const reach = (NORMAL / below) * Math.sqrt((share * (1 - share)) / count + squared / (4 * count * count));
  return [hits === 0 ? 0 : Math.max(0, middle - reach), hits === count ? 1 : Math.min(1, middle + reach)];
}

/**
 * The 95 % interval of a mean of shares: Wilson's, with as many examples as the mean is worth (Korn & Graubard,
 * Survey Methodology 24, 1998). Where all are the same it is worth their number: no spread is not certainty.
 */
export function ofMean(values) {
  const count = values.length, mean = values.reduce((sum, value) => sum + value, 0) / count;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, count - 1) / count;
  const isSame = values.every((value) => value === values[0]), worth = isSame ? count : (mean * (1 - mean)) / variance;
  return { value: mean, interval: wilson(mean * worth, worth) };
}
