"""Is there more structure than chance in the pictures that the first layer's weights make?

The lesson says that they look almost random. Two kinds of chance are told apart: the same weights with their
pixels shuffled, and weights as training found them at the start. Pixels that hardly ever vary in the data are
left out: their weights stay where they started, and to tell border from middle is no discovery.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import false_discovery_control

from thalweg.errors import EvaluationError
from thalweg.evaluation.classifier import as_classifier
from thalweg.evaluation.intervals import crossed
from thalweg.evaluation.record import Measured, as_percent, html_table, to_plain
from thalweg.evaluation.spatial import (
    Grid,
    moran,
    share_as_extreme,
    shuffled_moran,
    shuffled_slope,
    spectral_slope,
)
from thalweg.evaluation.weight_images import population_behind, varying_pixels, weight_images

MEMBERS, NEURONS = 32, 64
PERMUTATIONS = 1_999
SLOPE_PERMUTATIONS = 199  # for a mean only
SHOWN_MEMBERS = 4
EXAMPLE_PICTURES = 500


@dataclass(frozen=True, eq=False)
class Chance:
    """What the weights are compared with, and which neurons have more structure than it.

    `moran`, `slope`: mean over chance pictures (`slope` NaN where there is none). `p_values`: float64
    [members, neurons], one-sided, of Moran's I. `structured`: bool [members, neurons], those that remain at
    the false discovery rate asked for, over the neurons of each member (Benjamini & Hochberg, J. R. Stat.
    Soc. B 57, 1995, equation 1). `share`: mean share of structured neurons, interval over members.
    """

    moran: float
    slope: float
    p_values: np.ndarray
    structured: np.ndarray
    share: Measured

    def to_json(self) -> dict[str, Any]:
        """Return the chance means, the share of structured neurons and the smallest p-value."""
        return to_plain(
            {
                "moran": self.moran,
                "spectral_slope": self.slope,
                "share_structured": self.share,
                "smallest_p": self.p_values.min(),
            }
        )


@dataclass(frozen=True, eq=False, repr=False)
class Features:
    """Structure in first-layer weights, seen as pictures (`kind`: "neuron" or "filter").

    `moran` and `slope`: float64 [members, neurons], Moran's I and the spectral slope of each picture.
    `mean_moran`, `mean_slope`: their means over members (slope NaN where pictures are too small). `shuffled`:
    against their own pixels shuffled; `starts`: against random starts, None where none were given.
    `examples_moran`: mean Moran's I of real examples in the same pixels, None for filters. `mask`: bool
    [height, width], pixels measured. `images`: float32 [members, neurons, height, width, channels] of the
    first members. `members`, `neurons`: which were measured, counted as they were given.
    """

    kind: str
    moran: np.ndarray
    slope: np.ndarray
    mean_moran: Measured
    mean_slope: Measured
    shuffled: Chance
    starts: Chance | None
    examples_moran: float | None
    mask: np.ndarray
    images: np.ndarray
    members: np.ndarray
    neurons: np.ndarray
    false_discovery_rate: float
    excluded: tuple[int, ...]

    def to_json(self) -> dict[str, Any]:
        """Return means with intervals, both comparisons, and what was measured."""
        return to_plain(
            {
                "kind": self.kind,
                "moran": self.mean_moran,
                "spectral_slope": self.mean_slope,
                "shuffled": self.shuffled.to_json(),
                "starts": None if self.starts is None else self.starts.to_json(),
                "examples_moran": self.examples_moran,
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
        return arrays if self.starts is None else arrays | {"start_p_values": self.starts.p_values}

    def rows(self) -> list[tuple[str, str]]:
        """Return (question, answer) pairs for a terminal."""
        rows = [
            ("How random do the first weights look?", self._how_random()),
            (f"Which {self.kind}s have more structure than chance?", self._which()),
        ]
        if np.isfinite(self.mean_slope.value):
            chance = self.shuffled.slope
            rows.append(
                (
                    "How much coarser than static are they?",
                    f"spectral slope {self.mean_slope.plain()}; shuffled {chance:.2f}, photographs about -2",
                )
            )
        return rows

    def _how_random(self) -> str:
        parts = [
            f"{self._verdict()}: neighbouring weights agree by {self.mean_moran.plain()} (Moran's I)",
            f"shuffled weights by {_number(self.shuffled.moran)}",
        ]
        if self.starts is not None:
            parts.append(f"random starts by {_number(self.starts.moran)}")
        if self.examples_moran is not None:
            parts.append(f"the pictures it learned from by {_number(self.examples_moran)}")
        return "; ".join(parts)

    def _verdict(self) -> str:
        if self.shuffled.share.value < 0.5:
            return f"random, as far as can be seen, in most {self.kind}s"
        if self.examples_moran is None or self.examples_moran <= 0:
            return "not random"
        part = as_percent(max(0.0, self.mean_moran.value / self.examples_moran))
        return f"not random, {part} of the way from noise to real pictures"

    def _which(self) -> str:
        allowed = as_percent(self.false_discovery_rate)
        answer = f"{self.shuffled.share.percent()} against shuffled pixels"
        if self.starts is not None:
            answer += f", {self.starts.share.percent()} against random starts"
        return f"{answer} (at most {allowed} of these by chance; {int(self.mask.sum())} pixels that vary)"

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
    permutations: int = PERMUTATIONS,
    false_discovery_rate: float = 0.05,
    seed: int = 0,
    level: float = 0.95,
) -> Features:
    """Measure how much more structure than chance the weights of the first layer have, as pictures.

    Every neuron's weights are compared by Moran's I with themselves, pixels shuffled (a permutation test),
    and with neurons of random starts. The spectral slope describes; it decides nothing.

    Args:
        classifier: a population (at most 32 members and 64 neurons of each are measured), one trained
            network or an ensemble.
        split: images as it learned from: they say which pixels vary (in 1 % of the examples or more). Filters
            of a convolution are measured whole.
        starts: a population of the same shape, drawn but not trained; more members make finer p-values.
        permutations: shuffles; the smallest p-value is 1 / (permutations + 1).
        false_discovery_rate: share of false discoveries allowed among a member's structured neurons, 0..1.
        seed: of the shuffles and of the choice of members and neurons.
        level: confidence level of every interval, 0..1.

    Raises `NotApplicable` for a classifier whose weights are not known and for data that are not images,
    `EvaluationError` for starts of another shape and for arguments out of range.
    """
    _check(permutations, false_discovery_rate)
    asked = as_classifier(classifier)
    population = population_behind(asked.source)
    pictures, kind = weight_images(population)
    members = _some(np.flatnonzero(~population.diverged), MEMBERS, [seed, 0])
    neurons = _some(np.arange(pictures.shape[1]), NEURONS, [seed, 1])
    pictures = pictures[members][:, neurons]
    grid = Grid(_mask(kind, split, pictures))
    chosen = _Pictures(grid, (len(members), len(neurons)), grid.values(_flat(pictures)))
    found = chosen.morans, chosen.slopes
    return Features(
        kind=kind,
        moran=found[0],
        slope=found[1],
        mean_moran=_over_members(found[0], level),
        mean_slope=_over_members(found[1], level),
        shuffled=_against_shuffled(chosen, (permutations, false_discovery_rate, seed), level),
        starts=None
        if starts is None
        else _against_starts(chosen, _start_values(starts, pictures, grid), false_discovery_rate, level),
        examples_moran=_of_examples(split, grid) if kind == "neuron" else None,
        mask=grid.mask,
        images=pictures[:SHOWN_MEMBERS],
        members=members,
        neurons=neurons,
        false_discovery_rate=false_discovery_rate,
        excluded=asked.excluded,
    )


@dataclass(frozen=True, eq=False)
class _Pictures:
    """Values [members * neurons, pixels, channels] at the pixels of a grid; `shape` (members, neurons)."""

    grid: Grid
    shape: tuple[int, int]
    values: np.ndarray

    @property
    def morans(self) -> np.ndarray:
        return moran(self.values, self.grid).reshape(self.shape)

    @property
    def slopes(self) -> np.ndarray:
        return spectral_slope(self.values, self.grid).reshape(self.shape)


def _against_shuffled(pictures: _Pictures, how: tuple[int, float, int], level: float) -> Chance:
    permutations, rate, seed = how
    values, grid = pictures.values, pictures.grid
    chance = shuffled_moran(values, grid, permutations=permutations, seed=seed)
    few = min(permutations, SLOPE_PERMUTATIONS)
    slopes = shuffled_slope(values, grid, permutations=few, seed=seed)
    p_values = share_as_extreme(pictures.morans.ravel(), chance).reshape(pictures.shape)
    return _chance((chance, slopes), p_values, rate, level)


def _against_starts(pictures: _Pictures, starts: np.ndarray, rate: float, level: float) -> Chance:
    chance = moran(starts, pictures.grid)
    p_values = share_as_extreme(pictures.morans.ravel(), chance[:, None]).reshape(pictures.shape)
    return _chance((chance, spectral_slope(starts, pictures.grid)), p_values, rate, level)


def _chance(draws: tuple[np.ndarray, np.ndarray], p_values: np.ndarray, rate: float, level: float) -> Chance:
    structured = false_discovery_control(p_values, axis=1) <= rate
    return Chance(
        moran=float(draws[0].mean()),
        slope=float(draws[1].mean()),
        p_values=p_values,
        structured=structured,
        share=Measured.of(float(structured.mean()), crossed(structured, level).starts),
    )


def _start_values(starts: Any, pictures: np.ndarray, grid: Grid) -> np.ndarray:
    drawn, _ = weight_images(population_behind(starts))
    if drawn.shape[2:] != pictures.shape[2:]:
        raise EvaluationError(
            f"Starts with first weights of shape {drawn.shape[2:]}, the trained have {pictures.shape[2:]}.",
            hint="draw the starts from the same network specification and for the same inputs.",
        )
    return grid.values(_flat(drawn))


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


def _over_members(values: np.ndarray, level: float) -> Measured:
    """Return the mean of [members, neurons] with its interval over members."""
    if np.isnan(values).all():
        return Measured(float("nan"))
    values = np.where(np.isnan(values), np.nanmean(values), values)
    return Measured.of(float(values.mean()), crossed(values, level).starts)


def _flat(pictures: np.ndarray) -> np.ndarray:
    return pictures.reshape(-1, *pictures.shape[2:])


def _some(of: np.ndarray, count: int, seed: list[int]) -> np.ndarray:
    if count >= len(of):
        return of
    return np.sort(np.random.default_rng(seed).choice(of, count, replace=False))


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
