"""The accuracies of Michael Nielsen's book, each from many starts next to the single run that he printed.

A single published run says nothing about luck. Trained from many starts, a row has a spread, and the question
is whether the published number is one that the spread could have produced: whether it lies inside the
interval in which one more run (or the best of three, where he printed that) would fall. Every start goes
through the examples in an order of its own, since one more run would: his batches of 10 at a high rate make
the last epoch's accuracy a matter of order as much as of the start.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import stdtrit

from thalweg.data.dataset import Dataset, TestSplit, TrainSplit, ValidationSplit
from thalweg.measured import Interval, Measured
from thalweg.record import Record
from thalweg.statistics import intervals
from thalweg.studies.altered_data import shifted_copies
from thalweg.studies.catalogue import KEEP_NOTHING, Parts, Progress
from thalweg.studies.kept_parts import NUMBERS, Form, kept_part
from thalweg.studies.nielsen.rows import ROWS, BookRow
from thalweg.studies.nielsen.settings import DEFAULTS, Settings

if TYPE_CHECKING:
    from thalweg.networks.population import Population
    from thalweg.training.recipe import Recipe

LEARNED_FROM = 50_000
SIMULATED = 100_000
EVERY_EPOCH = 400
COULD_NOT_FAIL = 0.2
"""Intervals of one more run that are wider than this hold whatever a book may print: they test nothing."""


@dataclass(frozen=True)
class Reproduced:
    """One row from many starts. `test`, `validation`: accuracy [members, looks] (see `looks`)."""

    row: BookRow
    test: np.ndarray
    validation: np.ndarray
    comparable: bool
    seed: int
    epochs: int

    @property
    def peak(self) -> np.ndarray:
        """What each member's peak is, measured as the book did [members]."""
        if self.row.selected:
            return np.take_along_axis(self.test, self.validation.argmax(axis=1)[:, None], axis=1)[:, 0]
        return self._measured_on.max(axis=1)

    @property
    def last(self) -> np.ndarray:
        """Each member's accuracy after the last epoch [members]."""
        return self._measured_on[:, -1]

    @property
    def _measured_on(self) -> np.ndarray:
        return self.test if self.row.on == "test" else self.validation

    def one_more(self, which: str) -> Interval:
        """Return the interval in which one more run, of the kind that the book printed, falls."""
        runs = max(1, self.row.selected) if which == "peak" else 1
        low, high = prediction_interval(getattr(self, which), runs=runs, seed=self.seed)
        return max(0.0, low), min(1.0, high)

    def is_tested(self, which: str) -> bool:
        """Whether there is a published number that can be compared, and an interval that could miss it."""
        low, high = self.one_more(which)
        return self.comparable and getattr(self.row, which) is not None and high - low <= COULD_NOT_FAIL

    def inside(self, which: str) -> bool | None:
        """Whether the published number is such a run; None where that is not tested."""
        if not self.is_tested(which):
            return None
        published = getattr(self.row, which)
        low, high = self.one_more(which)
        # accuracies are printed in hundredths of a point
        return low - 5e-5 <= published <= high + 5e-5


@dataclass(frozen=True, repr=False)
class Nielsen(Record, answers="nielsen", caption="Nielsen's book, reproduced"):
    """Every row of the book that was asked for, reproduced."""

    rows_reproduced: tuple[Reproduced, ...]
    members: int
    data: str

    @property
    def judged(self) -> list[tuple[str, str, bool]]:
        """(row, peak or last, inside) of every published number that is tested."""
        return [
            (one.row.name, which, inside)
            for one in self.rows_reproduced
            for which in ("peak", "last")
            if (inside := one.inside(which)) is not None
        ]

    @property
    def not_tested(self) -> list[tuple[str, str]]:
        """(row, peak or last) of every published number that no interval of ours could have missed."""
        return [
            (one.row.name, which)
            for one in self.rows_reproduced
            for which in ("peak", "last")
            if one.comparable and getattr(one.row, which) is not None and not one.is_tested(which)
        ]

    def content(self) -> Mapping[str, Any]:
        """Return each row with its published numbers, ours, the interval of one more run, and the verdict."""
        inside = [verdict for _, _, verdict in self.judged]
        return {
            "members": self.members,
            "data": self.data,
            "published_numbers": len(inside),
            "inside": sum(inside),
            "not_tested": len(self.not_tested),
            "rows": [_row_json(one) for one in self.rows_reproduced],
        }

    def arrays(self) -> dict[str, np.ndarray]:
        """Return accuracy [members, looks] on `test` and `validation`, by row (see `looks`)."""
        return {
            f"{split} {one.row.chapter} {one.row.name}": getattr(one, split).astype(np.float32)
            for one in self.rows_reproduced
            for split in ("test", "validation")
        }

    def rows(self) -> list[tuple[str, str]]:
        """Return each row of the book and what many starts say of it."""
        inside = [verdict for _, _, verdict in self.judged]
        rows = [_row_text(one) for one in self.rows_reproduced]
        if inside:
            told = f"{sum(inside)} of {len(inside)} published numbers lie where one more run of ours would"
            told += f"; {expected_outside(len(inside))} would lie outside by luck alone, were all alike"
            if self.not_tested:
                told += f"; {len(self.not_tested)} more are not tested: one more run would be anywhere"
            rows.append(("the book against many starts", told))
        return [*rows, *self._not_compared()]

    def _not_compared(self) -> list[tuple[str, str]]:
        count = sum(not one.comparable for one in self.rows_reproduced)
        if not count:
            return []
        why = (
            f"learned from {self.data}, the book from MNIST"
            if self.data != "mnist"
            else "shorter than the book's"
        )
        every = len(self.rows_reproduced)
        rows = "no" if count == every else f"{count} of {every} rows are not"
        return [("compared with the book?", f"{rows}: {why}")]


def nielsen(
    dataset: Dataset,
    settings: Settings = DEFAULTS,
    *,
    seed: int = 0,
    progress: Progress | None = None,
    parts: Parts = KEEP_NOTHING,
) -> Nielsen:
    """Train every row of the chapters asked for from many starts, and hold the book's number against them.

    Numbers are compared on MNIST with the book's epochs only; other data are trained on in the same way and
    no verdict is given. A row that wants more examples than there are takes them all, and is not compared.

    Examples:
        >>> from thalweg.studies import find
        >>> from thalweg.studies.nielsen import nielsen
        >>> settings = find("nielsen").settings(members=3, chapters=("1",), most_epochs=1)
        >>> nielsen(digits, settings)  # doctest: +SKIP
        chapter 1: 30 neurons, quadratic (test): peak ... % [..., ...]; last ... % [..., ...]
        chapter 1: 100 neurons, quadratic (test): peak ... % [..., ...]
        chapter 1: 100 neurons, rate ... (test): last ... % [..., ...]
        chapter 1: 30 neurons, rate 100 (test): last ... % [..., ...]
        compared with the book?: no: learned from digits, the book from MNIST
    """
    train, validation = as_in_the_book(dataset)
    rows = [row for row in ROWS if row.chapter in settings.chapters]
    reproduced = []
    for place, row in enumerate(rows):
        if progress is not None:
            progress(f"chapter {row.chapter}: {row.name}", place, len(rows))
        epochs = min(row.epochs, settings.most_epochs or row.epochs)
        name = f"{row.chapter}-{row.name}-{settings.members}-{epochs}"
        learned = train.take(slice(0, row.examples)) if row.examples else train
        curve = Form(NUMBERS, (settings.members, len(looks(epochs))))
        arrays = kept_part(parts, name, {"test": curve, "validation": curve})
        if arrays is None:
            seen = shifted_copies(learned) if row.expanded else learned
            asked = (dataset.test, validation)
            arrays = _train(replace(row, epochs=epochs), seen, asked, settings.members, seed)
            parts.save(name, arrays)
        whole = len(learned) == (row.examples or LEARNED_FROM) and epochs == row.epochs
        comparable = whole and dataset.name == "mnist"
        reproduced.append(Reproduced(row, arrays["test"], arrays["validation"], comparable, seed, epochs))
    return Nielsen(tuple(reproduced), settings.members, dataset.name)


def as_in_the_book(dataset: Dataset) -> tuple[TrainSplit, ValidationSplit]:
    """Return the first 50,000 training examples and the others; of fewer data a sixth is set apart."""
    train = dataset.train
    if len(train) <= LEARNED_FROM:
        return train.hold_out(1 / 6)
    rest = train.take(slice(LEARNED_FROM, None))
    return train.take(slice(0, LEARNED_FROM)), ValidationSplit(
        rest.raw, rest.labels, rest.class_names, rest.scaling
    )


def looks(epochs: int) -> list[int]:
    """Return the epochs after which accuracy is measured: all, or 100 and the last where there are many.

    On a hundred images the book trains for 15,000 epochs; to look at 20,000 others after each of them would
    take a hundred times as long as learning.
    """
    if epochs <= EVERY_EPOCH:
        return list(range(1, epochs + 1))
    return sorted({round(epoch) for epoch in np.linspace(epochs / 100, epochs, 100)})


def prediction_interval(values: np.ndarray, *, runs: int, seed: int, level: float = 0.95) -> Interval:
    """Return where the best of `runs` more values falls with probability `level`, for normal `values`.

    For one run this is Student's prediction interval, mean ± t s √(1 + 1/n). For more, the same predictive
    distribution is drawn from: a mean and a spread from what `values` say of them, then the best of `runs`.
    """
    count, mean, spread = len(values), float(values.mean()), float(values.std(ddof=1))
    if runs == 1:
        reach = float(stdtrit(count - 1, (1 + level) / 2)) * spread * float(np.sqrt(1 + 1 / count))
        return mean - reach, mean + reach
    generator = np.random.default_rng([seed, runs])
    drawn_spread = spread * np.sqrt((count - 1) / generator.chisquare(count - 1, SIMULATED))
    drawn_mean = mean + drawn_spread / np.sqrt(count) * generator.standard_normal(SIMULATED)
    best = drawn_mean + drawn_spread * generator.standard_normal((runs, SIMULATED)).max(axis=0)
    low, high = np.quantile(best, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def _recipe(row: BookRow, examples: int) -> Recipe:
    from thalweg.networks import ConvNet, Mlp
    from thalweg.training import Recipe, Sgd

    return Recipe(
        network=ConvNet(row.channels, 5, 2, "valid", row.hidden, row.activation, row.start)
        if row.channels
        else Mlp(row.hidden, row.activation, row.start),
        cost=row.cost,
        optimiser=Sgd(row.learning_rate),
        batch_size=min(10, examples),
        epochs=row.epochs,
        l2=row.l2,
        dropout=row.dropout,
        order="own",
        name="nielsen",
    )


def _train(
    row: BookRow, split: TrainSplit, asked: tuple[TestSplit, ValidationSplit], members: int, seed: int
) -> dict[str, np.ndarray]:
    from thalweg.studies.learning_curves import answered_right
    from thalweg.training import train

    seen: list[list[np.ndarray]] = []
    wanted = set(looks(row.epochs))

    def watch(epoch: int, population: Population) -> None:
        if epoch in wanted:
            seen.append([answered_right(population, one).mean(axis=1) for one in asked])

    train(_recipe(row, len(split)), split, members=members, seed=seed, watch=watch)
    on_test, on_validation = np.moveaxis(np.array(seen), 0, -1)
    return {"test": on_test, "validation": on_validation}


def _row_json(one: Reproduced) -> dict[str, Any]:
    row = one.row
    measured: Callable[[str], dict[str, Any]] = lambda which: {  # noqa: E731
        "published": getattr(row, which),
        "ours": _mean_of(getattr(one, which)),
        "one_more_run": one.one_more(which),
        "inside": one.inside(which),
    }
    return {
        "chapter": row.chapter,
        "name": row.name,
        "measured_on": row.on,
        "epochs": one.epochs,
        "best_of_runs": row.selected or None,
        "note": row.note or None,
        "peak": measured("peak"),
        "last": measured("last"),
    }


def _mean_of(values: np.ndarray) -> Measured:
    return Measured.of(float(values.mean()), intervals.student(values, limits=(0.0, 1.0)))


def _row_text(one: Reproduced) -> tuple[str, str]:
    told = [_told(one, which) for which in ("peak", "last") if _is_told(one, which)]
    return f"chapter {one.row.chapter}: {one.row.name} ({one.row.on})", "; ".join(told)


def _is_told(one: Reproduced, which: str) -> bool:
    other = "last" if which == "peak" else "peak"
    return getattr(one.row, which) is not None or (which == "last" and getattr(one.row, other) is None)


def _told(one: Reproduced, which: str) -> str:
    ours = f"{which} {_mean_of(getattr(one, which)).percent()}"
    if not one.comparable or getattr(one.row, which) is None:
        return ours
    low, high = one.one_more(which)
    place = {True: "inside", False: "OUTSIDE", None: "not tested by"}[one.inside(which)]
    published = 100 * getattr(one.row, which)
    return f"{ours}, the book {published:.2f} is {place} {100 * low:.2f} to {100 * high:.2f}"


def expected_outside(numbers: int) -> str:
    """Say how many of so many numbers lie outside intervals of 95 % by luck alone."""
    expected = 0.05 * numbers
    return "fewer than one" if expected < 1 else f"about {expected:.0f}"
