"""Can a network draw? The pictures it believes in most, and what others see in them.

For every class the picture itself climbs the network's own log probability, from noise, from grey and from
blank: once freely (`free`) and once paying for rough and bright pictures (`smooth`). A network that knew what
a "5" looks like would arrive at something that others, too, call a "5", and that lies no farther from real
ones than they lie from each other. Networks of the same kind share their delusions: that they agree proves
little, and a judge of another kind is the better one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from thalweg.data.dataset import Dataset
from thalweg.errors import EvaluationError, NotApplicable, one_of
from thalweg.evaluation.asked import refuse_split
from thalweg.evaluation.classifier import AnyClassifier, as_classifier, predictions
from thalweg.evaluation.dreams.distances import Distances, distances, nearest_labels
from thalweg.evaluation.dreams.judge import Judge, judge_of
from thalweg.evaluation.dreams.record import Dreaming
from thalweg.evaluation.dreams.tables import Dreams
from thalweg.evaluation.grounds import learned
from thalweg.evaluation.inside import drawn, population_behind
from thalweg.measured import Measured
from thalweg.statistics.intervals import counted

if TYPE_CHECKING:
    from thalweg.networks.population import Population

MEMBERS = 16
STARTS = ("noise", "grey", "blank")
PRICES = {"free": (0.0, 0.0), "smooth": (0.01, 0.01)}
"""For each way of dreaming the prices of total variation and of brightness, in log probability."""
SHOWN_MEMBERS = 4
REAL_PICTURES = 500  # test pictures that say how often the nearest training picture is of the same class


def dreams(
    classifier: AnyClassifier,
    dataset: Dataset,
    *,
    judge: AnyClassifier | None = None,
    judge_name: str | None = None,
    classes: Iterable[int] | None = None,
    starts: Iterable[str] = STARTS,
    members: int = MEMBERS,
    steps: int = 200,
    seed: int = 0,
    level: float = 0.95,
) -> Dreaming:
    """Let each member draw the picture of every class that it believes in most, and judge the pictures.

    The field's words: feature visualisation by activation maximisation.

    Args:
        classifier: a population (at most `members` of it dream), one trained network or an ensemble, whose
            members then dream one by one.
        dataset: images; the dreams are compared with its training and test examples.
        judge: any classifier of the same classes, best a stronger one that learned apart, such as another
            run's population (its members vote); by default all the other members voting (each member is
            judged without itself), and nobody for one network alone. The nearest training picture judges
            in any case.
        judge_name: what to call the judge in the record.
        classes: numbers of the classes to dream of; all that have examples by default.
        starts: where to climb from: `noise`, `grey`, `blank`.
        members: how many members dream.
        steps: gradient steps of each picture.
        seed: of the noise and of the choice of members.
        level: confidence level of every interval, 0..1.

    Raises `NotApplicable` for a classifier whose weights are not known, for one without gradients (step
    neurons) and for data that are not images; `EvaluationError` for arguments out of range, for a class
    without examples, for a judge of other classes or inputs or with dreamers among its own, and as
    `accuracy` does.

    Examples:
        >>> import thalweg as tw
        >>> tw.evaluation.dreams(population, digits, classes=[5], starts=["grey"], members=1, steps=5)
        dreams, free believed by ... %, ... times as far; smooth believed by ... %, ... times as far
    """
    asked = as_classifier(classifier)
    population = population_behind(asked, split=getattr(dataset, "test", None))
    _check(population, dataset, {"members": members, "steps": steps})
    sound = population[np.flatnonzero(~population.diverged)]
    dreaming = drawn(np.arange(len(sound)), members, [seed, 0])
    labels, kinds = _labels(dataset, classes), _kinds(starts)
    predictions(asked, dataset.test.take(slice(0, 1)))  # refuses data that it was not built for
    judging = judge_of(judge, judge_name, sound, dataset, level)
    dreamer = _Dreamer(sound, dreaming, dataset, (labels, kinds), judging, (steps, seed, level))
    styles = {name: dreamer.dream(*prices) for name, prices in PRICES.items()}
    return Dreaming(
        styles=styles,
        starts=kinds,
        labels=labels,
        class_names=tuple(dataset.class_names),
        members=np.flatnonzero(~population.diverged)[dreaming],
        judge=judging,
        real_neighbour_agrees=_real_neighbours(dataset, level),
        steps=steps,
        excluded=asked.excluded,
        over_chance=learned(sound[dreaming], dataset.test, level=level),
    )


@dataclass(frozen=True, eq=False)
class _Dreamer:
    """Everything that all ways of dreaming share; `members` are places in `population`."""

    population: Population
    members: np.ndarray
    dataset: Dataset
    what: tuple[np.ndarray, tuple[str, ...]]
    judge: Judge | None
    how: tuple[int, int, float]

    def dream(self, total_variation: float, brightness: float) -> Dreams:
        """Climb from every start for every class, paying these prices, and judge what came of it."""
        from thalweg.evaluation.dreams import ascent as climbing

        (labels, kinds), (steps, seed, level) = self.what, self.how
        starts = climbing.starting_pictures(kinds, self.population.input_shape, seed)
        ascent = climbing.Ascent(steps, total_variation=total_variation, brightness=brightness)
        pictures = climbing.dreams(self.population[self.members], labels, starts, ascent)
        if total_variation == brightness == 0 and (pictures == starts).all():
            raise NotApplicable(
                "The gradient of every answer with respect to the picture is exactly zero: nothing to climb.",
                hint='neurons of activation "step" have no gradient; use a network of another activation.',
            )
        own, others = self._opinions(pictures)
        found = [self._distances(pictures[:, place], label) for place, label in enumerate(labels)]
        shape = pictures.shape[0], len(kinds)
        tables = {
            name: np.stack([getattr(each, name).reshape(shape) for each in found], axis=1)
            for name in ("ratio", "shape_ratio", "nearest")
        }
        return Dreams(
            pictures=pictures[:SHOWN_MEMBERS],
            own=_of_class(own, labels),
            neighbour_agrees=self._neighbours(pictures) == labels[None, :, None],
            judged=None if others is None else _of_class(others, labels),
            agreed=None if others is None else others.argmax(axis=-1) == labels[None, :, None],
            blank_ratio=float(np.mean([each.blank_ratio for each in found])),
            level=level,
            **tables,
        )

    def _opinions(self, pictures: np.ndarray) -> tuple[np.ndarray, np.ndarray | None]:
        """Return probabilities [members, classes dreamt, starts, classes], own and the judge's."""
        own, others = [], []
        for member, dreamt in zip(self.members, pictures, strict=True):
            flat = dreamt.reshape(-1, *self.dataset.input_shape)
            if self.judge is not None and self.judge.classifier is not None:
                own.append(self.population[int(member)].probabilities(flat))
                answers = predictions(self.judge.classifier, flat, classes=self.dataset.classes)
                others.append(answers.ensemble)
                continue
            everyone = self.population.probabilities(flat)
            own.append(everyone[member])
            if len(everyone) > 1:
                others.append(np.delete(everyone, member, axis=0).mean(axis=0, dtype=np.float64))
        shape = (*pictures.shape[:3], self.dataset.classes)
        return np.reshape(own, shape), np.reshape(others, shape) if others else None

    def _neighbours(self, pictures: np.ndarray) -> np.ndarray:
        flat = pictures.reshape(-1, *self.dataset.input_shape)
        return nearest_labels(flat, self.dataset.train).reshape(pictures.shape[:3])

    def _distances(self, pictures: np.ndarray, label: int) -> Distances:
        return distances(pictures.reshape(-1, *self.dataset.input_shape), int(label), self.dataset)


def _of_class(probabilities: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return [members, classes dreamt, starts]: the probability of the class dreamt of."""
    places = np.broadcast_to(labels[None, :, None, None], (*probabilities.shape[:3], 1))
    return np.take_along_axis(probabilities, places, axis=3)[..., 0]


def _real_neighbours(dataset: Dataset, level: float) -> Measured:
    places = np.linspace(0, len(dataset.test) - 1, min(len(dataset.test), REAL_PICTURES)).astype(int)
    some = dataset.test.take(places)
    right = int((nearest_labels(some.inputs, dataset.train) == some.labels).sum())
    return counted(right, len(some), level)


def _labels(dataset: Dataset, classes: Iterable[int] | None) -> np.ndarray:
    if classes is None:
        return np.intersect1d(dataset.train.labels, dataset.test.labels).astype(np.int64)
    labels = np.array(list(classes), dtype=np.int64)
    if not len(labels) or labels.min() < 0 or labels.max() >= dataset.classes:
        raise EvaluationError(
            f"classes={labels.tolist()}: expected numbers from 0 to {dataset.classes - 1}.",
            hint="leave classes out to dream of all of them.",
        )
    return labels


def _kinds(starts: Iterable[str]) -> tuple[str, ...]:
    kinds = tuple(one_of(STARTS, kind, "start") for kind in starts)
    if not kinds:
        raise EvaluationError("No start to climb from.", hint=f"choose from {', '.join(STARTS)}.")
    return kinds


def _check(population: Population, dataset: Dataset, counts: Mapping[str, int]) -> None:
    if len(population.input_shape) not in (2, 3):
        raise NotApplicable(
            f"Inputs of shape {tuple(population.input_shape)} are no pictures: there is nothing to draw.",
            hint="measure a network that reads images.",
        )
    refuse_split(dataset, "dreams", "dreams are compared with training and test examples")
    for name, count in counts.items():
        if count < 1:
            raise EvaluationError(
                f"{name}={count}: expected 1 or more.", hint=f"leave {name} out for the default."
            )
