// Numbers in words, as the rest of Thalweg writes them.

/** A share as percent: 0.964 is "96.4 %". What is not quite all or nothing is not rounded to it. */
export function percent(share, digits = 1) {
  if (!Number.isFinite(share)) return "not a number";
  const rounded = (100 * share).toFixed(digits), most = 100 - 10 ** -digits;
  if (share < 1 && Number(rounded) === 100) return `over ${most.toFixed(digits)} %`;
  if (share > 0 && Number(rounded) === 0) return `under ${(10 ** -digits).toFixed(digits)} %`;
  return `${rounded} %`;
}

/** A whole number with thousands: 13,002. */
export function count(number) {
  return Math.round(number).toLocaleString("en-US");
}

/** "1 network", "8 networks". */
export function counted(number, one, many = `${one}s`) {
  return `${count(number)} ${number === 1 ? one : many}`;
}

/** A measured number with its interval; `unit` percent or number. */
export function measuredWords({ value, interval }, unit = "percent") {
  const shown = unit === "percent" ? (share) => (100 * share).toFixed(1) : plain;
  const own = unit === "percent" ? percent(value) : plain(value);
  return interval ? `${own} [${shown(interval[0])}, ${shown(interval[1])}]` : own;
}

/** Three digits that count, or a whole number as it is. */
export function plain(number) {
  if (Number.isInteger(number)) return count(number);
  return Math.abs(number) >= 100 ? number.toFixed(0) : String(Number(number.toPrecision(3)));
}
