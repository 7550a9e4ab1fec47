"""When does the luck of the start vanish?

Two networks that differ in nothing but chance differ in accuracy. Jordan 2023 (arXiv 2304.01910) finds that
almost all of it is the luck of a finite test set: on the distribution that examples come from, runs of a
ResNet-9 on CIFAR-10 are nearly equal (sd .033 points, where .149 are seen). Here many starts are trained at
every point of a grid of widths, lengths of training and learning rates; of the spread that is seen the test
set's own part is taken off, and it is asked where what is left falls below it.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import numpy as np

from thalweg.data.dataset import Dataset
from thalweg.statistics.binary_tasks import groupings
from thalweg.statistics.chance import over_chance
from thalweg.statistics.simultaneous import level_of_each
from thalweg.studies.answerable import learned_from
from thalweg.studies.catalogue import KEEP_NOTHING, Parts, Progress
from thalweg.studies.foreseen import foresee
from thalweg.studies.grids import Arrays, Grid, parameters_of
from thalweg.studies.kept_parts import NUMBERS, WHOLE, YES_OR_NO, Form, Forms
from thalweg.studies.learning_curves import answered_right
from thalweg.studies.luck.best_rate import best_of
from thalweg.studies.luck.cell import Place, cell_of
from thalweg.studies.luck.record import Luck
from thalweg.studies.luck.settings import DEFAULTS, Settings
from thalweg.studies.subsets import answers_of

if TYPE_CHECKING:
    from thalweg.training.recipe import Recipe

HELD_OUT = 0.1
"""Share of the training examples that learning rates are chosen on."""


def luck(
    dataset: Dataset,
    settings: Settings = DEFAULTS,
    *,
    seed: int = 0,
    progress: Progress | None = None,
    parts: Parts = KEEP_NOTHING,
) -> Luck:
    """Train many starts at every point of a grid, and take the test set's own luck off their spread.

    Learning rates are chosen on a tenth of the training examples that is held out, unless the data bring a
    validation part. Raises `StudyError` for data of one class, and for fewer examples than classes.

    Examples:
        >>> from thalweg.studies import find
        >>> from thalweg.studies.luck import luck
        >>> settings = find("luck").settings(members=8, widths=(4, 16), epochs=(3,), rates=(0.03, 0.1))
        >>> found = luck(digits, settings)
        >>> found[16, 3, 0.1].spread.true
        Measured(value=..., low=..., high=...)
    """
    data = learned_from(dataset, settings.examples, seed)
    data = data if data.validation is not None else data.hold_out(HELD_OUT)
    places = itertools.product(settings.widths, settings.epochs, settings.rates)
    recipes = {place: recipe_of(place, settings) for place in places}
    depends = {place: f"{recipe.to_toml()}|{settings.examples}" for place, recipe in recipes.items()}
    grid = Grid(depends, settings.members, seed, "luck", forms=lambda _, members: _forms(members, data))
    foresee(grid.works(recipes.values(), data.train))
    found = grid.trained(lambda place, span: _train(place, span, settings, data, seed), parts=parts,
                         progress=progress)  # fmt: skip
    groups, level = groupings(data.classes, seed), level_of_each(len(recipes))
    sizes = {place: parameters_of(recipe, data) for place, recipe in recipes.items()}
    cells = tuple(
        cell_of(place, told, data.test.labels, groups, parameters=sizes[place], level=level)
        for place, told in found.items()
    )
    sound = found[best_of(cells).place]
    right = sound["predicted"][~sound["diverged"]] == data.test.labels
    return Luck(cells, len(data.test), over_chance(right, data.test.labels, data.class_names))


def recipe_of(place: Place, settings: Settings, members: int = 0) -> Recipe:
    """Return the recipe of one point; with `members` one rate for each, so that all rates share a program."""
    from thalweg.networks import Mlp
    from thalweg.training import Cosine, Recipe, Sgd

    width, epochs, rate = place
    rates: Any = (rate,) * members if members else rate
    return Recipe(
        network=Mlp((width,) * settings.layers, "relu", "he"),
        optimiser=Sgd(rates, settings.momentum, nesterov=True),
        schedule=Cosine(),
        batch_size=settings.batch_size,
        epochs=epochs,
        order="own",
        name="luck",
    )


def _train(place: Place, span: range, settings: Settings, data: Dataset, seed: int) -> Arrays:
    """Return what members answer on test examples, their accuracy on held-out ones, and who diverged."""
    from thalweg.training import train

    recipe = recipe_of(place, settings, len(span))
    population = train(recipe, data.train, members=len(span), seed=seed, first=span.start)
    assert data.validation is not None, "luck() holds out a part"
    kind = np.uint8 if data.classes <= 256 else np.uint16
    return {
        "predicted": answers_of(population, data.test).astype(kind),
        "validation": answered_right(population, data.validation).mean(axis=1),
        "diverged": np.asarray(population.diverged),
    }


def _forms(members: int, data: Dataset) -> Forms:
    one = (members,)
    return {
        "predicted": Form(WHOLE, (members, len(data.test)), below=data.classes),
        "validation": Form(NUMBERS, one),
        "diverged": Form(YES_OR_NO, one),
    }
