// Shares as they are written everywhere in a page.

import { fixed, say } from "./words.js";

/** A share as percent: 0.964 is "96.4 %". What is not quite all or nothing is not rounded to it. */
export function percent(share, digits = 1) {
  if (!Number.isFinite(share)) return say("percent.not_a_number");
  const rounded = Number((100 * share).toFixed(digits)), least = 10 ** -digits;
  if (share < 1 && rounded === 100) return say("percent.over", { share: fixed(100 - least, digits) });
  if (share > 0 && rounded === 0) return say("percent.under", { share: fixed(least, digits) });
  return say("percent.share", { share: fixed(100 * share, digits) });
}
