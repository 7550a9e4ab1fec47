// Shares as they are written everywhere in a page.

/** A share as percent: 0.964 is "96.4 %". What is not quite all or nothing is not rounded to it. */
export function percent(share, digits = 1) {
  if (!Number.isFinite(share)) return "not a number";
  const rounded = (100 * share).toFixed(digits), most = 100 - 10 ** -digits;
  if (share < 1 && Number(rounded) === 100) return `over ${most.toFixed(digits)} %`;
  if (share > 0 && Number(rounded) === 0) return `under ${(10 ** -digits).toFixed(digits)} %`;
  return `${rounded} %`;
}
