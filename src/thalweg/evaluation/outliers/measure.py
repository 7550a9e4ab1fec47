"""Does it notice what belongs to no class that it knows? Letters and noise, shown to a reader of digits.

Nothing is tuned here: detectors are fitted on training examples alone, outliers are only ever measured on.
Where their constants come from is said in `outlier_detectors`. A larger score is more of an outlier.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from thalweg.data.dataset import Dataset, Split
from thalweg.errors import EvaluationError, NotApplicable
from thalweg.evaluation.asked import refuse_split
from thalweg.evaluation.classifier import AnyClassifier, Classifier, as_classifier
from thalweg.evaluation.outliers.detection import Detection, influences, mean_over_sets, summary
from thalweg.evaluation.outliers.record import AVERAGED, CURVE, Average, Detected, Outliers
from thalweg.evaluation.outliers.sets import MOST, OutlierSet, at_most, outlier_sets
from thalweg.evaluation.outliers.tables import ScoreTable, Tables, TrainingParts, score_tables, usable_scores
from thalweg.wording import kind_of

GROUPS = ("near", "far")
INLIERS = "test examples"
MOST_MEMBERS = 256
"""Members that are scored; of more, so many are drawn: their intervals are narrow, their tables gigabytes."""


def outliers(
    classifier: AnyClassifier,
    dataset: Dataset,
    *,
    sets: Iterable[str] | Mapping[str, Dataset | Split | np.ndarray] | None = None,
    scores: Iterable[str] | None = None,
    seed: int = 0,
    level: float = 0.95,
    data_dir: str | Path | None = None,
) -> Outliers:
    """Measure how well scores tell outliers from test examples (out-of-distribution detection).

    Args:
        classifier: as for `accuracy`. Any classifier has `maximum_probability` and `entropy`, several members
            `mutual_information`; populations and networks of ours have the scores that look inside.
        dataset: its test split are the inliers (10,000 at most); detectors are fitted on its training part.
        sets: names of data sets that are on this machine and of kinds of noise (default: all that share no
            class and are of the same shape), or {name: inputs, split or data set} of one's own. At most
            10,000 of each are used; 2,000 of each kind of noise.
        scores: names from `SCORES`; by default all that can be had.
        seed: of the choice of examples and of the noise.
        level: confidence level of every interval, 0..1.
        data_dir: where to look for named sets first.

    Raises `EvaluationError` for an unknown set or score and as `accuracy` does, `NotApplicable` for a score
    that this classifier or these data do not allow, `SourceUnreachable` for a named set that is not here.

    Examples:
        >>> import thalweg as tw
        >>> tw.evaluation.outliers(population, digits, sets=["uniform"], scores=["entropy"])
        best AUROC against outliers: far entropy ... % [..., ...]
    """
    from threadpoolctl import threadpool_limits

    refuse_split(dataset, "outliers", "detectors are fitted on its training part")
    asked = _at_most(as_classifier(classifier), seed)
    parts = TrainingParts.of(dataset, seed)
    names = usable_scores(asked, parts, scores)
    found, left_out = outlier_sets(dataset, sets, seed=seed, data_dir=data_dir)
    if not found:
        raise EvaluationError("No set of outliers was named.", hint="leave `sets` out to use all there are.")
    inputs = {INLIERS: at_most(dataset.test, MOST, seed), **{name: own.inputs for name, own in found.items()}}
    # Many small products: BLAS threads that wait for each other take up to a hundred times as long.
    with threadpool_limits(limits=1, user_api="blas"):
        tables = score_tables(asked, inputs, parts, names=names, classes=dataset.classes)
    if not tables[INLIERS]:
        raise NotApplicable(
            "mutual_information needs at least two members, found one.",
            hint="measure a population, or use maximum_probability.",
        )
    results, averages = _compared(tables, found, level)
    return Outliers(
        sets=results,
        averages=averages,
        groups={name: own.group for name, own in found.items()},
        examples={name: len(each) for name, each in inputs.items()},
        curves={(name, score): _curve(tables, name, score) for name in found for score in tables[name]},
        left_out=left_out,
        excluded=asked.excluded,
        kind_of_data=kind_of(dataset.input_shape),
    )


def _at_most(asked: Classifier, seed: int) -> Classifier:
    """Return a classifier of at most `MOST_MEMBERS` members, drawn from those that did not diverge."""
    if asked.known_members is None or asked.known_members <= MOST_MEMBERS:
        return asked
    diverged = np.zeros(asked.known_members, bool) if asked.diverged is None else asked.diverged
    sound = np.flatnonzero(~diverged)
    chosen = np.random.default_rng([seed, len(sound)]).permutation(sound)[:MOST_MEMBERS]
    source = asked.source[np.sort(chosen)]
    return replace(asked, source=source, known_members=len(chosen), diverged=None)


def _compared(
    tables: Tables, found: Mapping[str, OutlierSet], level: float
) -> tuple[dict[str, dict[str, Detected]], dict[str, dict[str, Detected]]]:
    """Return set -> score -> detections, and group -> score -> averages; one score is worked on at a time."""
    results: dict[str, dict[str, Detected]] = {name: {} for name in found}
    groups = [group for group in GROUPS if any(own.group == group for own in found.values())]
    averages: dict[str, dict[str, Detected]] = {group: {} for group in groups}
    for score, inliers in tables[INLIERS].items():
        sides = {name: (inliers, tables[name][score]) for name in found}
        members, by_members = _one_score(_side(sides, "members"), found, level)
        ensemble, by_ensemble = _one_score(_side(sides, "ensemble"), found, level)
        for name in found:
            results[name][score] = Detected(members.get(name), ensemble.get(name))
        for group in groups:
            averages[group][score] = Detected(by_members.get(group), by_ensemble.get(group))
    return results, averages


Sides = dict[str, tuple[np.ndarray, np.ndarray]]
"""set -> scores of inliers and of outliers, each [members, examples]."""


def _side(sides: Mapping[str, tuple[ScoreTable, ScoreTable]], who: str) -> Sides:
    return {
        name: (np.atleast_2d(getattr(inliers, who)), np.atleast_2d(getattr(outliers, who)))
        for name, (inliers, outliers) in sides.items()
        if getattr(inliers, who) is not None
    }


def _one_score(
    sides: Sides, found: Mapping[str, OutlierSet], level: float
) -> tuple[dict[str, Detection], dict[str, Average]]:
    detections, pulls = {}, {}
    for name, (inliers, outliers) in sides.items():
        pulls[name] = influences(inliers, outliers, level=level)
        rate = outliers.shape[1] / (outliers.shape[1] + inliers.shape[1])
        detections[name] = summary(pulls[name], rate, level=level)
    averages = {}
    for group in GROUPS:
        own = [pulls[name] for name in pulls if found[name].group == group]
        if own:
            averages[group] = Average(
                **{name: mean_over_sets(name, [of[name] for of in own], level) for name in AVERAGED}
            )
    return detections, averages


def _curve(tables: Tables, name: str, score: str) -> np.ndarray:
    inliers, outliers = (
        table.members[0] if table.ensemble is None else table.ensemble  # type: ignore[index]
        for table in (tables[INLIERS][score], tables[name][score])
    )
    limits = np.quantile(inliers, 1 - CURVE, method="higher")
    caught = 1 - np.searchsorted(np.sort(outliers), limits, side="left") / len(outliers)
    return np.where(CURVE == 0, 0.0, np.where(CURVE == 1, 1.0, caught))
