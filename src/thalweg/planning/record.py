"""What a plan says: how wide an interval, or how small a difference, so many starts and examples bring."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from thalweg.durations import duration
from thalweg.measured import Measured
from thalweg.planning import scale
from thalweg.planning.pace import Pace
from thalweg.planning.scale import Scaled
from thalweg.record import Entry, Record, named
from thalweg.statistics.chance import OverChance


@dataclass(frozen=True)
class Design(Entry):
    """So many `members` and `examples`, and what is to be expected of them.

    `both` and `starts`: half-width of the interval of the mean accuracy over starts and examples, and over
    starts alone, shares 0..1; their intervals hold that of such a run in 95 of 100 cases. `seconds`: of its
    training, None where no pace was measured.
    """

    members: int
    examples: int
    both: Measured
    starts: Measured
    seconds: float | None = None


@dataclass(frozen=True)
class Spread(Entry):
    """Where the spread of single answers comes from: standard deviations, in shares 0..1.

    `members`: of the true accuracies of members, with the interval that so few of them leave; `examples`: of
    the true shares of members that are right on an example; `noise`: of what neither explains.
    """

    members: Measured
    examples: float
    noise: float


@dataclass(frozen=True)
class Contrast(Entry):
    """So many `members` of each of two recipes, and which difference they show.

    `smallest`: difference shown with the plan's power, a share 0..1. `power`: how often the difference asked
    for is shown, 0..1. `seconds`: of training both.
    """

    members: int
    examples: int
    smallest: float
    power: float
    seconds: float | None = None


@dataclass(frozen=True)
class Comparing(Entry):
    """What a comparison with another recipe takes.

    `difference`: asked for, a share. `needed`: starts of each that show it with `power`; None where no number
    does. `floor`: what no number of starts gets below. `alike`: correlation between how hard the examples are
    for the two; `measured`: whether it was, or is assumed. `present`: members of the pilots at hand, the
    smaller number. `contrasts`: alternatives.
    """

    difference: float
    power: float
    level: float
    needed: int | None
    floor: float
    alike: float
    measured: bool
    present: int
    contrasts: tuple[Contrast, ...]

    def at(self, members: int) -> Contrast:
        """Return the alternative with so many members of each."""
        return next(contrast for contrast in self.contrasts if contrast.members == members)

    def rows(self) -> list[tuple[str, str]]:
        """Return (question, answer) pairs for a terminal."""
        asked, here = points(self.difference), self.at(self.present)
        rows = [(f"How many starts of each show a difference of {asked}?", self._needed(asked))]
        rows.append(
            (
                f"And the {self.present:,} of each that there are?",
                f"{whole_percent(here.power)} of the time; {points(here.smallest)} would be shown "
                f"{whole_percent(self.power)} of the time",
            )
        )
        rows.append(("Which difference can no number of starts show?", f"less than {points(self.floor)}"))
        return [*rows, ("What does that assume?", self._assumed)]

    def table(self) -> tuple[list[str], list[list[str]]]:
        """Return header and rows of the alternatives."""
        timed = self.contrasts[0].seconds is not None
        often = whole_percent(self.power)
        header = ["starts of each", f"shown {often} of the time", f"{points(self.difference)} is shown"]
        rows = [
            [
                f"{own.members:,}",
                f"{100 * own.smallest:.2f}",
                whole_percent(own.power),
                *([] if own.seconds is None else [f"{own.seconds / 60:.1f}"]),
            ]
            for own in self.contrasts
        ]
        return [*header, *(["minutes for both"] if timed else [])], rows

    def _needed(self, asked: str) -> str:
        if self.needed is None:
            return f"no number of them on so few examples: {asked} is below {points(self.floor)}"
        found = self.at(self.needed)
        cost = "" if found.seconds is None else f"; {duration(found.seconds)} for both on this machine"
        shown = f"shown {whole_percent(found.power)} of the time"
        return f"{self.needed:,} starts of each x {found.examples:,} examples: {shown}{cost}"

    @property
    def _assumed(self) -> str:
        if self.measured:
            return (
                f"nothing: both were measured; how hard examples are for the two correlates {self.alike:.2f}"
            )
        return (
            f"the other recipe varies as this one does, and how hard examples are for the two correlates "
            f"{self.alike:.2f}; --against RUN2 measures it"
        )


@dataclass(frozen=True, repr=False)
class Plan(Record, answers="plan", caption="a plan from {0.members:,} x {0.examples:,}"):
    """How many starts and examples a half-width or a difference needs, planned from a pilot.

    `members`, `examples`: of the pilot. `accuracy`: its mean accuracy with its interval. `spread`: where that
    interval comes from. `half_width`: asked for, a share, None where none was. `needed`: the fewest starts
    that are to be expected to reach it on the examples at hand; `sure`: that reach it in 95 of 100 cases;
    None where no number does. `floor`: half-width that no number of starts gets below with these examples.
    `more_examples`: (starts, fewest examples) that reach it otherwise. `designs`: alternatives.
    `comparing`: what a difference takes. `pace`: how long members train here; `notes`: what to know of it.
    `scale`: what a million of them would take, on this machine and on a thousand cores.
    """

    members: int
    examples: int
    accuracy: Measured
    spread: Spread
    over_chance: OverChance
    level: float
    half_width: float | None
    needed: int | None
    sure: int | None
    floor: float
    more_examples: tuple[tuple[int, int], ...]
    designs: tuple[Design, ...]
    comparing: Comparing | None = None
    pace: Pace | None = None
    notes: tuple[str, ...] = ()
    scale: tuple[Scaled, ...] = ()

    def at(self, members: int) -> Design:
        """Return the alternative with so many starts on the examples at hand."""
        return next(
            each for each in self.designs if (each.members, each.examples) == (members, self.examples)
        )

    def with_pace(self, pace: Pace, other: Pace | None = None, notes: tuple[str, ...] = ()) -> Plan:
        """Return the plan with what each alternative costs; `other`: of the other recipe, if another."""

        def both(members: int) -> float:
            return pace.seconds(members) + (other or pace).seconds(members)

        comparing = self.comparing and replace(
            self.comparing,
            contrasts=tuple(replace(own, seconds=both(own.members)) for own in self.comparing.contrasts),
        )
        designs = tuple(replace(own, seconds=pace.seconds(own.members)) for own in self.designs)
        return replace(self, designs=designs, comparing=comparing, pace=pace, notes=(*self.notes, *notes))

    def content(self) -> Mapping[str, Any]:
        """Return everything but, where nothing was learned, what is planned from it."""
        known = named(self, "members", "examples", "accuracy", "over_chance", "level", "notes")
        if not self.over_chance.learned:
            return {**known, "planned": False}
        more = [dict(zip(("members", "examples"), each, strict=True)) for each in self.more_examples]
        planned = named(
            self, "spread", "half_width", "needed", "sure", "floor", "designs", "comparing", "pace", "scale"
        )
        return {**known, "planned": True, **planned, "more_examples": more}

    def rows(self) -> list[tuple[str, str]]:
        """Return (question, answer) pairs for a terminal; only why not, where nothing was learned."""
        if not self.over_chance.learned:
            return [
                *self.over_chance.rows(),
                ("What is planned?", "nothing: a plan from guesses is one for guesses"),
            ]
        rows = self.over_chance.rows()
        if self.half_width is not None:
            rows += self._half_width_rows(self.half_width)
        if self.comparing is not None:
            rows += self.comparing.rows()
        rows.append((f"How sure is the pilot of {self.members:,} networks?", self._pilot))
        rows.append(("Where does the luck come from?", self._sources))
        if self.pace is not None:
            rows += scale.rows(self.scale, self.pace.many.members)
            rows.append(("How were the minutes found?", self._timed(self.pace)))
        return rows

    def table(self) -> tuple[list[str], list[list[str]]]:
        """Return header and rows of the alternatives: numbers, half-widths in points, and what each costs."""
        header = [
            "starts",
            "examples",
            "over both",
            "(95 of 100)",
            "over starts",
            *(["minutes"] if self.pace else []),
        ]
        return header, [self._line(design) for design in self.designs if self.over_chance.learned]

    def _line(self, design: Design) -> list[str]:
        low, high = design.both.interval or (design.both.value, design.both.value)
        line = [
            f"{design.members:,}",
            f"{design.examples:,}",
            f"±{100 * design.both.value:.2f}",
            f"±{100 * low:.2f} to {100 * high:.2f}",
            f"±{100 * design.starts.value:.2f}",
        ]
        return [*line, f"{design.seconds / 60:.1f}"] if design.seconds is not None else line

    def _half_width_rows(self, target: float) -> list[tuple[str, str]]:
        asked = f"How many starts for ±{points(target)}?"
        if self.needed is None:
            rows = [
                (
                    asked,
                    f"no number on these {self.examples:,} examples, which leave ±{points(self.floor)}",
                )
            ]
        else:
            found = self.at(self.needed)
            cost = (
                ""
                if found.seconds is None or self.pace is None
                else f"; {self._cost(found.seconds, self.pace)}"
            )
            rows = [(asked, f"{self._said(found)}{cost}"), ("And to be sure of it?", self._surely)]
        rows.append(
            (
                "What can no number of starts get below?",
                f"±{points(self.floor)} on {self.examples:,} examples",
            )
        )
        if self.needed is None:
            each = "; ".join(f"{starts:,} starts x {count:,}" for starts, count in self.more_examples)
            most = max(design.members for design in self.designs)
            none = f"none with {most:,} starts or fewer: both numbers have to be larger"
            rows.append(("With how many test examples would it do?", each or none))
        return rows

    @property
    def _surely(self) -> str:
        if self.sure is None:
            return "no number of starts that the pilot could promise"
        return f"{self._said(self.at(self.sure))}, in 95 of 100 cases at most ±{points(self.half_width or 0)}"

    def _said(self, design: Design) -> str:
        return f"{design.members:,} starts x {design.examples:,} examples: ±{points(design.both.value)}"

    def _cost(self, seconds: float, pace: Pace) -> str:
        cores = "1 core" if pace.cores == 1 else f"{pace.cores} cores"
        return f"{duration(seconds)} on this machine ({cores})"

    @property
    def _pilot(self) -> str:
        if self.members < 4:
            return f"hardly: {self.members} networks tell little of how much starts differ; see the ranges"
        return "as sure as the ranges say, which hold what such a run gives in 95 of 100 cases"

    @property
    def _sources(self) -> str:
        examples = self.spread.examples / self.examples**0.5
        return (
            f"from start to start accuracy varies by {self.spread.members.points(2)} (sd), from test set "
            f"to test set of {self.examples:,} by {points(examples)}"
        )

    def _timed(self, pace: Pace) -> str:
        return (
            f"{pace.few.members} and {pace.many.members} networks were timed: {pace.few.seconds:.3g} and "
            f"{pace.many.seconds:.3g} s an epoch, {pace.epochs:,} epochs, {pace.compiling:.0f} s to compile"
        )


def whole_percent(share: float) -> str:
    """Return a share as a whole percentage, `80 %`; never as 0 or 100 where it is neither."""
    percent = 100 * share
    if 99.5 <= percent < 100 or 0 < percent < 0.5:
        return f"{'more than 99' if percent > 50 else 'less than 1'} %"
    return f"{percent:.0f} %"


def points(share: float) -> str:
    """Return a share in percentage points, `0.41 points`."""
    return Measured(share).points(2)
