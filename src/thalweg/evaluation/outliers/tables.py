"""Every score of every example: the classifier is asked once for each set, a bounded part at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from thalweg.data.dataset import Dataset, Split, TrainSplit
from thalweg.errors import NotApplicable, one_of
from thalweg.evaluation.classifier import Classifier, blocks
from thalweg.evaluation.outliers import scores as scores
from thalweg.evaluation.outliers.detectors import Clipping, InputLikelihood, Mahalanobis, NearestNeighbour
from thalweg.evaluation.outliers.scores import SCORES

BYTES_AT_ONCE = 128 * 1024**2  # features held at once
FITTED_ON, STANDARDISED_ON = 10_000, 2_000
REFERENCE = "training examples that no detector was fitted on"

FEATURE_SCORES = tuple(name for name, score in SCORES.items() if score.needs == "network")


@dataclass(frozen=True, eq=False)
class ScoreTable:
    """One score on one set: `members` [members, examples], `ensemble` [examples]; None where it has none."""

    members: np.ndarray | None
    ensemble: np.ndarray | None


Tables = dict[str, dict[str, ScoreTable]]
"""set -> score -> table."""


@dataclass(frozen=True, eq=False)
class TrainingParts:
    """Training examples in random order: those detectors are fitted on, and others to standardise with."""

    fitted: TrainSplit
    reference: TrainSplit

    @staticmethod
    def of(dataset: Dataset, seed: int) -> TrainingParts | None:
        """Choose from the training part of `dataset`; None where it has none."""
        if dataset.train_part is None:
            return None
        train = dataset.train_part
        order = np.random.default_rng([seed, len(train)]).permutation(len(train))
        aside = max(1, min(STANDARDISED_ON, len(train) // 5))
        return TrainingParts(train.take(order[aside : aside + FITTED_ON]), train.take(order[:aside]))


def usable_scores(asked: Classifier, parts: TrainingParts | None, wanted: Iterable[str] | None) -> list[str]:
    """Return the names of the scores that can be had, those `wanted` if given.

    Raises `EvaluationError` for an unknown name, `NotApplicable` for a score this classifier or the data do
    not allow. Whether there are several members is seen later.
    """
    names = [wanted] if isinstance(wanted, str) else wanted
    if names is None:
        return [name for name in SCORES if not _refusal(name, asked, parts)]
    names = list(names)
    for name in names:
        one_of(SCORES, name, "outlier score")
        reason = _refusal(name, asked, parts)
        if reason:
            raise NotApplicable(
                f"The outlier score {name!r} cannot be had: {reason}.",
                hint="use maximum_probability or entropy, which need probabilities only.",
            )
    return [name for name in SCORES if name in names]


def _refusal(name: str, asked: Classifier, parts: TrainingParts | None) -> str:
    needs = SCORES[name].needs
    if needs == "network" and not _is_open(asked.source):
        return f"it needs logits and hidden activations, and a {type(asked.source).__name__} shows none"
    if needs in ("network", "inputs") and parts is None:
        return "it is fitted on training examples, and these data have none"
    return ""


def score_tables(
    asked: Classifier,
    inputs: Mapping[str, Split | np.ndarray],
    parts: TrainingParts | None,
    *,
    names: list[str],
    classes: int,
) -> Tables:
    """Return the tables of the scores `names` on every set of `inputs` (arrays or splits).

    Members that diverged are left out. The ensemble's `maximum_probability` and `entropy` are those of the
    members' mean probability; its other scores are the mean over members of scores standardised on training
    examples, so that no member outweighs the others.
    """
    tables: Tables = {name: {} for name in inputs}
    if parts is not None and any(name in FEATURE_SCORES for name in names):
        from_network = _from_network(asked, inputs, parts, classes)
    else:
        from_network = _from_probabilities(asked, inputs, classes)
    for set_name, found in from_network.items():
        tables[set_name] = {name: found[name] for name in names if name in found}
    if "inputs" in names and parts is not None:
        likelihood = InputLikelihood.fit(parts.fitted.inputs)
        for set_name, examples in inputs.items():
            score = likelihood.score(examples.inputs if isinstance(examples, Split) else examples)
            tables[set_name]["inputs"] = ScoreTable(None, score)
    return tables


@dataclass
class _Answers:
    """What is kept of the probabilities of one set while they pass by."""

    examples: int
    classes: int
    tables: dict[str, np.ndarray] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.total = np.zeros((self.examples, self.classes))

    def add(self, probabilities: np.ndarray, members: slice, examples: slice, population: int) -> None:
        """Take in probabilities [members, examples, classes] of these members on these examples."""
        for name, score in (("maximum_probability", scores.maximum_probability), ("entropy", scores.entropy)):
            if name not in self.tables:
                self.tables[name] = np.empty((population, self.examples), np.float32)
            self.tables[name][members, examples] = score(probabilities)
        self.total[examples] += probabilities.sum(axis=0, dtype=np.float64)

    def finish(self) -> dict[str, ScoreTable]:
        """Return the tables of the scores that need probabilities only."""
        members = len(self.tables["entropy"])
        if members == 1:
            return {name: ScoreTable(table, None) for name, table in self.tables.items()}
        mean = self.total / members
        disagreement = scores.mutual_information(mean, self.tables["entropy"].mean(axis=0, dtype=np.float64))
        return {
            "maximum_probability": ScoreTable(
                self.tables["maximum_probability"], scores.maximum_probability(mean)
            ),
            "entropy": ScoreTable(self.tables["entropy"], scores.entropy(mean)),
            "mutual_information": ScoreTable(None, disagreement),
        }


def _from_probabilities(asked: Classifier, inputs: Mapping[str, Split | np.ndarray], classes: int) -> Tables:
    found: Tables = {}
    for name, examples in inputs.items():
        answers = _Answers(len(examples), classes)
        for block in blocks(asked, examples, classes=classes):
            answers.add(block.probabilities, block.members, block.examples, block.population)
        found[name] = answers.finish()
    return found


def _from_network(
    asked: Classifier, inputs: Mapping[str, Split | np.ndarray], parts: TrainingParts, classes: int
) -> Tables:
    members = _sound_members(asked)
    every = {REFERENCE: parts.reference, **inputs}
    answers = {name: _Answers(len(examples), classes) for name, examples in every.items()}
    tables = {
        name: {score: np.empty((len(members), len(examples)), np.float32) for score in FEATURE_SCORES}
        for name, examples in every.items()
    }
    most = max(len(parts.fitted), *(len(examples) for examples in every.values()))
    for group, opened in _groups(asked.source, members, most):
        detectors = opened.fitted(parts.fitted)
        for name, examples in every.items():
            features = opened.features(examples)
            logits = np.einsum("mnf,mcf->mnc", features, opened.weight, optimize=True)
            logits += opened.bias[:, None, :]
            answers[name].add(opened.probabilities(logits), group, slice(None), len(members))
            for score, table in _feature_scores(opened, detectors, features, logits).items():
                tables[name][score][group] = table
    return {
        name: {**answers[name].finish(), **_standardised(tables[name], tables[REFERENCE])} for name in inputs
    }


def _standardised(
    tables: Mapping[str, np.ndarray], reference: Mapping[str, np.ndarray]
) -> dict[str, ScoreTable]:
    found = {}
    for name, table in tables.items():
        centre = reference[name].mean(axis=1, dtype=np.float64)[:, None]
        spread = reference[name].std(axis=1, dtype=np.float64)[:, None]
        ensemble = ((table - centre) / np.where(spread > 0, spread, 1.0)).mean(axis=0)
        found[name] = ScoreTable(table, ensemble if len(table) > 1 else None)
    return found


@dataclass(frozen=True, eq=False)
class _Opened:
    """Some members of a network whose inside can be seen; every array leads with members."""

    source: Any
    weight: np.ndarray
    bias: np.ndarray

    @staticmethod
    def of(source: Any) -> _Opened:
        """Take a population, or one network as a population of one."""
        weight, bias = source.last_layer
        return _Opened(source, weight.reshape(-1, *weight.shape[-2:]), bias.reshape(-1, bias.shape[-1]))

    def features(self, examples: Split | np.ndarray) -> np.ndarray:
        """Return float32 [members, examples, features]."""
        found = self.source.features(examples)
        return found.reshape(len(self.weight), len(examples), -1)

    def probabilities(self, logits: np.ndarray) -> np.ndarray:
        """Read logits as the cost that was trained with does."""
        from thalweg.networks import readout

        return np.asarray(readout.probabilities(self.source.readout, logits))  # type: ignore[arg-type]

    def fitted(self, fitted: TrainSplit) -> list[tuple[Mahalanobis, NearestNeighbour, Clipping]]:
        """Return the detectors of every member, fitted to its features of these training examples."""
        return [
            (Mahalanobis.fit(own, fitted.labels), NearestNeighbour.fit(own), Clipping.fit(own))
            for own in self.features(fitted)
        ]


def _feature_scores(
    opened: _Opened, detectors: list, features: np.ndarray, logits: np.ndarray
) -> dict[str, np.ndarray]:
    """Return [members, examples] of every score that looks inside."""
    found = {"maximum_logit": scores.maximum_logit(logits), "energy": scores.energy(logits)}
    found |= {name: np.empty(features.shape[:2], np.float32) for name in FEATURE_SCORES if name not in found}
    for member, (distance, neighbours, clipping) in enumerate(detectors):
        own = features[member]
        found["mahalanobis"][member], found["relative_mahalanobis"][member] = distance.score(own)
        found["nearest_neighbour"][member] = neighbours.score(own)
        found["clipped_energy"][member] = clipping.score(own, opened.weight[member], opened.bias[member])
    return found


def _groups(source: Any, members: np.ndarray, examples: int) -> Iterator[tuple[slice, _Opened]]:
    """Yield the members that are measured, so many at a time that their features fit in memory."""
    everyone = _Opened.of(source)
    step = max(1, BYTES_AT_ONCE // (4 * examples * everyone.weight.shape[2]))
    if step >= len(members) == len(everyone.weight):
        yield slice(0, len(members)), everyone
        return
    for first in range(0, len(members), step):
        chosen = members[first : first + step]
        yield slice(first, first + len(chosen)), _Opened.of(source[chosen])


def _sound_members(asked: Classifier) -> np.ndarray:
    if asked.diverged is None:
        return np.arange(asked.known_members or 1)
    return np.flatnonzero(~asked.diverged)


def _is_open(source: Any) -> bool:
    try:
        return all(hasattr(source, name) for name in ("features", "last_layer", "readout"))
    except NotApplicable:  # a network of the user's own
        return False
