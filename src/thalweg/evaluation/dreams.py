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
from typing import Any

import numpy as np

from thalweg.errors import EvaluationError, NotApplicable, near_match
from thalweg.evaluation.classifier import Classifier, as_classifier, predictions
from thalweg.evaluation.intervals import crossed
from thalweg.evaluation.picture_distances import Distances, distances
from thalweg.evaluation.record import Measured, html_table, to_plain
from thalweg.evaluation.weight_images import population_behind

MEMBERS = 16
STARTS = ("noise", "grey", "blank")
PRICES = {"free": (0.0, 0.0), "smooth": (0.01, 0.01)}
"""For each way of dreaming the prices of total variation and of brightness, in log probability."""
SHOWN_MEMBERS = 4
NEAR = 1.1  # times the usual distance: what still counts as the shape of a real picture


@dataclass(frozen=True, eq=False)
class Dreams:
    """Pictures dreamt in one way; tables are [members, classes, starts].

    `pictures`: float32 [shown members, classes, starts, *input shape] of the first members. `own`, `judged`:
    probability of the class by the network itself and by the judge; `agreed`: whether the judge's answer is
    the class (both None without a judge). `ratio`: distance to the nearest training picture of the class,
    divided by the mean of that distance over test pictures; a black picture has `blank_ratio` on average, so
    faint dreams seem near. `shape_ratio`: the same with all pictures brought to one length. `nearest`: which
    training example is nearest in shape. The `mean_` numbers have intervals over members.
    """

    pictures: np.ndarray
    own: np.ndarray
    judged: np.ndarray | None
    agreed: np.ndarray | None
    ratio: np.ndarray
    shape_ratio: np.ndarray
    nearest: np.ndarray
    blank_ratio: float
    level: float

    @property
    def mean_own(self) -> Measured:
        """Mean confidence of the network in its own pictures, 0..1."""
        return _over_members(self.own, self.level, (0.0, 1.0))

    @property
    def mean_judged(self) -> Measured | None:
        """Mean probability that the judge gives to the class dreamt of, 0..1."""
        return None if self.judged is None else _over_members(self.judged, self.level, (0.0, 1.0))

    @property
    def mean_agreed(self) -> Measured | None:
        """Share of the pictures that the judge takes for the class dreamt of."""
        return None if self.agreed is None else _over_members(self.agreed, self.level, (0.0, 1.0))

    @property
    def mean_ratio(self) -> Measured:
        """Mean distance to the nearest real picture, in units of what is usual between real pictures."""
        return _over_members(self.ratio, self.level, (0.0, np.inf))

    @property
    def mean_shape_ratio(self) -> Measured:
        """As `mean_ratio`, with all pictures brought to one length: faint ones gain nothing."""
        return _over_members(self.shape_ratio, self.level, (0.0, np.inf))

    def to_json(self) -> dict[str, Any]:
        """Return the means with intervals, and None for what needs a judge that was not there."""
        return to_plain(
            {
                "own_confidence": self.mean_own,
                "judge_confidence": self.mean_judged,
                "judge_agrees": self.mean_agreed,
                "distance_ratio": self.mean_ratio,
                "shape_distance_ratio": self.mean_shape_ratio,
                "distance_ratio_of_blank": self.blank_ratio,
            }
        )

    def arrays(self) -> dict[str, np.ndarray]:
        """Return the pictures and the table of every number."""
        arrays = {
            "pictures": self.pictures,
            "own_confidence": self.own,
            "judge_confidence": self.judged,
            "judge_agrees": self.agreed,
            "distance_ratio": self.ratio,
            "shape_distance_ratio": self.shape_ratio,
            "nearest": self.nearest,
        }
        return {name: array for name, array in arrays.items() if array is not None}


@dataclass(frozen=True, eq=False, repr=False)
class Dreaming:
    """What members dream, one entry a way of dreaming: `free` and `smooth`.

    `members`: int64, which members dreamt, counted in the classifier as it was given. `labels`: int64, the
    classes dreamt of. `judge`: who judged, in words; None where nobody could.
    """

    ways: Mapping[str, Dreams]
    starts: tuple[str, ...]
    labels: np.ndarray
    class_names: tuple[str, ...]
    members: np.ndarray
    judge: str | None
    steps: int
    excluded: tuple[int, ...]

    def __getitem__(self, way: str) -> Dreams:
        return self.ways[_known("way of dreaming", way, tuple(self.ways))]

    def to_json(self) -> dict[str, Any]:
        """Return one object a way of dreaming, and how it was done."""
        return to_plain(
            {
                **{name: way.to_json() for name, way in self.ways.items()},
                "judge": self.judge,
                "classes": [self.class_names[label] for label in self.labels],
                "starts": self.starts,
                "steps": self.steps,
                "members": len(self.members),
                "excluded": self.excluded,
            }
        )

    def arrays(self) -> dict[str, np.ndarray]:
        """Return which members and classes, and every way's pictures and tables as `<way>_<name>`."""
        arrays = {"dreaming_members": self.members, "dreamt_classes": self.labels}
        for name, way in self.ways.items():
            arrays |= {f"{name}_{key}": array for key, array in way.arrays().items()}
        return arrays

    def rows(self) -> list[tuple[str, str]]:
        """Return (question, answer) pairs for a terminal."""
        free, smooth = self.ways["free"], self.ways["smooth"]
        rows = [("Can it draw what it reads?", self._verdict())]
        for question, way in (
            ("What does it believe in most, drawn freely?", free),
            ("And if rough and bright pictures cost?", smooth),
        ):
            rows.append((question, self._answer(way)))
        if self.judge is None:
            rows.append(("Who judged?", "nobody: one network alone; pass a judge or several members"))
        return rows

    def _answer(self, way: Dreams) -> str:
        parts = [f"it is sure of it by {way.mean_own.percent()}"]
        if way.mean_agreed is not None and way.mean_judged is not None:
            seen = f"{self.judge} sees the same in {way.mean_agreed.percent()}"
            parts.append(f"{seen}, by {way.mean_judged.percent()}")
        parts.append(
            f"in shape {way.mean_shape_ratio.plain()} times as far from a real one as real ones are "
            f"(with its brightness {way.mean_ratio.plain()}, a black picture {way.blank_ratio:.2f})"
        )
        return "; ".join(parts)

    def _verdict(self) -> str:
        nearest = min((way.mean_shape_ratio for way in self.ways.values()), key=lambda ratio: ratio.value)
        low = nearest.value if nearest.low is None else nearest.low
        if low > NEAR:
            return f"no: at best {nearest.plain()} times as far in shape from real pictures as these are"
        return f"its pictures have the shape of real ones: {nearest.plain()} times the usual distance"

    def __repr__(self) -> str:
        parts = (
            f"{name} believed by {way.mean_own.percent()}, {way.mean_shape_ratio.plain()} times as far"
            for name, way in self.ways.items()
        )
        return f"dreams, {'; '.join(parts)}"

    def _repr_html_(self) -> str:
        return html_table("dreams", self.rows())


def dreams(
    classifier: Any,
    dataset: Any,
    *,
    judge: Any = None,
    classes: Iterable[int] | None = None,
    starts: Iterable[str] = STARTS,
    members: int = MEMBERS,
    steps: int = 200,
    seed: int = 0,
    level: float = 0.95,
) -> Dreaming:
    """Let each member draw the picture of every class that it believes in most, and judge the pictures.

    Args:
        classifier: a population (at most `members` of it dream), one trained network or an ensemble, whose
            members then dream one by one.
        dataset: images; the dreams are compared with its training and test examples.
        judge: any classifier of the same classes, best a stronger one that learned apart; by default all the
            other members voting (each member is judged without itself).
        classes: numbers of the classes to dream of; all that have examples by default.
        starts: where to climb from: `noise`, `grey`, `blank`.
        members: how many members dream.
        steps: gradient steps of each picture.
        seed: of the noise and of the choice of members.
        level: confidence level of every interval, 0..1.

    Raises `NotApplicable` for a classifier whose weights are not known, for one without gradients (step
    neurons) and for data that are not images; `EvaluationError` for arguments out of range, for a class
    without examples and as `accuracy` does.
    """
    asked = as_classifier(classifier)
    population = population_behind(asked.source)
    _check(population, dataset, {"members": members, "steps": steps})
    sound = population[np.flatnonzero(~population.diverged)]
    dreaming = _some(len(sound), members, seed)
    labels, kinds = _labels(dataset, classes), _kinds(starts)
    predictions(asked, dataset.test.take(slice(0, 1)))  # refuses data that it was not built for
    dreamer = _Dreamer(sound, dreaming, dataset, (labels, kinds), _judge(judge), (steps, seed, level))
    ways = {name: dreamer.dream(*prices) for name, prices in PRICES.items()}
    return Dreaming(
        ways=ways,
        starts=kinds,
        labels=labels,
        class_names=tuple(dataset.class_names),
        members=np.flatnonzero(~population.diverged)[dreaming],
        judge=_named(judge, len(sound)),
        steps=steps,
        excluded=asked.excluded,
    )


@dataclass(frozen=True, eq=False)
class _Dreamer:
    """Everything that all ways of dreaming share; `members` are places in `population`."""

    population: Any
    members: np.ndarray
    dataset: Any
    what: tuple[np.ndarray, tuple[str, ...]]
    judge: Classifier | None
    how: tuple[int, int, float]

    def dream(self, total_variation: float, brightness: float) -> Dreams:
        from thalweg.networks import dreams as climbing

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
            judged=None if others is None else _of_class(others, labels),
            agreed=None if others is None else others.argmax(axis=-1) == labels[None, :, None],
            blank_ratio=float(np.mean([each.blank_ratio for each in found])),
            level=level,
            **tables,
        )

    def _opinions(self, pictures: np.ndarray) -> tuple[np.ndarray, np.ndarray | None]:
        """Return probabilities [members, classes dreamt, starts, classes], own and the judge's."""
        own, others = [], []
        for member, drawn in zip(self.members, pictures, strict=True):
            flat = drawn.reshape(-1, *self.dataset.input_shape)
            if self.judge is not None:
                own.append(self.population[int(member)].probabilities(flat))
                others.append(predictions(self.judge, flat, classes=self.dataset.classes).ensemble)
                continue
            everyone = self.population.probabilities(flat)
            own.append(everyone[member])
            if len(everyone) > 1:
                others.append(np.delete(everyone, member, axis=0).mean(axis=0, dtype=np.float64))
        shape = (*pictures.shape[:3], self.dataset.classes)
        return np.reshape(own, shape), np.reshape(others, shape) if others else None

    def _distances(self, pictures: np.ndarray, label: int) -> Distances:
        return distances(pictures.reshape(-1, *self.dataset.input_shape), int(label), self.dataset)


def _of_class(probabilities: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return [members, classes dreamt, starts]: the probability of the class dreamt of."""
    places = np.broadcast_to(labels[None, :, None, None], (*probabilities.shape[:3], 1))
    return np.take_along_axis(probabilities, places, axis=3)[..., 0]


def _over_members(table: np.ndarray, level: float, limits: tuple[float, float]) -> Measured:
    """Return the mean of [members, classes, starts], interval over members: the classes are all there are."""
    rows = table.reshape(len(table), -1)
    found = crossed(rows, level, limits=limits)
    return Measured.of(found.mean, found.starts)


def _judge(judge: Any) -> Classifier | None:
    return None if judge is None else as_classifier(judge)


def _named(judge: Any, members: int) -> str | None:
    if judge is not None:
        return "the judge"
    if members == 1:
        return None
    return "the other network" if members == 2 else f"the vote of the other {members - 1:,} networks"


def _labels(dataset: Any, classes: Iterable[int] | None) -> np.ndarray:
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
    kinds = tuple(_known("start", kind, STARTS) for kind in starts)
    if not kinds:
        raise EvaluationError("No start to climb from.", hint=f"choose from {', '.join(STARTS)}.")
    return kinds


def _some(count: int, wanted: int, seed: int) -> np.ndarray:
    if wanted >= count:
        return np.arange(count)
    return np.sort(np.random.default_rng([seed, 0]).choice(count, wanted, replace=False))


def _check(population: Any, dataset: Any, counts: Mapping[str, int]) -> None:
    if len(population.input_shape) not in (2, 3):
        raise NotApplicable(
            f"Inputs of shape {tuple(population.input_shape)} are no pictures: there is nothing to draw.",
            hint="measure a network that reads images.",
        )
    if not hasattr(dataset, "test"):
        raise EvaluationError(
            f"dreams() takes a data set, found a {type(dataset).__name__}.",
            hint="pass the data set itself: dreams are compared with training and test examples.",
        )
    for name, count in counts.items():
        if count < 1:
            raise EvaluationError(
                f"{name}={count}: expected 1 or more.", hint=f"leave {name} out for the default."
            )


def _known(what: str, word: str, words: tuple[str, ...]) -> str:
    if word in words:
        return word
    raise EvaluationError(
        f"Unknown {what} {word!r}.{near_match(word, words)}", hint=f"choose from {', '.join(words)}."
    )
