"""The record of the study of starts: what is stored of it, and what it says in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from thalweg.measured import Measured
from thalweg.record import Record
from thalweg.statistics.rounding import is_rounding
from thalweg.statistics.spreads import factor_per_doubling, is_skewed
from thalweg.statistics.true_spread import TrueSpread
from thalweg.studies.starts.one_width import DISTRIBUTIONS, OneWidth

SIGNIFICANT = 0.05

RECALLED = {25: 0.7616, 50: 0.6861, 100: 0.5983, 250: 0.5302, 500: 0.4081}
"""Correlations of training and test loss in Choromanska et al. 2015, by width: recalled, not verified."""


@dataclass(frozen=True, eq=False, repr=False)
class Starts(Record, answers="starts"):
    """Where the starts of every width ended, and how that changes with width.

    `cost`: name of what was minimised. `like_choromanska`: whether the networks are those of that paper,
    pictures of 10x10 and one hidden layer.
    """

    widths: tuple[OneWidth, ...]
    cost: str
    like_choromanska: bool = False

    def __getitem__(self, width: int) -> OneWidth:
        return {one.width: one for one in self.widths}[width]

    def per_doubling(self, name: str) -> Measured | None:
        """Return by what the sd between starts is multiplied, on average, when the width doubles.

        `name`: train_cost, test_cost, train_accuracy or test_accuracy. None for a single width.
        """
        if name == "train_cost" and any(self.is_rounding(one) for one in self.widths):
            return None
        samples = [getattr(one, name).values for one in self.widths]
        return factor_per_doubling([one.width for one in self.widths], samples)

    def is_rounding(self, one: OneWidth) -> bool:
        """Whether the training costs of a width are rounding: nothing is told by their spread or order."""
        return is_rounding(one.train_cost.mean.value, self.cost)

    def content(self) -> Mapping[str, Any]:
        """Return one object a width, and the change of each spread with width."""
        widths = {str(one.width): dict(one.content()) for one in self.widths}
        if self.like_choromanska:
            for one in self.widths:
                widths[str(one.width)]["recalled_unverified_correlation"] = RECALLED.get(one.width)
        for one in self.widths:
            if self.is_rounding(one):
                widths[str(one.width)] |= {"cost_correlation": None, "cost_rank_correlation": None}
        return {
            "cost": self.cost,
            "widths": widths,
            "sd_factor_per_doubling": {name: self.per_doubling(name) for name in DISTRIBUTIONS},
        }

    def arrays(self) -> dict[str, np.ndarray]:
        """Return the widths, and each member's finals and the distances of pairs as `<name>_<width>`."""
        found = {"widths": np.array([one.width for one in self.widths])}
        for one in self.widths:
            found |= one.arrays()
        return found

    def rows(self) -> list[tuple[str, str]]:
        """Return (question, answer) pairs, some for each width and one on the change with width."""
        rows = [row for one in self.widths for row in self._rows_of(one)]
        changes = {name: self.per_doubling(name) for name in ("train_cost", "test_cost", "test_accuracy")}
        answers = [
            f"{name.replace('_', ' ')} x {change.plain()}"
            + ("" if change.tells_from(1.0) else " (no effect shown)")
            for name, change in changes.items()
            if change is not None
        ]
        if answers:
            question = "What does twice the width do to the spread (sd) between starts?"
            rows.append((question, "; ".join(answers)))
        return rows

    def _rows_of(self, one: OneWidth) -> list[tuple[str, str]]:
        title = f"Width {one.width}: "
        rows = [(f"{title}{asked[0].lower()}{asked[1:]}", said) for asked, said in one.over_chance.rows()]
        rows.append((f"{title}where do the starts end?", where(one)))
        if not one.over_chance.learned:  # starts that learned nothing are equal in that, and no more is shown
            return rows
        rows += [
            (f"{title}are all starts equal in accuracy?", equal(one.true_accuracy, 100.0, " points")),
            (f"{title}are all starts equal in {self.cost} cost?", equal(one.true_cost, 1.0, "")),
        ]
        if self.is_rounding(one):
            said = f"every start learned its examples: a cost of {one.train_cost.mean.value:.1g} is rounding"
            rows.append((f"{title}is who learns better also better on test?", f"cannot be asked: {said}"))
        elif one.correlation is not None:
            answer = f"correlation of training and test cost {correlation_told(one.correlation)}"
            if one.rank_correlation is not None:
                answer += f", of their ranks {correlation_told(one.rank_correlation)}"
            if self.like_choromanska and one.width in RECALLED:
                answer += f" (Choromanska 2015, recalled, unverified: {RECALLED[one.width]})"
            rows.append((f"{title}is who learns better also better on test?", answer))
        if one.places is not None:
            rows.append((f"{title}do they end in the same place, units reordered?", places(one)))
        if one.shuffled is not None:
            rows.append((f"{title}and with labels that mean nothing?", shuffled(one)))
        return rows

    def __repr__(self) -> str:
        return "; ".join(
            f"width {one.width}: test accuracy {one.test_accuracy.mean.percent()}, true sd "
            f"{in_unit(one.true_accuracy.true, 100.0, ' points')}"
            for one in self.widths
        )


def where(one: OneWidth) -> str:
    """Say where the starts of a width ended."""
    values = one.train_cost.values
    lost = f"; {one.diverged} diverged, left out" if one.diverged else ""
    uneven = is_skewed(values) or is_skewed(one.test_accuracy.values)
    skewed = "; some starts lie far out on one side, and such an interval of an sd covers 90 % of the time"
    return (
        f"training cost {in_unit(one.train_cost.mean, 1.0, '')}, sd {in_unit(one.train_cost.sd, 1.0, '')}, "
        f"from {values.min():.4g} to {values.max():.4g}; test accuracy {one.test_accuracy.mean.percent()}, "
        f"sd {in_unit(one.test_accuracy.sd, 100.0, ' points')}; n = {len(values)}{lost}" + skewed * uneven
    )


def equal(found: TrueSpread, scale: float, unit: str) -> str:
    """Say whether all starts are equal on the distribution, and by how much they are not."""
    seen = f"seen {found.seen.value * scale:.2g}{unit}, of that variance {share(found)} the test set's luck"
    if found.p_value < SIGNIFICANT:
        verdict = f"no: true sd {in_unit(found.true, scale, unit)}"
    elif found.true.high is None:
        verdict = "no difference seen"
    else:
        verdict = f"no difference shown: true sd at most {found.true.high * scale:.2g}{unit}"
    return f"{verdict} ({p_text(found.p_value)}; {seen})"


def share(found: TrueSpread) -> str:
    """Say what share of the seen variance is noise; by chance the noise can be more than all of it."""
    return f"{100 * min(1.0, found.noise_share):.0f} %"


def places(one: OneWidth) -> str:
    """Say how far aligned members lie apart, and whether they form clusters."""
    found = one.places
    assert found is not None
    apart = (
        f"distance {found.before.plain()} before, {found.after.plain()} after; "
        f"{found.strangers.plain()} to weights that share nothing (1: nothing in common)"
    )
    if found.clusters is None:
        return f"{apart}; too few members to look for clusters"
    number = f"{found.clusters.count} clusters" if found.clusters.found else "no clusters"
    return f"{apart}; {number} ({p_text(found.clusters.p_value)})"


def shuffled(one: OneWidth) -> str:
    """Say what starts with shuffled labels came to."""
    found = one.shuffled
    assert found is not None
    low, high = found.chance.interval or (0.0, 1.0)
    text = (
        f"training cost {in_unit(found.train_cost.mean, 1.0, '')}, sd {in_unit(found.train_cost.sd, 1.0, '')}"
    )
    if found.spread_ratio is not None:
        text += f" ({found.spread_ratio.plain()} times that with true labels)"
    verdict = "at chance" if found.at_chance else "not where chance puts it"
    return (
        f"{text}; test accuracy {found.test_accuracy.percent()} is {verdict} "
        f"(chance gives {100 * low:.1f} to {100 * high:.1f} %)"
    )


def correlation_told(found: Measured) -> str:
    """Say a correlation over starts, and whether it shows anything."""
    if abs(found.value) == 1:
        return f"{found.plain()}, all on one line: so few starts have no interval"
    return found.plain() if found.tells_from(0.0) else f"{found.plain()} (none shown)"


def in_unit(found: Measured, scale: float, unit: str) -> str:
    """Return a number in its unit with the digits that its interval allows, `0.42 [0.31, 0.55] points`."""
    value = found.value * scale
    if found.low is None or found.high is None:
        return f"{value:.3g}{unit}"
    low, high = found.low * scale, found.high * scale
    width = high - low
    decimals = 2 if width <= 0 else int(np.clip(1 - np.floor(np.log10(width)), 0, 9))
    return f"{value:.{decimals}f} [{low:.{decimals}f}, {high:.{decimals}f}]{unit}"


def p_text(p_value: float) -> str:
    """Return `p = 0.03`, or `p < 0.001`."""
    return "p < 0.001" if p_value < 0.001 else f"p = {p_value:.2g}"
