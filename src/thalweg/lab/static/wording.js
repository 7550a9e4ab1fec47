// Numbers in words, as the rest of Thalweg writes them.

import { percent as written } from "../../page/static/percent.js";
import { between, count as whole, decimal, fixed, plural } from "../../page/static/words.js";

/** A share as percent, as in the report. */
export const percent = written;

/** A whole number with thousands: 13,002. */
export const count = whole;

/** "1 network", "8 networks": of a noun of the languages' table `counted`. */
export function counted(number, noun) {
  return plural(`counted.${noun}`, number);
}

/** A measured number with its interval; `unit` percent or number. */
export function measuredWords({ value, interval }, unit = "percent") {
  const shown = unit === "percent" ? (share) => fixed(100 * share, 1) : plain;
  const own = unit === "percent" ? percent(value) : plain(value);
  return interval ? `${own} ${between(shown(interval[0]), shown(interval[1]))}` : own;
}

/** Three digits that count, or a whole number as it is. */
export function plain(number) {
  if (Number.isInteger(number)) return count(number);
  return Math.abs(number) >= 100 ? fixed(number, 0) : decimal(Number(number.toPrecision(3)));
}
