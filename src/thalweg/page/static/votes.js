// What many networks say of one example: votes and mean probability of each class, in a table and in words.
// A row of the table has elements of the classes votes, votes-bar, mean and mean-bar, in the report as in the lab.

import { percent } from "./percent.js";
import { say } from "./words.js";

/** Fill a table's `lines`, a row a class, with what `summarise` found of so many members; null empties them. */
export function fillVotes(lines, found, members) {
  lines.forEach((line, place) => {
    const votes = found ? found.votes[place] : 0, mean = found ? found.mean[place] : 0;
    const part = (name) => line.querySelector(`.${name}`);
    line.classList.toggle("winner", found?.verdict === place);
    part("votes").textContent = found ? String(votes) : "";
    part("votes-bar").style.width = `${(100 * votes) / members}%`;
    part("mean").textContent = found ? percent(mean) : "";
    part("mean-bar").style.width = `${100 * mean}%`;
  });
}

/** How many agree with the winner, and how sure they are of it on average. */
export function agreement(found, members) {
  const share = percent(found.mean[found.verdict]);
  if (members === 1) return say("votes.with", { share });
  return say(found.agree === members ? "votes.agree" : "votes.differ", { agree: found.agree, members, share, named: found.named });
}
