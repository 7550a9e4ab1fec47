"""The lesson's central picture, measured: a ball rolls down a hill of thousands of dimensions by nudges.

Four questions. Do steps shrink as the slope does, along the way that training took? Which weights does the
slope ask to move, and how unequally? Where does plain gradient descent on all examples end? And what would be
left of the slope if neurons were only on or off?
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from thalweg.errors import EvaluationError
from thalweg.evaluation.classifier import as_classifier
from thalweg.evaluation.downhill import Downhill, roll_down
from thalweg.evaluation.members import chosen_members, white_box
from thalweg.evaluation.nudges import Nudges, nudges_of
from thalweg.evaluation.on_off import OnOff, on_off
from thalweg.evaluation.paths import HOW_TO_KEEP, NO_PATH, members_on
from thalweg.evaluation.record import html_table, to_plain
from thalweg.evaluation.walk import Walk, walk
from thalweg.evaluation.weights import positive, question

if TYPE_CHECKING:
    from thalweg.networks.mixtures import Question
    from thalweg.networks.path import Path
    from thalweg.networks.population import Population

MEMBERS = 8
EXAMPLES = 60_000
ROLLED, ROLLED_EXAMPLES, ROLLED_STEPS, TOLERANCE = 2, 1_000, 300, 1e-3
JUMPING, JUMPING_EXAMPLES = 4, 300
WHEN = {"start": "at the top", "middle": "half-way", "end": "where it stopped"}


@dataclass(frozen=True, eq=False, repr=False)
class Descent:
    """The way downhill of some members, over `examples` training examples.

    `walk`: the recorded path, None where none was kept. `nudges` at "start", "middle" and "end" of it, at
    "end" alone without one. `downhill`: gradient descent on all examples at once. `on_off`: what jumping
    neurons would do to the slope. `lacking`: what could not be measured, and why. `excluded`: members that
    diverged.
    """

    walk: Walk | None
    nudges: Mapping[str, Nudges]
    downhill: Downhill
    on_off: OnOff | None
    lacking: Mapping[str, str]
    examples: int
    cost: str
    l2: float
    excluded: tuple[int, ...]

    def to_json(self) -> dict[str, Any]:
        """Return every part; null for what is in `lacking`."""
        return {
            "walk": self.walk and self.walk.to_json(),
            "nudges": {name: nudges.to_json() for name, nudges in self.nudges.items()},
            "downhill": self.downhill.to_json(),
            "on_off": self.on_off and self.on_off.to_json(),
            "lacking": dict(self.lacking),
            "examples": self.examples,
            "cost": self.cost,
            "l2": self.l2,
            "excluded": to_plain(self.excluded),
        }

    def arrays(self) -> dict[str, np.ndarray]:
        """Return the curves of every member, the first one's nudges, and the ways down."""
        parts = [part.arrays() for part in (self.walk, self.downhill, self.on_off) if part is not None]
        nudges = [nudges.arrays(name) for name, nudges in self.nudges.items()]
        return {name: array for arrays in (*parts, *nudges) for name, array in arrays.items()}

    def rows(self) -> list[tuple[str, str]]:
        """Return (question, answer) pairs for a terminal."""
        rows = [] if self.walk is None else self.walk.rows()
        rows += [
            (f"Which weights does the slope nudge {WHEN[name]}?", nudges.answer())
            for name, nudges in self.nudges.items()
        ]
        rows += self.downhill.rows()
        rows += [] if self.on_off is None else self.on_off.rows()
        return rows + [(f"Not measured: {what}", why) for what, why in self.lacking.items()]

    def __repr__(self) -> str:
        way = "no path kept" if self.walk is None else f"{len(self.walk.epochs)} places of the path"
        return f"{self.cost} cost downhill: {way}, {self.examples:,} examples"

    def _repr_html_(self) -> str:
        return html_table(repr(self), self.rows())


def descent(
    classifier: Any,
    split: Any,
    *,
    cost: str,
    l2: float = 0.0,
    path: Path | None = None,
    test: Any = None,
    members: Iterable[int] | None = None,
    examples: int = EXAMPLES,
    tolerance: float = TOLERANCE,
    steps: int = ROLLED_STEPS,
    seed: int = 0,
    level: float = 0.95,
) -> Descent:
    """Measure the way downhill: along the recorded path, the nudges, and on to where the slope is gone.

    The cost is the mean over examples plus `l2 / 2` times the sum of squared weights (biases left out), as in
    training without dropout and distortions.

    Main arguments:
        classifier: a population, one of its members or its ensemble (whose members are measured).
        split: the labelled examples that were learned from.
        cost, l2: what was minimised.
        path: where the members stood in training; without it the walk is left out, and the record says so.

    Other arguments:
        test: new examples, for the accuracy along the path.
        members: which to measure, counted from 0; by default those on the path, or the first eight.
        examples: of the split, at most; drawn by `seed`. Gradient descent and the neurons that jump are
            measured on the first 1,000 and 300 of them.
        tolerance: gradient descent on all examples ends where the slope is this share of the first one.
        steps: the most steps it takes.
        level: confidence level of intervals, 0..1.

    Raises `NotApplicable` for a classifier without known weights or without gradients; `EvaluationError` for
    a member that does not exist, diverged or has no path, a path of other networks, and arguments out of
    range.
    """
    population = white_box(classifier, split, cost=cost, l2=l2)
    _check_stopping(tolerance, steps)
    asked = as_classifier(classifier)
    chosen = _chosen(population, members, path)
    asking, measured_on = question(asked, population, split, cost=cost, l2=l2, examples=examples, seed=seed)
    aside = None
    if test is not None:
        aside = question(asked, population, test, cost=cost, l2=l2, examples=examples, seed=seed)[0]
    lacking, walked = {}, None
    if path is None:
        lacking["path"] = f"{NO_PATH}; {HOW_TO_KEEP}"
    else:
        walked = walk(path, chosen, asking, aside, level=level)
    origin, there = _origin(population, path)
    jumping = on_off(
        there,
        _first(asking, JUMPING_EXAMPLES),
        members=chosen[:JUMPING],
        origin=origin,
        seed=seed,
        level=level,
    )
    if isinstance(jumping, str):
        lacking["on_off"] = jumping
    return Descent(
        walk=walked,
        nudges=_all_nudges(population, path, chosen, asking, level),
        downhill=roll_down(
            there,
            split.take(measured_on[:ROLLED_EXAMPLES]),
            cost=cost,
            l2=l2,
            members=chosen[:ROLLED],
            origin=origin,
            tolerance=tolerance,
            steps=steps,
        ),
        on_off=None if isinstance(jumping, str) else jumping,
        lacking=lacking,
        examples=len(measured_on),
        cost=cost,
        l2=float(l2),
        excluded=asked.excluded,
    )


def _chosen(population: Population, members: Iterable[int] | None, path: Path | None) -> tuple[int, ...]:
    kept = None if path is None else members_on(path, population)
    if members is not None:
        named = chosen_members(population, members, default=MEMBERS)
        if path is not None:
            path.check_kept(named)
        return named
    chosen = chosen_members(population, None, default=MEMBERS) if kept is None else kept
    if not chosen:
        raise EvaluationError(
            "Every member that could be followed downhill diverged.",
            hint="train again with a smaller learning rate, or keep more paths with --keep-path.",
        )
    return chosen


def _origin(population: Population, path: Path | None) -> tuple[str, Population]:
    """Return from where gradient descent starts: the start of training where it was kept, else its end."""
    if path is None or path.epochs[0] > 0:
        return "end", population
    return "start", path[0]


def _first(asking: Question, examples: int) -> Question:
    return asking._replace(inputs=asking.inputs[:examples], labels=asking.labels[:examples])


def _all_nudges(
    population: Population, path: Path | None, chosen: tuple[int, ...], asking: Question, level: float
) -> dict[str, Nudges]:
    from thalweg.networks.gradient import slopes

    places: dict[str, tuple[int | None, Population]] = {"end": (None, population)}
    if path is not None:
        epochs = {"start": path.epochs[0], "middle": path.epochs[len(path) // 2], "end": path.epochs[-1]}
        places = {name: (epoch, path[epoch]) for name, epoch in epochs.items()}
    which = np.array(chosen)
    return {
        name: nudges_of(
            slopes(there[which].networks, asking),
            epoch=epoch,
            members=which,
            input_shape=population.input_shape,
            level=level,
        )
        for name, (epoch, there) in places.items()
    }


def _check_stopping(tolerance: float, steps: int) -> None:
    if not 0 < tolerance < 1:
        raise EvaluationError(
            f"tolerance={tolerance}: expected a share of the first slope, above 0 and below 1.",
            hint=f"use tolerance={TOLERANCE}.",
        )
    positive("steps", steps)
