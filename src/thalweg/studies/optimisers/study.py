"""Which optimiser does better, when each has its best learning rate?

The protocol of DeepOBS (Schneider, Balles & Hennig, ICLR 2019): a logarithmic grid of learning rates, the
best one by *validation* accuracy, and that one again from fresh starts, with the test accuracy of the last
epoch reported. The epoch that does best on validation is printed next to it: two different questions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from thalweg.data.dataset import Dataset
from thalweg.measured import Measured
from thalweg.record import Record
from thalweg.statistics import intervals
from thalweg.statistics.chance import OverChance, commonest_class, over_share
from thalweg.studies.answerable import refuse_one_class
from thalweg.studies.catalogue import KEEP_NOTHING, Parts, Progress
from thalweg.studies.kept_parts import NUMBERS, YES_OR_NO, Form, Forms, kept_part
from thalweg.studies.learning_curves import answered_right
from thalweg.studies.optimisers.settings import DEFAULTS, Settings

if TYPE_CHECKING:
    from thalweg.networks.population import Population
    from thalweg.training.recipe import Recipe

HELD_OUT = 0.1
"""Share of the training examples that learning rates and epochs are chosen on."""

Arrays = dict[str, np.ndarray]


@dataclass(frozen=True)
class Tuned:
    """One optimiser. `grid`: mean validation accuracy at each of the rates; 0 where a start diverged.

    `validation` [members, epochs] of the fresh starts; `last`, `best`: whether each test example was right
    after the last epoch, and after the member's best epoch on validation, booleans [members, examples].
    """

    rates: np.ndarray
    grid: np.ndarray
    validation: np.ndarray
    last: np.ndarray
    best: np.ndarray

    @property
    def rate(self) -> float:
        """The learning rate that did best on validation."""
        return float(self.rates[self.grid.argmax()])

    @property
    def at_the_edge(self) -> bool:
        """Whether the best rate is the lowest or the highest tried, so that a better one may lie outside."""
        return self.grid.argmax() in (0, len(self.grid) - 1)


@dataclass(frozen=True, repr=False)
class Optimisers(Record, answers="optimisers", caption="Optimisers"):
    """Each optimiser with its best learning rate, by name.

    `guess`: the share of the commonest class among the test examples, and its name.
    """

    settings: Settings
    tuned: dict[str, Tuned]
    test_examples: int
    guess: tuple[float, str]

    @property
    def winner(self) -> str:
        """The optimiser with the highest mean validation accuracy after its last epoch."""
        return max(self.tuned, key=lambda name: self.tuned[name].validation[:, -1].mean())

    @property
    def over_chance(self) -> OverChance:
        """Whether the winner learned anything that can be told from guessing."""
        return over_share(intervals.crossed(self.tuned[self.winner].last).measured, *self.guess)

    def lead(self, name: str) -> Measured:
        """Return by how much the winner's last test accuracy is above another's, over starts and examples."""
        return intervals.crossed_difference(self.tuned[self.winner].last, self.tuned[name].last).measured

    def content(self) -> Mapping[str, Any]:
        """Return, for each optimiser, its best rate and what fresh starts reach with it."""
        return {
            "members": self.settings.members,
            "test_examples": self.test_examples,
            "best_on_validation": self.winner,
            "over_chance": self.over_chance,
            "optimisers": {name: self._one_json(name, one) for name, one in self.tuned.items()},
        }

    def _one_json(self, name: str, one: Tuned) -> dict[str, Any]:
        return {
            "learning_rate": one.rate,
            "at_the_edge_of_the_grid": one.at_the_edge,
            "learning_rates": one.rates,
            "validation_accuracy_by_rate": one.grid,
            "validation_accuracy": float(one.validation[:, -1].mean()),
            "test_accuracy_last_epoch": intervals.crossed(one.last).measured,
            "test_accuracy_best_epoch": intervals.crossed(one.best).measured,
            "winner_leads_by": None if name == self.winner else self.lead(name),
        }

    def arrays(self) -> Arrays:
        """Return `<optimiser> rates`, `grid` and `validation` [members, epochs]."""
        return {
            f"{name} {what}": np.asarray(getattr(one, what), np.float32)
            for name, one in self.tuned.items()
            for what in ("rates", "grid", "validation")
        }

    def rows(self) -> list[tuple[str, str]]:
        """Return what a newcomer asks about optimisers, and the answers."""
        over = self.over_chance
        rows = over.rows()
        for name, one in self.tuned.items():
            edge = ", at the edge of what was tried" if one.at_the_edge else ""
            last, best = (intervals.crossed(table).measured.percent() for table in (one.last, one.best))
            rows.append(
                (
                    f"{name}, learning rate {one.rate:.2g}{edge}",
                    f"last epoch {last}; best epoch on validation {best}",
                )
            )
        if over.learned:
            rows.append(("best on validation", self.winner))
            others = [name for name in self.tuned if name != self.winner]
            rows += [(f"its lead over {name} on new examples", self.lead(name).points()) for name in others]
        scope = f"starts and examples, n = {self.settings.members} x {self.test_examples:,}"
        return [*rows, ("what the intervals are over", scope)]


def optimisers(
    dataset: Dataset,
    settings: Settings = DEFAULTS,
    *,
    seed: int = 0,
    progress: Progress | None = None,
    parts: Parts = KEEP_NOTHING,
) -> Optimisers:
    """Tune the learning rate of each optimiser on validation, then run it from fresh starts.

    A tenth of the training examples is held out to choose on. Raises `StudyError` for data of one class.

    Examples:
        >>> from thalweg.studies import find
        >>> from thalweg.studies.optimisers import optimisers
        >>> settings = find("optimisers").settings(optimisers=("sgd",), members=3, rates=3, epochs=6)
        >>> optimisers(digits, settings)
        sgd, learning rate 0.032: last epoch ... % [..., ...]; best epoch on validation ... % [..., ...]
        best on validation: sgd
        what the intervals are over: starts and examples, n = 3 x 359
        How far can these intervals be trusted?: of 3 starts, 95 % intervals cover 90 to 99 % (...)
    """
    refuse_one_class(dataset)
    data = dataset if dataset.validation is not None else dataset.hold_out(HELD_OUT)
    tuned = {}
    for place, name in enumerate(settings.optimisers):
        if progress is not None:
            progress(name, place, len(settings.optimisers))
        part = "-".join(str(value) for value in (name, *vars(replace(settings, optimisers=(name,))).values()))
        kept = kept_part(parts, part, _forms(data, settings))
        if kept is None:
            kept = _tune(name, data, settings, seed)
            parts.save(part, kept)
        tuned[name] = Tuned(**kept)
    guess = commonest_class(data.test.labels, data.class_names)
    return Optimisers(settings, tuned, len(data.test), guess)


def recipe_of(name: str, settings: Settings, rates: float | tuple[float, ...]) -> Recipe:
    """Return the recipe that trains with one optimiser, at one learning rate or one for each member."""
    from thalweg.networks import Mlp
    from thalweg.training import Adam, Recipe, Sgd

    rate: Any = rates
    momentum = settings.momentum if name == "momentum" else 0.0
    full = name == "full-batch"
    return Recipe(
        network=Mlp(settings.hidden, "relu", "he"),
        optimiser=Adam(rate) if name == "adam" else Sgd(rate, momentum),
        batch_size="full" if full else settings.batch_size,
        epochs=settings.full_batch_epochs if full else settings.epochs,
        name="optimisers",
    )


def _forms(data: Dataset, settings: Settings) -> Forms:
    right = Form(YES_OR_NO, (settings.members, len(data.test)))
    rates = Form(NUMBERS, (settings.rates,))
    curve = Form(NUMBERS, (settings.members, settings.epochs))
    return {"rates": rates, "grid": rates, "validation": curve, "last": right, "best": right}


def _tune(name: str, data: Dataset, settings: Settings, seed: int) -> Arrays:
    """Return the fields of `Tuned`."""
    from thalweg.training import train

    rates = np.geomspace(settings.lowest, settings.highest, settings.rates)
    each = tuple(float(rate) for rate in np.repeat(rates, settings.grid_starts))
    tried = train(recipe_of(name, settings, each), data.train, members=len(each), seed=seed)
    assert data.validation is not None, "optimisers() holds out a part"
    accuracy = np.where(tried.diverged, 0.0, answered_right(tried, data.validation).mean(axis=1))
    grid = accuracy.reshape(settings.rates, settings.grid_starts).mean(axis=1)
    rate = float(rates[grid.argmax()])
    # fresh starts: other members of the same seed than the grid's
    return {"rates": rates, "grid": grid, **_run_again(name, data, settings, seed, (rate, len(each)))}


def _run_again(name: str, data: Dataset, settings: Settings, seed: int, chosen: tuple[float, int]) -> Arrays:
    from thalweg.training import train

    rate, first = chosen
    curve: list[np.ndarray] = []
    best = np.zeros((settings.members, len(data.test)), bool)
    last = best

    def watch(epoch: int, population: Population) -> None:
        nonlocal last
        if epoch == 0:
            return
        assert data.validation is not None, "optimisers() holds out a part"
        now = answered_right(population, data.validation).mean(axis=1)
        better = now > np.max(curve, axis=0, initial=-1.0)
        last = answered_right(population, data.test)
        best[better] = last[better]
        curve.append(now)

    recipe = recipe_of(name, settings, rate)
    train(recipe, data.train, members=settings.members, seed=seed, first=first, watch=watch)
    return {"validation": np.stack(curve, axis=1), "last": last, "best": best}
