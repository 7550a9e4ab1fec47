"""How many starts and examples does a number need?"""

from __future__ import annotations

from math import sqrt

import numpy as np

from thalweg.data.dataset import Split
from thalweg.errors import EvaluationError, shown
from thalweg.evaluation.asked import checked_labels
from thalweg.evaluation.classifier import AnyClassifier, Predictions, predictions
from thalweg.planning.record import Comparing, Contrast, Design, Plan, Spread
from thalweg.statistics.chance import over_chance
from thalweg.statistics.intervals import crossed
from thalweg.statistics.planning import (
    Pilot,
    examples_needed,
    floor,
    half_width as half_width_with,
    member_spread,
    pilot_of,
    starts_needed,
)
from thalweg.statistics.power import (
    ALIKE,
    POWER,
    PilotPair,
    assumed_pair,
    pair_of,
    power_of,
    smallest_difference,
    smallest_of_all,
    starts_for_power,
)
from thalweg.statistics.quantiles import checked_level

USUAL_STARTS = (2, 4, 8, 16, 32, 64)
MORE_EXAMPLES = (2, 4, 10)
"""So many times the examples at hand are looked at as well."""


def plan(
    population: AnyClassifier,
    split: Split,
    *,
    half_width: float | None = None,
    difference: float | None = None,
    against: AnyClassifier | None = None,
    alike: float = ALIKE,
    power: float = POWER,
    level: float = 0.95,
) -> Plan:
    """Plan how many starts and examples a number needs, from the answers of a pilot.

    Main arguments:
        population: the pilot, 2 members or more, better 4 (a classifier of several members does as well).
        split: the labelled test examples at hand.
        half_width: that the interval of the mean accuracy over starts and examples is to have: a share, so
            that 0.005 is half a percentage point.
        difference: of two accuracies, a share, that a comparison on the same examples is to show.

    Other arguments:
        against: pilot of the other recipe, on the same examples; without it, one that varies as this one.
        alike: how hard examples are for both correlates so much, 0..1, where no `against` says it.
        power: how often the difference is to be shown, 0..1.
        level: of the intervals, 0..1.

    Returns:
        the record; `rows()` for a terminal, `table()` of alternatives, `to_json()`. Where the pilot cannot be
        told from guessing, the rows say that, and nothing is planned.

    Raises `EvaluationError` for one member or one example, and for numbers out of range.

    Examples:
        >>> import thalweg as tw
        >>> found = tw.plan(population, digits.test, half_width=0.02)
        >>> print(*found.rows()[0])
        How many starts for ±2.00 points? ...
        >>> found.needed is None or found.at(found.needed).both.value <= 0.02
        True
    """
    checked_level(level)
    for name, value, most in (("half_width", half_width, 0.5), ("difference", difference, 1.0)):
        refuse_share(name, value, most)
    if not 0.05 <= power < 1:
        raise EvaluationError(
            f"power={power:g}: expected a share from 0.05 to below 1.", hint="use power=0.8."
        )
    labels = checked_labels(split)
    answers = predictions(population, split)
    right = _right(answers, labels, "the pilot")
    pilot = pilot_of(right)
    chance = over_chance(right, labels, tuple(split.class_names), answers.ensemble, level=level)
    pair = None
    if difference is not None and against is not None:
        pair = pair_of(right, _right(predictions(against, split), labels, "the pilot it is compared with"))
    elif difference is not None:
        pair = assumed_pair(pilot, alike)
    needed = None if half_width is None else starts_needed(pilot, half_width, len(labels), level=level)
    sure = (
        None if needed is None else starts_needed(pilot, half_width or 0, len(labels), level=level, sure=True)
    )
    return Plan(
        members=len(right),
        examples=len(labels),
        accuracy=crossed(right, level).measured,
        spread=Spread(member_spread(pilot), sqrt(pilot.example_variance), sqrt(pilot.noise_variance)),
        over_chance=chance,
        level=level,
        half_width=half_width,
        needed=needed,
        sure=sure,
        floor=floor(pilot, len(labels), level=level),
        more_examples=() if half_width is None or needed else _examples(pilot, half_width, level),
        designs=_designs(pilot, [needed, sure], level),
        comparing=None
        if pair is None
        else _comparing(pair, difference or 0, power, level, against is not None),
    )


def refuse_share(name: str, value: float | None, most: float) -> None:
    """Raise `EvaluationError` for a `value` that is no share above 0 and below `most`."""
    if value is None:
        return
    number = isinstance(value, int | float | np.number) and not isinstance(value, bool)
    if not number or not 0 < value < most:
        percent = f" {value:g} % is {value / 100:g}." if number and most <= value < 100 * most else ""
        raise EvaluationError(
            f"{name}={shown(value)}: expected a share above 0 and below {most:g}.",
            hint=f"half a percentage point is {name}=0.005.{percent}",
        )


def _right(answers: Predictions, labels: np.ndarray, who: str) -> np.ndarray:
    right = answers.predicted == labels
    if len(right) == 1 and answers.excluded:
        raise EvaluationError(
            f"Only 1 member of {who} is left; {len(answers.excluded)} diverged.",
            hint="train a pilot that does not diverge: a smaller learning rate, or more members.",
        )
    return right


def _examples(pilot: Pilot, target: float, level: float) -> tuple[tuple[int, int], ...]:
    """Return how many examples would reach the target with the usual numbers of starts, where any would."""
    found = [(starts, examples_needed(pilot, target, starts, level=level)) for starts in USUAL_STARTS[2:]]
    return tuple((starts, count) for starts, count in found if count is not None)


def _designs(pilot: Pilot, wanted: list[int | None], level: float) -> tuple[Design, ...]:
    here = pilot.parts.examples
    starts = sorted({*USUAL_STARTS, pilot.parts.members, *(each for each in wanted if each)})
    sizes = [(members, here) for members in starts]
    more = max(wanted[0] or USUAL_STARTS[-2], pilot.parts.members)
    sizes += [(more, times * here) for times in MORE_EXAMPLES]
    return tuple(
        Design(
            members,
            examples,
            half_width_with(pilot, members, examples, level=level),
            half_width_with(pilot, members, examples, over="starts", level=level),
        )
        for members, examples in sizes
    )


def _comparing(pair: PilotPair, difference: float, power: float, level: float, measured: bool) -> Comparing:
    examples = pair.pilots[0].parts.examples
    present = min(pilot.parts.members for pilot in pair.pilots)
    needed = starts_for_power(pair, difference, examples, power=power, level=level)
    starts = sorted({*USUAL_STARTS, present, needed or present})
    contrasts = tuple(
        Contrast(
            members,
            examples,
            smallest_difference(pair, members, examples, power=power, level=level),
            power_of(pair, difference, members, examples, level=level),
        )
        for members in starts
    )
    least = smallest_of_all(pair, examples, power=power, level=level)
    return Comparing(difference, power, level, needed, least, pair.alike, measured, present, contrasts)
