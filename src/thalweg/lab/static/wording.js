// Numbers in words, as the rest of Thalweg writes them.

import { percent as written } from "../../page/static/percent.js";

/** A share as percent, as in the report. */
export const percent = written;

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
