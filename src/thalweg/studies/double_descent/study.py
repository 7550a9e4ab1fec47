"""Is there a peak where networks are just large enough to learn their examples by heart?

Belkin, Hsu, Ma & Mandal 2019 (PNAS 116, 15849; arXiv 1812.11118) show a test cost that falls with width,
rises to a peak where there are as many parameters as examples times classes, and falls again: double descent.
Theirs is one network a width, and narrow ones begin where the next narrower one ended. Here many starts of
every width are trained, with weights reused and without, on true labels and on partly wrong ones, and the
height of the peak is measured with an interval.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from thalweg.data.dataset import Dataset
from thalweg.data.label_noise import flip_labels
from thalweg.errors import StudyError
from thalweg.statistics.chance import over_chance
from thalweg.statistics.intervals import crossed
from thalweg.statistics.simultaneous import level_of_each
from thalweg.studies.answerable import learned_from, sound_members
from thalweg.studies.catalogue import KEEP_NOTHING, Parts, Progress
from thalweg.studies.double_descent.curve import height_of, over_epochs
from thalweg.studies.double_descent.record import Curve, DoubleDescent, OverEpochs, Point
from thalweg.studies.double_descent.settings import DEFAULTS, Settings
from thalweg.studies.foreseen import foresee
from thalweg.studies.grids import Arrays, Grid, parameters_of
from thalweg.studies.kept_parts import NUMBERS, YES_OR_NO, Form, Forms
from thalweg.studies.learning_curves import Looks, looks
from thalweg.studies.outcomes import outcomes

if TYPE_CHECKING:
    from thalweg.networks.population import Population
    from thalweg.training.recipe import Recipe

BLOCK = 16
"""Starts whose widths are trained one after another, and lost at most when the study is stopped."""

MEASURED = "quadratic"
"""The cost that is measured, Belkin's but for sigmoids; trained by it, sigmoids stick where they are flat."""

FALLS, FACTOR = 12, 0.9
"""How often the rate falls, and to which part of itself."""

LOOKS = 12
"""After how many epochs, evenly apart on a logarithmic scale, test errors are looked at."""

Arm = tuple[float, str]
"""Share of wrong labels, and where networks begin: `fresh` or `reused`."""


def double_descent(
    dataset: Dataset,
    settings: Settings = DEFAULTS,
    *,
    seed: int = 0,
    progress: Progress | None = None,
    parts: Parts = KEEP_NOTHING,
) -> DoubleDescent:
    """Train many starts of many widths, and measure how high the test cost stands where they are just enough.

    Raises `StudyError` for data of one class, for fewer examples than classes or more than there are, and
    where all widths have fewer parameters than examples times classes, or all have more.

    Examples:
        >>> from thalweg.studies import find
        >>> from thalweg.studies.double_descent import double_descent
        >>> settings = find("double-descent").settings(
        ...     members=5, examples=100, widths=(1, 2, 4), noises=(0.0,), epochs=3
        ... )
        >>> found = double_descent(digits, settings)
        >>> found.just_enough, found.curve(0.0, reused=False).points[1].parameters
        (1000, 1600)
    """
    data = learned_from(dataset, settings.examples, seed)
    sizes = {width: parameters_of(recipe_of(width, settings), data) for width in settings.widths}
    just_enough = len(data.train) * data.classes
    _refuse_one_side(sizes, just_enough)
    places: list[Arm] = [(noise, arm) for noise in settings.noises for arm in ("fresh", "reused")]
    study = _Study(data, settings, seed, {"fresh": settings.widths, "reused": _few(sizes, just_enough)})
    common = replace(settings, members=5, noises=(0.0,))
    grid = Grid(
        {place: f"{place}|{common}" for place in places},
        settings.members,
        seed,
        "double-descent",
        BLOCK,
        study.forms,
    )
    trained = [recipe_of(width, settings) for _, arm in places for width in study.widths[arm]]
    foresee(grid.works(trained, data.train))
    found = grid.trained(study.train, parts=parts, progress=progress)
    curves = tuple(study.curve(place, found, sizes, just_enough) for place in places)
    nearest = min(range(len(sizes)), key=lambda place: abs(np.log(list(sizes.values())[place] / just_enough)))
    epochs = tuple(study.over_epochs(noise, found[noise, "fresh"], nearest) for noise in settings.noises)
    clean = found[settings.noises[0], "fresh"]
    right = ~clean["wrong"][~clean["diverged"].any(axis=1), -1]
    learned = over_chance(right, data.test.labels, data.class_names)
    return DoubleDescent(curves, epochs, len(data.train), len(data.test), just_enough, MEASURED, learned)


def recipe_of(width: int, settings: Settings) -> Recipe:
    """Return the recipe that one width is trained by."""
    from thalweg.networks import Mlp
    from thalweg.training import Recipe, Sgd, Steps

    return Recipe(
        network=Mlp((width,), "relu", "glorot"),
        cost="binary-cross-entropy",
        optimiser=Sgd(settings.learning_rate, settings.momentum),
        schedule=Steps(at=tuple(place / FALLS for place in range(1, FALLS)), factor=FACTOR),
        batch_size=settings.batch_size,
        epochs=settings.epochs,
        order="own",
        name="double-descent",
    )


class _Study:
    """The moving parts of one call of `double_descent`."""

    def __init__(self, data: Dataset, settings: Settings, seed: int, widths: dict[str, tuple[int, ...]]):
        self.data, self.settings, self.seed, self.widths = data, settings, seed, widths
        self.looks = looks(settings.epochs, LOOKS)
        self.count = 2 * len(settings.noises)

    def forms(self, place: Arm, members: int) -> Forms:
        """Return what `train` tells of a place."""
        every, new = (members, len(self.widths[place[1]])), len(self.data.test)
        return {
            **dict.fromkeys(("train_cost", "train_error"), Form(NUMBERS, every)),
            "test_costs": Form(NUMBERS, (*every, new)),
            "wrong": Form(YES_OR_NO, (*every, new)),
            "errors": Form(NUMBERS, (*every, len(self.looks))),
            "diverged": Form(YES_OR_NO, every),
        }

    def train(self, place: Arm, span: range) -> Arrays:
        """Train one block of starts, width after width; arrays are [members, widths, ...]."""
        from thalweg.training import Start, train
        from thalweg.weights.growing import grown, with_sound_ones

        noise, arm = place
        split = self.data.train
        labels = flip_labels(split.labels, classes=self.data.classes, seed=self.seed, share=noise).labels
        split = replace(split, labels=labels)
        generator = np.random.default_rng([self.seed, span.start, int(1000 * noise)])
        told: list[Arrays] = []
        before: Any = None
        for width in self.widths[arm]:
            start = Start(grown(before, width, generator)) if arm == "reused" and before is not None else None
            watch = Looks(self.looks, self.data.test)
            recipe = recipe_of(width, self.settings)
            population = train(
                recipe, split, members=len(span), seed=self.seed, first=span.start, watch=watch, start=start
            )
            before = with_sound_ones(population)
            told.append(self._ended(population, split, 1 - watch.accuracies[0]))
        return {name: np.stack([one[name] for one in told], axis=1) for name in told[0]}

    def _ended(self, population: Population, split: Any, errors: np.ndarray) -> Arrays:
        ends = outcomes(population, split, self.data.test, MEASURED)
        return {
            "train_cost": ends.train_cost,
            "train_error": 1 - ends.train_accuracy,
            "test_costs": ends.test_costs,
            "wrong": ends.predicted != self.data.test.labels,
            "errors": errors,
            "diverged": ends.diverged,
        }

    def curve(self, place: Arm, found: dict[Arm, Arrays], sizes: dict[int, int], just_enough: int) -> Curve:
        """Return one curve: of reused weights up to the width that is just enough, fresh beyond it."""
        noise, arm = place
        fresh = found[noise, "fresh"]
        own = found[place]
        few = own["wrong"].shape[1] if arm == "reused" else 0
        whole = {name: np.concatenate([own[name][:, :few], fresh[name][:, few:]], axis=1) for name in own}
        diverged = np.asarray(whole["diverged"].any(axis=1))
        sound = sound_members(diverged, 5, rate=0.003, who=f"starts with {100 * noise:g} % wrong labels")
        whole = {name: array[sound] for name, array in whole.items()}
        enough = [size / just_enough for size in sizes.values()]
        held = level_of_each(self.count * len(sizes))
        points = tuple(
            _point(whole, column, width, size, enough[column], held)
            for column, (width, size) in enumerate(sizes.items())
        )
        heights = (
            height_of([table[:, column] for column in range(len(sizes))], enough, curves=self.count)
            for table in (whole["test_costs"], whole["wrong"])
        )
        return Curve(noise, arm == "reused", int(sound.sum()), int((~sound).sum()), points, *heights)

    def over_epochs(self, noise: float, fresh: Arrays, column: int) -> OverEpochs:
        """Return the test error over epochs of the width nearest to just enough."""
        errors = fresh["errors"][~fresh["diverged"].any(axis=1), column]
        width = self.settings.widths[column]
        return over_epochs(noise, width, self.looks, errors, curves=len(self.settings.noises))


def _point(whole: Arrays, column: int, width: int, size: int, enough: float, level: float) -> Point:
    return Point(
        width,
        size,
        enough,
        float(whole["train_cost"][:, column].mean()),
        float(whole["train_error"][:, column].mean()),
        crossed(whole["test_costs"][:, column], level, limits=(0.0, np.inf)).measured,
        crossed(whole["wrong"][:, column], level).measured,
    )


def _few(sizes: dict[int, int], just_enough: int) -> tuple[int, ...]:
    return tuple(width for width, size in sizes.items() if size <= just_enough)


def _refuse_one_side(sizes: dict[int, int], just_enough: int) -> None:
    """Refuse widths that all lie on one side of where a peak is looked for."""
    if min(sizes.values()) <= just_enough < max(sizes.values()):
        return
    side = "more" if min(sizes.values()) > just_enough else "fewer"
    each = next(iter(sizes))
    neurons = just_enough * each / sizes[each]
    raise StudyError(
        f"widths={list(sizes)}: all have {side} parameters than examples times classes, {just_enough:,}.",
        hint=f"give widths on both sides of about {max(1, round(neurons))} neurons.",
    )
