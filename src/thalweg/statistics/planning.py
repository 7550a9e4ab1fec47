"""How wide an interval will be with other numbers of starts and examples, from a pilot of a few members.

A pilot splits the spread of answers into what starts, examples and both together bring (`components`). Each
part shrinks with its own number, so the interval of a run that was not made yet can be foretold. That is the
decision study of generalisability theory (Brennan, *Generalizability Theory*, 2001, chapter 1; for
evaluations of models Messing, arXiv 2604.11581, 2026). The interval is made by the functions that make it for
a run that was made (`statistics.intervals`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt

import numpy as np

from thalweg.errors import EvaluationError
from thalweg.measured import Measured
from thalweg.statistics.components import Components, Variance, components, variance_of_mean
from thalweg.statistics.intervals import share_interval, share_over_starts
from thalweg.statistics.shares import Answers

DRAWS = 200
"""Pilots and runs drawn for the range of a prediction."""

MOST_STARTS = 10_000
MOST_EXAMPLES = 100_000_000
WITHOUT_END = 1_000_000
"""So many starts that more of them change no printed digit: the floor."""


@dataclass(frozen=True, eq=False)
class Pilot:
    """What a few members show of the spread of answers.

    `parts`: mean and mean squares of right or wrong [members, examples]. `example_freedom`: as so many
    normally distributed examples the spread between these counts; hard examples are few and far out, so that
    it is less than their number.
    """

    parts: Components
    example_freedom: float

    @property
    def member_variance(self) -> float:
        """Variance of members' true accuracies, squared shares, 0 where none was seen beyond the noise."""
        return max(0.0, self.parts.member_square - self.parts.interaction_square) / self.parts.examples

    @property
    def example_variance(self) -> float:
        """Variance of examples' true shares of members that are right, 0 where none was seen."""
        return max(0.0, self.parts.example_square - self.parts.interaction_square) / self.parts.members

    @property
    def noise_variance(self) -> float:
        """Variance of a single answer that neither its member nor its example explains."""
        return self.parts.interaction_square


def pilot_of(right: np.ndarray) -> Pilot:
    """Return what the answers of a pilot show: `right` bool [members, examples], whether each is right.

    Raises `EvaluationError` for fewer than two members or examples, of which nothing can be foretold.

    Examples:
        >>> from thalweg.statistics.planning import pilot_of
        >>> right = np.random.default_rng(0).random((4, 500)) < np.linspace(0.6, 1, 500)
        >>> found = pilot_of(right)
        >>> found.example_variance > found.member_variance
        True
    """
    parts = components(np.asarray(right, dtype=bool))
    for count, what, more in (
        (parts.members, "member", "other starts: train a pilot of at least 2 members, better 4 or more"),
        (parts.examples, "example", "other examples: give a test set of at least 2, better 100 or more"),
    ):
        if count < 2:
            raise EvaluationError(
                f"A plan from 1 {what}: it shows nothing of the luck of {more.partition(':')[0]}.",
                hint=f"{more.partition(': ')[2]}.",
            )
    shares = np.asarray(right).mean(axis=0, dtype=np.float64)
    second = shares.var()
    kurtosis = 3.0 if second == 0 else float(((shares - shares.mean()) ** 4).mean() / second**2)
    # the variance of a sample's variance is (kurtosis - 1) / n of its square, 2 / n for normal values
    return Pilot(parts, max(1.0, min(2 / max(kurtosis - 1, 1e-9), 1.0) * parts.example_freedom))


def member_spread(pilot: Pilot, *, draws: int = 1000) -> Measured:
    """Return the standard deviation of members' true accuracies, a share, and what such a pilot leaves open.

    The 95 % interval is that of generalised pivotal quantities (`drawn_pilot`): of 4 members it reaches from
    half to nearly four times what was seen, or from 0.

    Examples:
        >>> from thalweg.statistics.planning import member_spread, pilot_of
        >>> right = np.random.default_rng(0).random((4, 500)) < 0.9
        >>> print("sd of", member_spread(pilot_of(right)).points(2))
        sd of ... points [0.00, ...]
    """
    generator = np.random.default_rng(0)
    found = [
        Pilot(drawn_pilot(pilot, generator, same_examples=True), 1.0).member_variance for _ in range(draws)
    ]
    low, high = np.sqrt(np.quantile(found, (0.025, 0.975)))
    value = sqrt(pilot.member_variance)
    return Measured(value, min(float(low), value), max(float(high), value))


def foretold(parts: Components, members: int, examples: int) -> Components:
    """Return the mean squares to be expected of `members` and `examples`, from those of a pilot.

    The expected mean squares of the crossed layout (Searle, Casella & McCulloch, 1992, section 4.4), read
    backwards for the variances and forwards for the other numbers. The members' means are not foretold.
    """
    noise = parts.interaction_square
    of_members = max(0.0, parts.member_square - noise) / parts.examples
    of_examples = max(0.0, parts.example_square - noise) / parts.members
    return Components(
        mean=parts.mean,
        member_means=np.empty(0),
        members=members,
        examples=examples,
        member_square=noise + examples * of_members,
        example_square=noise + members * of_examples,
        interaction_square=noise,
    )


def half_width_of(parts: Components, *, over: str = "both", level: float = 0.95) -> float:
    """Return half the width of the interval of the mean, `over` "both" or "starts", at `level`; a share."""
    answers = Answers(parts, luck=parts.interaction_square)
    if over == "starts":
        low, high = share_over_starts(answers, level)
    else:
        both = Variance((*variance_of_mean(parts).terms, answers.unseen))
        low, high = share_interval(parts.mean, both, parts.examples, level, most=parts.cells)
    return (high - low) / 2


def half_width(
    pilot: Pilot, members: int, examples: int, *, over: str = "both", level: float = 0.95, draws: int = DRAWS
) -> Measured:
    """Return the half-width to be expected with so many members and examples, a share 0..1.

    Its interval holds the half-width of such a run in 95 of 100 cases. It allows for the luck of the pilot's
    few members, and for that of the run. As many `examples` as the pilot has are taken to be the very same
    ones; others are new ones from the same source.

    Args:
        pilot: from `pilot_of`.
        members: of the run that is planned, 2 or more.
        examples: of its test set, 2 or more.
        over: "both", starts and examples, or "starts", on this test set.
        level: of the interval that is planned.
        draws: how many pilots and runs are drawn for the range.

    Examples:
        >>> from thalweg.statistics.planning import half_width, pilot_of
        >>> right = np.random.default_rng(0).random((4, 500)) < np.linspace(0.6, 1, 500)
        >>> print("within", half_width(pilot_of(right), 32, 500).points(2))
        within ... points [..., ...]
    """
    expected = half_width_of(foretold(pilot.parts, members, examples), over=over, level=level)
    generator = np.random.default_rng(0)
    found = [
        half_width_of(_drawn(pilot, members, examples, generator), over=over, level=level)
        for _ in range(draws)
    ]
    low, high = np.quantile(found, (0.025, 0.975))
    return Measured(expected, min(float(low), expected), max(float(high), expected))


def floor(pilot: Pilot, examples: int, *, level: float = 0.95) -> float:
    """Return the half-width over both that no number of starts can get below with so many `examples`."""
    return half_width_of(foretold(pilot.parts, WITHOUT_END, examples), level=level)


def starts_needed(
    pilot: Pilot, target: float, examples: int, *, over: str = "both", level: float = 0.95, sure: bool = False
) -> int | None:
    """Return the fewest starts, 2 or more, with which the half-width is at most `target`; None for none.

    With `sure`, in 95 of 100 cases rather than to be expected.
    """

    def reached(members: int) -> bool:
        if not sure:
            found = half_width_of(foretold(pilot.parts, members, examples), over=over, level=level)
            return found <= target
        return (half_width(pilot, members, examples, over=over, level=level).high or 1.0) <= target

    return fewest(reached, 2, MOST_STARTS)


def examples_needed(pilot: Pilot, target: float, members: int, *, level: float = 0.95) -> int | None:
    """Return the fewest examples with which `members` starts reach `target` over both; None for none."""

    def reached(examples: int) -> bool:
        return half_width_of(foretold(pilot.parts, members, examples), level=level) <= target

    return fewest(reached, 2, MOST_EXAMPLES)


def fewest(reached: Callable[[int], bool], least: int, most: int) -> int | None:
    """Return the smallest number from `least` to `most` that is `reached`, as all above it are; or None."""
    high = least
    while not reached(high):
        if high >= most:
            return None
        high = min(2 * high, most)
    low = max(least, high // 2)
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if reached(middle) else (middle + 1, high)
    return high


def drawn_pilot(pilot: Pilot, generator: np.random.Generator, *, same_examples: bool) -> Components:
    """Return mean squares that may be the true ones, given those that the pilot shows.

    A mean square with f degrees of freedom is the true one times chi-square over f, so the true one is drawn
    as f MS / chi-square: the generalised pivotal quantity (Weerahandi, JASA 88, 1993). The `same_examples`
    are no sample: their spread is blurred by the members' answers alone.
    """
    parts = pilot.parts

    def turned(square: float, freedom: float) -> float:
        return square * freedom / max(float(generator.chisquare(freedom)), 1e-12)

    noise = turned(parts.interaction_square, parts.interaction_freedom)
    of_members = turned(parts.member_square, parts.member_freedom)
    of_examples = (
        max(0.0, parts.example_square + _blur(parts) * generator.standard_normal())
        if same_examples
        else turned(parts.example_square, pilot.example_freedom)
    )
    return Components(parts.mean, np.empty(0), parts.members, parts.examples, of_members, of_examples, noise)


def _blur(parts: Components) -> float:
    """Return how far few members' answers move the examples' mean square: a standard deviation."""
    noise = parts.interaction_square / parts.members
    spread = max(0.0, parts.example_square - parts.interaction_square) / parts.members
    return parts.members * sqrt((4 * spread * noise + 2 * noise**2) / parts.examples)


def _drawn(pilot: Pilot, members: int, examples: int, generator: np.random.Generator) -> Components:
    """Return the mean squares of one run of such a size that may come after such a pilot."""
    same = examples == pilot.parts.examples
    expected = foretold(drawn_pilot(pilot, generator, same_examples=same), members, examples)
    freedom = max(1.0, pilot.example_freedom * examples / pilot.parts.examples)
    mean, scale = _moved(expected, pilot.parts, generator)

    def luck(freedom: float) -> float:
        return scale * float(generator.chisquare(freedom)) / freedom

    return Components(
        mean=mean,
        member_means=expected.member_means,
        members=members,
        examples=examples,
        member_square=expected.member_square * luck(expected.member_freedom),
        example_square=expected.example_square * (scale if same else luck(freedom)),
        interaction_square=expected.interaction_square * luck(expected.interaction_freedom),
    )


def _moved(run: Components, pilot: Components, generator: np.random.Generator) -> tuple[float, float]:
    """Return a mean that other members may have, and how many times as much answers spread there.

    Better members than the pilot's leave fewer mistakes, and with them less of every kind of spread.
    """
    spread = sqrt(run.member_square / run.examples * (1 / pilot.members + 1 / run.members))
    mean = float(np.clip(pilot.mean + spread * generator.standard_normal(), 0.0, 1.0))
    before = pilot.mean * (1 - pilot.mean)
    return mean, mean * (1 - mean) / before if before > 0 else 1.0
