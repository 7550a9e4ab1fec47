"""Is there more structure than chance in the pictures that the first layer's weights make?

The lesson says that they look almost random. Three kinds of chance are told apart: the same weights with
their pixels shuffled, the same neurons as they started, and neurons that learned from pictures with shuffled
pixels. Pixels that hardly ever vary in the data are left out: their weights stay where they started, and to
tell border from middle is no discovery.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from thalweg.data.dataset import Split
from thalweg.errors import EvaluationError
from thalweg.evaluation.classifier import AnyClassifier, as_classifier
from thalweg.evaluation.features.chance import (
    Pictures,
    against_permuted,
    against_shuffled,
    against_starts,
    over_members,
    training_of,
)
from thalweg.evaluation.features.moran import Grid, moran
from thalweg.evaluation.features.pictures import varying_pixels, weight_images
from thalweg.evaluation.features.record import Features
from thalweg.evaluation.grounds import learned
from thalweg.evaluation.inside import drawn, population_behind, some_members
from thalweg.record import NotMeasured

if TYPE_CHECKING:
    from thalweg.networks.population import Population

MEMBERS, NEURONS = 32, 64
PERMUTATIONS = 1_999
SHOWN_MEMBERS = 4
EXAMPLE_PICTURES = 500
ASKED_OF = 10_000

NO_STARTS = NotMeasured(
    "The starts of these members were not given.",
    "pass starts=thalweg.train(recipe, split, members=..., seed=..., watch=lambda epochs, members: True), "
    "with the recipe, the members and the seed of the training: it ends before the first step.",
)
NO_PERMUTED = NotMeasured(
    "No members that learned from shuffled pixels were given.",
    "pass permuted=thalweg.train(recipe, shuffled_pixels(split), members=...), with shuffled_pixels from "
    "thalweg.evaluation.features.pictures and a recipe that does not distort pictures.",
)


def features(
    classifier: AnyClassifier,
    split: Split,
    *,
    starts: Population | None = None,
    permuted: Population | None = None,
    permutations: int = PERMUTATIONS,
    false_discovery_rate: float = 0.05,
    seed: int = 0,
    level: float = 0.95,
) -> Features:
    """Measure how much more structure than chance the weights of the first layer have, as pictures.

    Every neuron is compared by Moran's I with itself, pixels shuffled (a permutation test); where they are
    given, with the starts of the same neurons and with neurons trained on shuffled pixels. Filters of a
    convolution are so small (3x3) that hardly one alone can be told from chance: their mean is tested as
    well, over each member's filters and over all. The spectral slope needs 6 pixels a side.

    Args:
        classifier: a population (at most 32 members and 64 neurons of each are measured), one trained
            network or an ensemble.
        split: images as it learned from: they say which pixels vary (in 1 % of the examples or more). Filters
            of a convolution are measured whole.
        starts: a population of the same members as they started: the same recipe, seed and number, no step.
        permuted: a population of the same shape, trained on images whose pixels were shuffled, all alike
            (`thalweg.evaluation.features.pictures.shuffled_pixels`); two members or more for an interval. Its
            weights are measured as they lie.
        permutations: shuffles; the smallest p-value is 1 / (permutations + 1).
        false_discovery_rate: share of false discoveries allowed among a member's structured neurons, 0..1.
        seed: of the shuffles and of the choice of members and neurons.
        level: confidence level of every interval, 0..1.

    Raises `NotApplicable` for a classifier whose weights are not known and for data that are not images,
    `EvaluationError` for starts of another shape or number, for starts that are the trained members
    themselves, for permuted members of another shape, and for arguments out of range.

    Examples:
        >>> import thalweg as tw
        >>> tw.evaluation.features(population, digits.train, permutations=99)
        Moran's I of first-layer weights ... [..., ...], ... % [..., ...] of neurons with structure
    """
    _check(permutations, false_discovery_rate)
    asked = as_classifier(classifier)
    population = population_behind(asked, split=split)
    images, kind = weight_images(population)
    members = some_members(population, MEMBERS, seed=seed)
    neurons = drawn(np.arange(images.shape[1]), NEURONS, [seed, 1])
    started = None if starts is None else _starts(starts, images, split)[members][:, neurons]
    scattered = None if permuted is None else _permuted(permuted, images, split)[:, neurons]
    images = images[members][:, neurons]
    grid = Grid(_mask(kind, split, images))
    found = Pictures.of(images, grid)
    how = {"rate": false_discovery_rate, "level": level}
    began = None if started is None else Pictures.of(started, grid)
    return Features(
        kind=kind,
        moran=found.morans,
        slope=found.slopes,
        mean_moran=over_members(found.morans, level),
        mean_slope=over_members(found.slopes, level),
        shuffled=against_shuffled(found, permutations=permutations, seed=seed, **how),
        starts=NO_STARTS if began is None else against_starts(found, began, **how),
        permuted=NO_PERMUTED
        if scattered is None
        else against_permuted(found, Pictures.of(scattered, grid), **how),
        training=NO_STARTS if began is None else training_of(found, began, level),
        examples_moran=_of_examples(split, grid) if kind == "neuron" else None,
        most_moran=grid.most if kind == "filter" else None,
        mask=grid.mask,
        images=images[:SHOWN_MEMBERS],
        members=members,
        neurons=neurons,
        false_discovery_rate=false_discovery_rate,
        excluded=asked.excluded,
        over_chance=learned(population[members], _some(split, seed), level=level),
    )


def _some(split: Split, seed: int) -> Split:
    """Return as many examples as settle whether anything was learned of them."""
    if len(split) <= ASKED_OF:
        return split
    return split.take(drawn(np.arange(len(split)), ASKED_OF, [seed, 2]))


def _starts(starts: AnyClassifier, trained: np.ndarray, split: Split) -> np.ndarray:
    """Return the pictures of the starts, [members, neurons, height, width, channels] like the trained."""
    drawn, _ = weight_images(population_behind(as_classifier(starts), split=split))
    if drawn.shape[1:] != trained.shape[1:]:
        raise EvaluationError(
            f"Starts with first weights of shape {drawn.shape[1:]}, the trained have {trained.shape[1:]}.",
            hint="draw the starts from the same network specification and for the same inputs.",
        )
    if len(drawn) != len(trained):
        raise EvaluationError(
            f"{len(drawn)} starts of {len(trained)} members.",
            hint="give every member's own start, in the same order.",
        )
    if (drawn == trained).all():
        raise EvaluationError(
            f"The starts have the very weights of the {len(trained)} members: nothing was trained.",
            hint="give the members as they were before training, and the trained members to compare.",
        )
    return drawn


def _permuted(permuted: AnyClassifier, trained: np.ndarray, split: Split) -> np.ndarray:
    """Return the pictures of members trained on shuffled pixels, as many as are measured of the others."""
    population = population_behind(as_classifier(permuted), split=split)
    found, _ = weight_images(population)
    if found.shape[1:] != trained.shape[1:]:
        raise EvaluationError(
            f"Members trained on shuffled pixels have first weights of shape {found.shape[1:]}, "
            f"these have {trained.shape[1:]}.",
            hint="train the same network specification, on the same images with their pixels shuffled.",
        )
    return found[~population.diverged][:MEMBERS]


def _mask(kind: str, split: Split, pictures: np.ndarray) -> np.ndarray:
    height, width = pictures.shape[2:4]
    if kind == "filter":
        return np.ones((height, width), bool)
    if tuple(split.input_shape[:2]) != (height, width):
        raise EvaluationError(
            f"The classifier was built for images of {height}x{width}, the data have {split.input_shape}.",
            hint="measure it on data of the shape it was trained on.",
        )
    return varying_pixels(split)


def _of_examples(split: Split, grid: Grid) -> float:
    few = split.take(np.linspace(0, len(split) - 1, min(len(split), EXAMPLE_PICTURES)).astype(int))
    return float(moran(grid.values(few.inputs), grid).mean())


def _check(permutations: int, rate: float) -> None:
    if permutations < 1:
        raise EvaluationError(
            f"permutations={permutations}: expected 1 or more.", hint=f"{PERMUTATIONS} is the default."
        )
    if not 0.0 < rate < 1.0:
        raise EvaluationError(
            f"false_discovery_rate={rate}: expected a share strictly between 0 and 1.", hint="use 0.05."
        )
