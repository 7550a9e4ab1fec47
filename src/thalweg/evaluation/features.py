"""Is there more structure than chance in the pictures that the first layer's weights make?

The lesson says that they look almost random. Three kinds of chance are told apart: the same weights with
their pixels shuffled, the same neurons as they started, and neurons that learned from pictures with shuffled
pixels. Pixels that hardly ever vary in the data are left out: their weights stay where they started, and to
tell border from middle is no discovery.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from thalweg.errors import EvaluationError
from thalweg.evaluation.classifier import as_classifier
from thalweg.evaluation.record import Measured, NotMeasured, as_percent, html_table, to_plain
from thalweg.evaluation.spatial import Grid, moran
from thalweg.evaluation.weight_chance import (
    Chance,
    Pictures,
    Training,
    against_permuted,
    against_shuffled,
    against_starts,
    over_members,
    training_of,
)
from thalweg.evaluation.weight_images import population_behind, varying_pixels, weight_images

MEMBERS, NEURONS = 32, 64
PERMUTATIONS = 1_999
SHOWN_MEMBERS = 4
EXAMPLE_PICTURES = 500

NO_STARTS = NotMeasured(
    "The starts of these members were not given.",
    "pass starts=thalweg.train(recipe, split, members=..., seed=..., watch=lambda epochs, members: True), "
    "with the recipe, the members and the seed of the training: it ends before the first step.",
)
NO_PERMUTED = NotMeasured(
    "No members that learned from shuffled pixels were given.",
    "pass permuted=thalweg.train(recipe, shuffled_pixels(split), members=...), with shuffled_pixels from "
    "thalweg.evaluation.weight_images and a recipe that does not distort pictures.",
)


@dataclass(frozen=True, eq=False, repr=False)
class Features:
    """Structure in first-layer weights, seen as pictures (`kind`: "neuron" or "filter").

    `moran` and `slope`: float64 [members, neurons], Moran's I and the spectral slope of each picture.
    `mean_moran`, `mean_slope`: their means over members (slope NaN where pictures are too small). `shuffled`,
    `starts`, `permuted`: against their own pixels shuffled, their own starts, and members that learned from
    shuffled pixels; `training`: what is left of the starts, and what the rest is like. The last three say why
    where they were not measured. `examples_moran`: mean Moran's I of real examples in the same pixels, None
    for filters. `most_moran`: the largest that any picture in these pixels can have, None for neurons (nearly
    1). `mask`: bool [height, width], pixels measured. `images`: float32 [members, neurons, height, width,
    channels] of the first members. `members`, `neurons`: which were measured, counted as they were given.
    """

    kind: str
    moran: np.ndarray
    slope: np.ndarray
    mean_moran: Measured
    mean_slope: Measured
    shuffled: Chance
    starts: Chance | NotMeasured
    permuted: Chance | NotMeasured
    training: Training | NotMeasured
    examples_moran: float | None
    most_moran: float | None
    mask: np.ndarray
    images: np.ndarray
    members: np.ndarray
    neurons: np.ndarray
    false_discovery_rate: float
    excluded: tuple[int, ...]

    def to_json(self) -> dict[str, Any]:
        """Return means with intervals, every comparison with its n, effect and p, and what was measured."""
        return to_plain(
            {
                "kind": self.kind,
                "moran": self.mean_moran,
                "spectral_slope": self.mean_slope,
                "shuffled": self.shuffled.to_json(),
                "starts": self.starts.to_json(),
                "permuted": self.permuted.to_json(),
                "training": self.training.to_json(),
                "examples_moran": self.examples_moran,
                "most_moran": self.most_moran,
                "false_discovery_rate": self.false_discovery_rate,
                "pixels": self.mask.sum(),
                "members": len(self.members),
                "neurons": len(self.neurons),
                "excluded": self.excluded,
            }
        )

    def arrays(self) -> dict[str, np.ndarray]:
        """Return the numbers of every neuron, the mask, and the pictures of the first members."""
        arrays = {
            "moran": self.moran,
            "spectral_slope": self.slope,
            "p_values": self.shuffled.p_values,
            "mask": self.mask,
            "images": self.images,
            "measured_members": self.members,
            "measured_neurons": self.neurons,
        }
        for name, chance in (("start", self.starts), ("permuted", self.permuted)):
            if isinstance(chance, Chance):
                arrays[f"{name}_p_values"] = chance.p_values
        return arrays

    def rows(self) -> list[tuple[str, str]]:
        """Return (question, answer) pairs for a terminal."""
        rows = [
            ('How random is "almost random"?', self._how_random()),
            (f"Which {self.kind}s have more structure than chance?", self._which()),
            ("And than where they started?", self._than_starts()),
            ("And than after learning from shuffled pixels?", _than(self.permuted)),
        ]
        if np.isfinite(self.mean_slope.value):
            found = f"spectral slope {self.mean_slope.plain()}, shuffled {_number(self.shuffled.slope)}"
            rows.append(("How much coarser than static are they?", f"{found}, photographs about -2"))
        return rows

    def _how_random(self) -> str:
        parts = [
            f"{self._verdict()}: neighbouring weights agree by {self.mean_moran.plain()} (Moran's I)",
            f"shuffled weights by {_number(self.shuffled.moran)}",
        ]
        if isinstance(self.starts, Chance):
            parts.append(f"their starts by {_number(self.starts.moran)}")
        if self.examples_moran is not None:
            parts.append(f"the pictures it learned from by {_number(self.examples_moran)}")
        if self.most_moran is not None:
            parts.append(f"no picture of {self._size()} pixels by more than {_number(self.most_moran)}")
        return "; ".join(parts)

    def _verdict(self) -> str:
        pooled = self.shuffled.more_moran.p
        if self.kind == "filter" and pooled is not None:  # one filter alone is too small to tell
            together = f"all {self.moran.size:,} together, p {_p(pooled)}"
            found = "not random" if pooled <= self.false_discovery_rate else "random, as far as can be seen"
            return f"{found} ({together})"
        if self.shuffled.share.value < 0.5:
            return f"random, as far as can be seen, in most {self.kind}s"
        if self.examples_moran is None or self.examples_moran <= 0:
            return "not random"
        part = self.mean_moran.value / self.examples_moran
        if part >= 1:
            return "not random, smoother even than real pictures"
        return f"not random, {as_percent(max(0.0, part))} of the way from noise to real pictures"

    def _which(self) -> str:
        allowed = as_percent(self.false_discovery_rate)
        answer = f"{self.shuffled.share.percent()} against shuffled pixels"
        for words, chance in (
            ("their starts", self.starts),
            ("learning from shuffled pixels", self.permuted),
        ):
            if isinstance(chance, Chance):
                answer += f", {chance.share.percent()} against {words}"
        measured = (
            f"{self._size()} pixels" if self.kind == "filter" else f"{self.mask.sum()} pixels that vary"
        )
        return f"{answer} (at most {allowed} of these by chance; {measured})"

    def _size(self) -> str:
        return "x".join(map(str, self.mask.shape))

    def _than_starts(self) -> str:
        if not isinstance(self.training, Training):
            return _than(self.starts)
        left = f"{self.training.start_left.percent()} of what they are is still the start"
        rest = f"in the rest neighbours agree by {self.training.learned_moran.plain()}"
        return f"{_than(self.starts)}; {left}, {rest}"

    def __repr__(self) -> str:
        return (
            f"Moran's I of first-layer weights {self.mean_moran.plain()}, "
            f"{self.shuffled.share.percent()} of {self.kind}s with structure"
        )

    def _repr_html_(self) -> str:
        return html_table("features", self.rows())


def features(
    classifier: Any,
    split: Any,
    *,
    starts: Any = None,
    permuted: Any = None,
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
            (`thalweg.evaluation.weight_images.shuffled_pixels`); two members or more for an interval. Its
            weights are measured as they lie.
        permutations: shuffles; the smallest p-value is 1 / (permutations + 1).
        false_discovery_rate: share of false discoveries allowed among a member's structured neurons, 0..1.
        seed: of the shuffles and of the choice of members and neurons.
        level: confidence level of every interval, 0..1.

    Raises `NotApplicable` for a classifier whose weights are not known and for data that are not images,
    `EvaluationError` for starts of another shape or number, for starts that are the trained members
    themselves, for permuted members of another shape, and for arguments out of range.
    """
    _check(permutations, false_discovery_rate)
    asked = as_classifier(classifier)
    population = population_behind(asked.source)
    images, kind = weight_images(population)
    members = _some(np.flatnonzero(~population.diverged), MEMBERS, [seed, 0])
    neurons = _some(np.arange(images.shape[1]), NEURONS, [seed, 1])
    started = None if starts is None else _starts(starts, images)[members][:, neurons]
    scattered = None if permuted is None else _permuted(permuted, images)[:, neurons]
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
    )


def _starts(starts: Any, trained: np.ndarray) -> np.ndarray:
    """Return the pictures of the starts, [members, neurons, height, width, channels] like the trained."""
    drawn, _ = weight_images(population_behind(starts))
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


def _permuted(permuted: Any, trained: np.ndarray) -> np.ndarray:
    """Return the pictures of members trained on shuffled pixels, as many as are measured of the others."""
    population = population_behind(as_classifier(permuted).source)
    found, _ = weight_images(population)
    if found.shape[1:] != trained.shape[1:]:
        raise EvaluationError(
            f"Members trained on shuffled pixels have first weights of shape {found.shape[1:]}, "
            f"these have {trained.shape[1:]}.",
            hint="train the same network specification, on the same images with their pixels shuffled.",
        )
    return found[~population.diverged][:MEMBERS]


def _mask(kind: str, split: Any, pictures: np.ndarray) -> np.ndarray:
    height, width = pictures.shape[2:4]
    if kind == "filter":
        return np.ones((height, width), bool)
    if tuple(split.input_shape[:2]) != (height, width):
        raise EvaluationError(
            f"The classifier was built for images of {height}x{width}, the data have {split.input_shape}.",
            hint="measure it on data of the shape it was trained on.",
        )
    return varying_pixels(split)


def _of_examples(split: Any, grid: Grid) -> float:
    few = split.take(np.linspace(0, len(split) - 1, min(len(split), EXAMPLE_PICTURES)).astype(int))
    return float(moran(grid.values(few.inputs), grid).mean())


def _some(of: np.ndarray, count: int, seed: list[int]) -> np.ndarray:
    if count >= len(of):
        return of
    return np.sort(np.random.default_rng(seed).choice(of, count, replace=False))


def _than(chance: Chance | NotMeasured) -> str:
    if isinstance(chance, NotMeasured):
        return f"not measured: {chance.reason} {chance.hint}"
    effect = chance.more_moran
    tested = "" if effect.p is None else f" (p {_p(effect.p)}, {chance.members} members)"
    return f"Moran's I is {effect.difference.plain()} above theirs, {_number(chance.moran)}{tested}"


def _p(p: float) -> str:
    return "< 0.001" if p < 0.001 else f"= {p:.3f}"


def _number(value: float) -> str:
    text = f"{value:.2f}"
    return text.removeprefix("-") if float(text) == 0 else text


def _check(permutations: int, rate: float) -> None:
    if permutations < 1:
        raise EvaluationError(
            f"permutations={permutations}: expected 1 or more.", hint=f"{PERMUTATIONS} is the default."
        )
    if not 0.0 < rate < 1.0:
        raise EvaluationError(
            f"false_discovery_rate={rate}: expected a share strictly between 0 and 1.", hint="use 0.05."
        )
