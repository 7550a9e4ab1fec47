// Intervals of what is counted live in the page; thalweg/statistics/intervals.py has them all.

const NORMAL = 1.959963984540054;

/** Wilson's 95 % interval of `hits` of `count` (JASA 22, 1927). */
export function wilson(hits, count) {
  const share = hits / count, squared = NORMAL ** 2, below = 1 + squared / count;
  const middle = (share + squared / (2 * count)) / below;
  const reach = (NORMAL / below) * Math.sqrt((share * (1 - share)) / count + squared / (4 * count * count));
  return [hits === 0 ? 0 : Math.max(0, middle - reach), hits === count ? 1 : Math.min(1, middle + reach)];
}

/** The 95 % interval of a mean of `values` by its standard error; within 0..1 where they are shares. */
export function ofMean(values) {
  const count = values.length, mean = values.reduce((sum, value) => sum + value, 0) / count;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const reach = NORMAL * Math.sqrt(squares / Math.max(1, count - 1) / count);
  return { value: mean, interval: [Math.max(0, mean - reach), Math.min(1, mean + reach)] };
}
