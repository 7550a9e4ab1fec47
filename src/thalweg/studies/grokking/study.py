"""How often does a network understand long after it has learned by heart, and how late?

Grokking (Power et al. 2022) is that a network is right on all it learned from, guesses on new examples, and
much later understands them. Omnigrok (Liu, Michaud & Tegmark 2023, arXiv 2210.01117) shows it on 1,000 images
of MNIST, where the start was multiplied by 8: one network, of seed 0. Here many starts of several scales are
trained at several weight decays; what counts as delayed was fixed beforehand (`grokking.delay`).
"""

from __future__ import annotations

import itertools
from math import ceil
from typing import TYPE_CHECKING, Any

import numpy as np

from thalweg.data.dataset import Dataset
from thalweg.statistics.chance import commonest_class, over_share
from thalweg.statistics.simultaneous import level_of_each
from thalweg.studies.answerable import learned_from, sound_members
from thalweg.studies.catalogue import KEEP_NOTHING, Parts, Progress
from thalweg.studies.foreseen import foresee
from thalweg.studies.grids import Arrays, Grid
from thalweg.studies.grokking.delay import Rule, delays
from thalweg.studies.grokking.record import Cell, Grokking
from thalweg.studies.grokking.settings import DEFAULTS, Settings
from thalweg.studies.kept_parts import NUMBERS, YES_OR_NO, Form, Forms
from thalweg.studies.learning_curves import Looks, looks

if TYPE_CHECKING:
    from thalweg.training.recipe import Recipe

COPIES = 4
"""An epoch shows every example so often: members are looked at between epochs, which costs time."""

LOOKS = 60
"""After how many epochs, evenly apart on a logarithmic scale, members are looked at."""

Place = tuple[float, float]
"""Scale of the start, weight decay."""


def grokking(
    dataset: Dataset,
    settings: Settings = DEFAULTS,
    *,
    seed: int = 0,
    progress: Progress | None = None,
    parts: Parts = KEEP_NOTHING,
) -> Grokking:
    """Train many starts of several scales and weight decays, and measure how late each generalises.

    Raises `StudyError` for data of one class, for fewer examples than classes or more than there are, and
    where every start diverges.

    Examples:
        >>> from thalweg.studies import find
        >>> from thalweg.studies.grokking import grokking
        >>> settings = find("grokking").settings(
        ...     members=2, examples=100, scales=(1.0, 4.0), weight_decays=(0.1,), steps=100, hidden=(16,),
        ...     batch_size=50,
        ... )
        >>> grokking(digits, settings)[4.0, 0.1].train.shape
        (2, 13)
    """
    data = learned_from(dataset, settings.examples, seed)
    places = itertools.product(settings.scales, settings.weight_decays)
    recipes = {place: recipe_of(place, settings) for place in places}
    depends = {
        place: f"{place[0]}|{recipe.to_toml()}|{settings.examples}" for place, recipe in recipes.items()
    }
    seen = len(looks(epochs_of(settings), LOOKS))
    grid = Grid(depends, settings.members, seed, "grokking", forms=lambda _, members: _forms(members, seen))
    copies = data.train.take(np.tile(np.arange(len(data.train)), COPIES))
    foresee(grid.works(recipes.values(), copies))
    found = grid.trained(
        lambda place, span: _train(place, span, settings, data, seed), parts=parts, progress=progress
    )
    sound_members(np.concatenate([told["diverged"] for told in found.values()]), 1, rate=0.0003)
    steps = _steps_an_epoch(settings) * np.array(looks(epochs_of(settings), LOOKS))
    rule = Rule(settings.learned, settings.generalised, settings.factor)
    level = level_of_each(len(depends))
    cells = tuple(_cell(place, told, steps, rule, len(data.test), level) for place, told in found.items())
    best = max((cell for cell in cells if len(cell.train)), key=lambda cell: cell.accuracy.value)
    guess = commonest_class(data.test.labels, data.class_names)
    return Grokking(cells, steps, rule, len(data.train), len(data.test), over_share(best.accuracy, *guess))


def recipe_of(place: Place, settings: Settings, members: int = 0) -> Recipe:
    """Return the recipe of one point; with `members` a weight decay for each, so that all share a program."""
    from thalweg.networks import Mlp
    from thalweg.training import AdamW, Recipe

    decays: Any = (place[1],) * members if members else place[1]
    return Recipe(
        network=Mlp(settings.hidden, "relu", "uniform"),
        cost=settings.cost,
        optimiser=AdamW(settings.learning_rate, decays),
        batch_size=settings.batch_size,
        epochs=epochs_of(settings),
        order="own",
        name="grokking",
    )


def epochs_of(settings: Settings) -> int:
    """Return how many epochs make so many steps."""
    return ceil(settings.steps / _steps_an_epoch(settings))


def _steps_an_epoch(settings: Settings) -> int:
    return ceil(COPIES * settings.examples / settings.batch_size)


def _train(place: Place, span: range, settings: Settings, data: Dataset, seed: int) -> Arrays:
    """Return accuracies on what is learned and on new examples [members, looks], and who diverged."""
    import jax

    from thalweg.training import Start, train, untrained

    recipe = recipe_of(place, settings, len(span))
    common: dict[str, Any] = {"members": len(span), "seed": seed, "first": span.start}
    drawn = untrained(recipe, data.train, **common).networks
    start = Start(jax.tree.map(lambda leaf: leaf * np.float32(place[0]), drawn))
    copies = data.train.take(np.tile(np.arange(len(data.train)), COPIES))
    watch = Looks(looks(recipe.epochs, LOOKS), data.train, data.test)
    population = train(recipe, copies, watch=watch, start=start, **common)
    learned, new = watch.accuracies
    return {"train": learned, "test": new, "diverged": np.asarray(population.diverged)}


def _forms(members: int, seen: int) -> Forms:
    curve = Form(NUMBERS, (members, seen))
    return {"train": curve, "test": curve, "diverged": Form(YES_OR_NO, (members,))}


def _cell(
    place: Place, found: Arrays, steps: np.ndarray, rule: Rule, test_examples: int, level: float
) -> Cell:
    sound = ~found["diverged"]
    learned, new = found["train"][sound], found["test"][sound]
    lost = int((~sound).sum())
    return Cell(*place, learned, new, test_examples, lost, delays(steps, learned, new, rule), level)
