"""The record of the study of the width law of barriers, and the rules by which it is judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from thalweg.measured import Measured
from thalweg.record import Entry, Record, named
from thalweg.statistics.chance import OverChance
from thalweg.statistics.pairs import over_pairs
from thalweg.statistics.power_laws import (
    LogMean,
    PowerLaw,
    falls_rises_and_falls,
    log_mean,
    mean_of,
    power_law,
    rises_and_falls,
    surely_above,
)
from thalweg.statistics.simultaneous import level_of_each
from thalweg.studies.barrier_width.settings import Settings

THEORY = -0.5
"""The power of the width that the barrier of aligned networks falls with (arXiv 2503.06001)."""

UNALIGNED = "unaligned"
WORDS = {
    UNALIGNED: "as they are",
    "weights": "matched by weights",
    "activations": "matched by what units do",
    "together": "all matched at once",
}


@dataclass(frozen=True)
class Law(Entry):
    """How the barrier of one kind of matching changes with the width.

    `barriers`: width -> mean over pairs with its interval over members; `power`: fitted to the wider half of
    the widths, None where a mean barrier there is not above zero; `agrees`: yes, no or open, whether that is
    the power -1/2; `peak`: widths of which none is surely below another, the places where the highest may be;
    `is_peak`: whether the barrier surely rises and then falls; `two_descents`: whether it surely falls, rises
    and falls again.
    """

    barriers: dict[str, Measured]
    power: PowerLaw | None
    agrees: str
    peak: tuple[int, ...]
    is_peak: bool
    two_descents: bool


@dataclass(frozen=True, eq=False, repr=False)
class BarrierWidth(Record, answers="barrier-width", caption="Barriers over the width"):
    """The barrier between minima over the width, by how their units were matched.

    `pairs`: method -> width -> barrier of each pair, in the order of `all_pairs`; `members` of each width
    that did not diverge; `costs`: mean cost of the members at each width.
    """

    settings: Settings
    pairs: dict[str, dict[int, np.ndarray]]
    members: dict[int, int]
    costs: dict[int, float]
    over_chance: OverChance

    @property
    def laws(self) -> dict[str, Law]:
        """What was found of every kind of matching.

        The rules, written before anything was measured. All decisions of the study hold together at 95 %
        (Bonferroni over kinds of matching, and for comparisons of widths over their pairs as well). Intervals
        are over members: of the logarithm of a mean over pairs, by the jackknife.

        - The power is fitted to the wider half of the widths, at least three: these were chosen beforehand,
          and are not those after the peak. It *agrees* with -1/2 where its interval holds that and is no
          wider than .5, so that a constant and 1/m are told from it; it does not where the interval leaves
          it out; else it is open.
        - There is a peak, or two descents, where widths can be named that surely follow one another so.
        """
        return {name: self._law(name) for name in self.pairs}

    def _law(self, name: str) -> Law:
        found = {width: log_mean(values, self.members[width]) for width, values in self.pairs[name].items()}
        logs = {width: one for width, one in found.items() if one is not None}
        # where all pairs have no barrier to speak of, there is a mean but no logarithm of it
        barriers = {
            width: over_pairs(self.pairs[name][width], self.members[width], 0.95, at_least=0.0)
            if one is None
            else mean_of(one)
            for width, one in found.items()
        }
        kinds, count = len(self.pairs), len(logs)
        each = level_of_each(kinds * max(1, count * (count - 1) // 2))
        above = surely_above(list(logs.values()), each)
        highest = [width for width, one in zip(logs, above.T, strict=True) if not one.any()]
        wide = sorted(found)[-max(3, -(-len(found) // 2)) :]
        power = _power({width: found[width] for width in wide}, level_of_each(kinds))
        return Law(
            {str(width): barrier for width, barrier in barriers.items()},
            power,
            _agrees(power),
            tuple(highest),
            rises_and_falls(above),
            falls_rises_and_falls(above),
        )

    def content(self) -> Mapping[str, Any]:
        """Return every barrier, power and verdict."""
        return {
            "members": {str(width): count for width, count in self.members.items()},
            "costs": {str(width): cost for width, cost in self.costs.items()},
            "laws": self.laws,
            **named(self, "over_chance"),
        }

    def arrays(self) -> dict[str, np.ndarray]:
        """Return the barrier of every pair, by matching and width."""
        return {
            f"{name} {width}": values for name, each in self.pairs.items() for width, values in each.items()
        }

    def rows(self) -> list[tuple[str, str]]:
        """Return (question, answer) pairs for a terminal."""
        rows = self.over_chance.rows()
        if not self.over_chance.learned:
            return rows
        for name, law in self.laws.items():
            first, last = next(iter(law.barriers)), list(law.barriers)[-1]
            ends = (law.barriers[width].significant() for width in (first, last))
            said = "{} at width {first}, {} at {last}".format(*ends, first=first, last=last)
            rows.append((f"barrier, {WORDS[name]}", said))
            if name != UNALIGNED:
                rows.append((f"power of the width, {WORDS[name]}", _power_said(law)))
                rows.append((f"a peak on the way, {WORDS[name]}?", _peak_said(law)))
        few, many = min(self.members.values()), max(self.members.values())
        count = f"{many}" if few == many else f"{few} to {many}"
        scope = f"members, n = {count} of each width, not pairs; verdicts hold together at 95 %"
        return [*rows, ("what the intervals are over", scope)]


def _power(found: Mapping[int, LogMean | None], level: float) -> PowerLaw | None:
    sound = {float(width): one for width, one in found.items() if one is not None}
    return power_law(sound, level) if len(sound) == len(found) else None


def _agrees(power: PowerLaw | None) -> str:
    if power is None or power.exponent.interval is None:
        return "open"
    low, high = power.exponent.interval
    if not low <= THEORY <= high:
        return "no"
    return "yes" if high - low <= abs(THEORY) else "open"


def _power_said(law: Law) -> str:
    if law.power is None:
        return "undefined: there is no barrier left at one of the widths"
    bent = "; not one power" if law.power.is_bent else ""
    return f"{law.power.exponent.plain()}, -1/2: {law.agrees}{bent}"


def _peak_said(law: Law) -> str:
    if law.two_descents:
        shape = "it falls, rises and falls again"
    else:
        shape = "it rises and falls" if law.is_peak else "none is shown"
    return f"{shape}; highest at {' or '.join(map(str, law.peak))}"
