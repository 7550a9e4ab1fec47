"""Are all starts equal, and does width make them so?

Hundreds of random starts of each of several widths are trained alike. Where do they end; does their spread
shrink with width; does a start that ends lower on training examples end lower on test examples; are
some truly better than others, or is that the test set's luck; do they end in the same place but for
the order of their hidden units; and is any of this so where there is nothing to learn? After Choromanska et
al. 2015 (arXiv 1412.0233) and Jordan 2023 (arXiv 2304.01910).
"""

from __future__ import annotations

import hashlib
import itertools
import math
from dataclasses import replace
from math import ceil
from typing import TYPE_CHECKING, Any

import numpy as np

from thalweg.data.dataset import Dataset
from thalweg.errors import StudyError
from thalweg.statistics.pairs import all_pairs
from thalweg.studies.altered_data import relabelled, shrunk
from thalweg.studies.catalogue import NoParts, Parts, Progress
from thalweg.studies.kept_parts import NUMBERS, WHOLE, YES_OR_NO, Form, Forms, kept_part
from thalweg.studies.outcomes import Outcomes, outcomes
from thalweg.studies.starts.one_width import OneWidth, Places, enough, one_width, places_of, shuffled_of
from thalweg.studies.starts.record import Starts
from thalweg.studies.starts.settings import EPOCHS, MOST_ALIGNED, RECIPE, STEPS, Settings
from thalweg.studies.starts.weight_distances import WeightDistances, weight_distances

if TYPE_CHECKING:
    from thalweg.training import Recipe

BLOCK = 64
"""Starts that are trained at once, and lost at most when the study is stopped. Always the same, since a
block's size may change its members' last bits."""


def starts(
    dataset: Dataset,
    settings: Settings = Settings(),  # noqa: B008 (frozen)
    *,
    seed: int = 0,
    progress: Progress | None = None,
    parts: Parts = NoParts(),  # noqa: B008 (keeps nothing)
) -> Starts:
    """Train many starts (seeds, random initialisations) of each width, and measure where they ended.

    Main arguments:
        dataset: what to learn from and to test on.
        settings: how many starts of which networks.

    Other arguments:
        seed: of the starts, of shuffled labels and of what is drawn to measure.
        progress: called before each part.
        parts: where finished parts are kept.

    Raises `RecipeError` for a recipe that cannot be, and `StudyError` for one that is not a multilayer
    perceptron, for pictures that cannot be shrunk, and where nearly all starts of a width diverge.

    Examples:
        >>> from thalweg.studies import find
        >>> from thalweg.studies.starts import starts
        >>> settings = find("starts").settings(
        ...     members=8, widths=(4,), epochs=1, shuffled=False, aligned_members=0
        ... )
        >>> starts(digits, settings)
        width 4: test accuracy ... % [..., ...], true sd ... [..., ...] points
    """
    recipes = {width: recipe_of(settings, width, len(dataset.train)) for width in settings.widths}
    dataset = shrunk(dataset, settings.side) if settings.side else dataset
    study = _Study(dataset, settings, seed, parts, _Counter(progress, _steps(settings)))
    found = tuple(study.width(width, recipe) for width, recipe in recipes.items())
    alike = settings.side == 10 and settings.layers == 1
    return Starts(found, next(iter(recipes.values())).cost, like_choromanska=alike)


def recipe_of(settings: Settings, width: int, examples: int) -> Recipe:
    """Return the recipe that one width is trained by on so many examples.

    Raises `RecipeError` and `StudyError` as `starts` does.
    """
    from thalweg.networks import Mlp
    from thalweg.training import Recipe

    base = Recipe.load(settings.recipe)
    if not isinstance(base.network, Mlp):
        raise StudyError(
            f"recipe {settings.recipe!r} is of a {base.network.kind}: widths are those of an mlp.",
            hint='name a recipe of an mlp, such as "classic".',
        )
    network = replace(base.network, hidden=(width,) * settings.layers)
    changes: dict[str, Any] = {}
    if settings.optimiser != RECIPE:
        changes["optimiser"] = settings.optimiser
    if settings.learning_rate:
        changes["optimiser.learning_rate"] = settings.learning_rate
    if settings.batch_size:
        changes["batch_size"] = settings.batch_size
    if settings.decay:
        changes["schedule"] = "cosine"
    for name, path in (
        ("activation", "network.activation"),
        ("initialisation", "network.initialisation"),
        ("cost", "cost"),
    ):
        if getattr(settings, name) != RECIPE:
            changes[path] = getattr(settings, name)
    recipe = replace(base, network=network).with_settings(changes)
    return recipe.for_epochs(settings.epochs or _enough_epochs(recipe, examples))


def _enough_epochs(recipe: Recipe, examples: int) -> int:
    """Return ten epochs, or as many as make 3,000 steps."""
    steps = 1 if recipe.batch_size == "full" else ceil(examples / int(recipe.batch_size))
    return max(EPOCHS, ceil(STEPS / steps))


class _Study:
    """The moving parts of one call of `starts`."""

    def __init__(self, dataset: Dataset, settings: Settings, seed: int, parts: Parts, counter: _Counter):
        self.dataset, self.settings, self.seed, self.parts = dataset, settings, seed, parts
        self.counter = counter

    def width(self, width: int, recipe: Recipe) -> OneWidth:
        """Train and measure the starts of one width."""
        settings, labels = self.settings, self.dataset.test.labels
        hidden = (width,) * settings.layers
        ends, weights = self._trained(recipe, width, shuffled=False, members=settings.members)
        enough(ends, hidden)
        places = self._places(recipe, width, ends, weights) if settings.aligned_members else None
        shuffled = None
        if settings.shuffled:
            members = min(settings.members, settings.shuffled_members)
            others, _ = self._trained(recipe, width, shuffled=True, members=members)
            shuffled = shuffled_of(
                others, ends, labels, hidden=hidden, classes=self.dataset.classes, seed=self.seed
            )
        parameters = sum(array[0].size for array in weights.values())
        return one_width(
            ends,
            labels,
            class_names=self.dataset.class_names,
            hidden=hidden,
            parameters=parameters,
            places=places,
            shuffled=shuffled,
        )

    def _trained(
        self, recipe: Recipe, width: int, *, shuffled: bool, members: int
    ) -> tuple[Outcomes, dict[str, np.ndarray]]:
        """Return where the members ended, and the weights of the first of them."""
        found, weights = [], {}
        for first, last in blocks(members):
            what = "shuffled labels" if shuffled else "true labels"
            self.counter.next(f"width {width}, {what}: starts {first + 1} to {last} of {members}")
            kind = "shuffled" if shuffled else "true"
            name = f"starts-{kind}-{self._name(recipe)}-{first}-{last}"
            kept = kept_part(self.parts, name, self._forms(recipe, first, last))
            if kept is None:
                kept = self._train(recipe, shuffled, first, last)
                self.parts.save(name, kept)
            weights |= {name: kept[name] for name in kept if name.startswith("layer")}
            found.append(
                Outcomes(**{name: array for name, array in kept.items() if not name.startswith("layer")})
            )
        return Outcomes.joined(found), weights

    def _forms(self, recipe: Recipe, first: int, last: int) -> Forms:
        members, new = last - first, len(self.dataset.test)
        each = Form(NUMBERS, (members,))
        forms = {
            "train_cost": each,
            "train_accuracy": each,
            "test_costs": Form(NUMBERS, (members, new)),
            "predicted": Form(WHOLE, (members, new), below=self.dataset.classes),
            "diverged": Form(YES_OR_NO, (members,)),
        }
        hidden: Any = recipe.network
        sizes = [math.prod(self.dataset.input_shape), *hidden.hidden, self.dataset.classes]
        for depth, (before, after) in enumerate(itertools.pairwise(sizes) if first == 0 else ()):
            forms[f"layer{depth}_weight"] = Form(NUMBERS, (min(members, MOST_ALIGNED), after, before))
            forms[f"layer{depth}_bias"] = Form(NUMBERS, (min(members, MOST_ALIGNED), after))
        return forms

    def _train(self, recipe: Recipe, shuffled: bool, first: int, last: int) -> dict[str, np.ndarray]:
        from thalweg.training import train

        split = self.dataset.train
        split = relabelled(split, self.seed) if shuffled else split
        population = train(recipe, split, members=last - first, seed=self.seed, first=first)
        ends = outcomes(population, split, self.dataset.test, recipe.cost)
        weights = {}
        if first == 0:
            for depth, layer in enumerate(population.networks.layers):
                weights[f"layer{depth}_weight"] = np.asarray(layer.weight[:MOST_ALIGNED])
                weights[f"layer{depth}_bias"] = np.asarray(layer.bias[:MOST_ALIGNED])
        return {**ends.arrays(), **weights}

    def _places(
        self, recipe: Recipe, width: int, ends: Outcomes, weights: dict[str, np.ndarray]
    ) -> Places | None:
        """Match the weights of the first members; None where fewer than three did not diverge."""
        self.counter.next(f"width {width}: matching hidden units")
        sound = np.flatnonzero(~ends.diverged[:MOST_ALIGNED])[: self.settings.aligned_members]
        if len(sound) < 3:
            return None
        name = f"starts-places-{self._name(recipe)}-{self.settings.aligned_members}"
        pairs = Form(NUMBERS, (len(all_pairs(len(sound))),))
        kept = kept_part(self.parts, name, dict.fromkeys(("before", "after", "strangers"), pairs))
        if kept is None:
            networks = _networks(weights, sound, recipe.network.activation)  # type: ignore[union-attr]
            found = weight_distances(networks, seed=self.seed)
            kept = {"before": found.before, "after": found.after, "strangers": found.strangers}
            self.parts.save(name, kept)
        return places_of(WeightDistances(members=len(sound), **kept), self.seed)

    def _name(self, recipe: Recipe) -> str:
        text = f"{recipe.to_toml()}|side {self.settings.side}|block {BLOCK}"
        return hashlib.sha256(text.encode()).hexdigest()[:16]


class _Counter:
    """Says before each part where the study stands."""

    def __init__(self, progress: Progress | None, count: int):
        self.progress, self.count, self.place = progress, count, 0

    def next(self, what: str) -> None:
        if self.progress is not None:
            self.progress(what, self.place, self.count)
        self.place += 1


def blocks(members: int) -> list[tuple[int, int]]:
    """Return the first and last (exclusive) member of each block that is trained at once."""
    return [(first, min(first + BLOCK, members)) for first in range(0, members, BLOCK)]


def _steps(settings: Settings) -> int:
    """Return the number of parts."""
    of_one = len(blocks(settings.members)) + (settings.aligned_members > 0)
    if settings.shuffled:
        of_one += len(blocks(min(settings.members, settings.shuffled_members)))
    return of_one * len(settings.widths)


def _networks(weights: dict[str, np.ndarray], members: np.ndarray, activation: str) -> list[Any]:
    from thalweg.networks.linear import Linear
    from thalweg.networks.mlp import MlpNetwork

    depth = len(weights) // 2

    def layer(place: int, member: int) -> Any:
        return Linear(weights[f"layer{place}_weight"][member], weights[f"layer{place}_bias"][member])  # type: ignore[arg-type]

    return [
        MlpNetwork(tuple(layer(place, member) for place in range(depth)), activation)
        for member in members.tolist()
    ]
