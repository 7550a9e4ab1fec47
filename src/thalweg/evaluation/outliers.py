"""Does it notice what belongs to no class that it knows? Letters and noise, shown to a reader of digits.

Nothing is tuned here: detectors are fitted on training examples alone, outliers are only ever measured on.
Where their constants come from is said in `outlier_detectors`. A larger score is more of an outlier.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from thalweg.errors import EvaluationError, NotApplicable
from thalweg.evaluation.classifier import Classifier, as_classifier
from thalweg.evaluation.detection import Detection, Influence, influences, summary
from thalweg.evaluation.influence import influenced
from thalweg.evaluation.intervals import CrossedInterval
from thalweg.evaluation.outlier_scores import SCORES
from thalweg.evaluation.outlier_sets import MOST, OutlierSet, at_most, outlier_sets
from thalweg.evaluation.outlier_tables import ScoreTable, Tables, TrainingParts, score_tables, usable_scores
from thalweg.evaluation.record import html_table, to_plain

GROUPS = ("near", "far")
INLIERS = "test examples"
AVERAGED = ("auroc", "fpr95_inlier_positive", "fpr95_outlier_positive")
CURVE = np.linspace(0.0, 1.0, 101)

OWN_CONFIDENCE = "maximum_probability"

MOST_MEMBERS = 256
"""Members that are scored; of more, so many are drawn: their intervals are narrow, their tables gigabytes."""


@dataclass(frozen=True, eq=False)
class Detected:
    """One score on one set of outliers, or averaged over the sets of a group.

    `members`: means over members with their intervals; None for a score that members do not have each
    (`mutual_information`, `inputs`). `ensemble`: of the members' joint score; None for one member.
    """

    members: Any
    ensemble: Any

    @property
    def best_known(self) -> Any:
        """What one would use: the ensemble's where there is one."""
        return self.members if self.ensemble is None else self.ensemble

    def to_json(self) -> dict[str, Any]:
        """Return the members' numbers and the ensemble's under `ensemble`; `of` says whose come first."""
        first = self.members if self.members is not None else self.ensemble
        return {
            **first.to_json(),
            "of": "members" if self.members is not None else "ensemble",
            "ensemble": None if self.ensemble is None else self.ensemble.to_json(),
        }


@dataclass(frozen=True, eq=False)
class Average:
    """Unweighted means over the outlier sets of a group, with intervals over members and examples.

    The sets themselves count as given, not as a sample of all outliers there could be.
    """

    auroc: CrossedInterval
    fpr95_inlier_positive: CrossedInterval
    fpr95_outlier_positive: CrossedInterval

    def to_json(self) -> dict[str, Any]:
        """Return each number as `{"value": v, "interval": [lo, hi]}`."""
        return {name: getattr(self, name).measured.to_json() for name in AVERAGED}


@dataclass(frozen=True, eq=False, repr=False)
class Outliers:
    """How well each score tells outliers from the test examples.

    `sets`: set -> score -> `Detected` with `Detection`s. `averages`: "near" and "far" -> score -> `Detected`
    with `Average`s. `groups`: set -> "near" or "far". `examples`: number of examples of each set. `curves`:
    (set, score) -> share of outliers caught where a share `CURVE` of inliers is flagged, float64 [101], of
    the ensemble, or of the first member. `left_out`: sets on this machine that could not be read, and why.
    """

    sets: Mapping[str, Mapping[str, Detected]]
    averages: Mapping[str, Mapping[str, Detected]]
    groups: Mapping[str, str]
    examples: Mapping[str, int]
    curves: Mapping[tuple[str, str], np.ndarray]
    left_out: Mapping[str, str]
    excluded: tuple[int, ...]

    def __getitem__(self, name: str) -> Mapping[str, Detected]:
        return self.sets[name]

    def ranking(self, group: str) -> list[str]:
        """Return the scores from the best to the worst mean AUROC over the sets of `group`."""
        found = self.averages.get(group, {})
        return sorted(found, key=lambda score: -found[score].best_known.auroc.mean)

    def to_json(self) -> dict[str, Any]:
        """Return set -> score -> numbers, and the same under `near` and `far`, with the ranking of scores."""
        every = {**self.sets, **self.averages}
        return to_plain(
            {
                **{name: {score: each.to_json() for score, each in of.items()} for name, of in every.items()},
                "ranking": {group: self.ranking(group) for group in self.averages},
                "groups": self.groups,
                "examples": self.examples,
                "left_out": self.left_out,
                "excluded": self.excluded,
            }
        )

    def arrays(self) -> dict[str, np.ndarray]:
        """Return `<set>_<score>_member_auroc` [members], `<set>_<score>_caught` [101] and `flagged` [101]."""
        arrays = {f"{name}_{score}_caught": curve for (name, score), curve in self.curves.items()}
        for name, found in self.sets.items():
            for score, each in found.items():
                if each.members is not None:
                    arrays[f"{name}_{score}_member_auroc"] = each.members.member_auroc
        return {"flagged": CURVE, **arrays}

    def rows(self) -> list[tuple[str, str]]:
        """Return (question, answer) pairs for a terminal: own confidence and best score, near and far."""
        rows = []
        for group, words in (("near", "things of another kind"), ("far", "noise")):
            if group not in self.averages:
                continue
            names = ", ".join(name for name, own in self.groups.items() if own == group)
            rows.append((f"Is it less sure of {words} ({names})?", self._own(group)))
            rows.append((f"What gives {words} away best?", self._best(group)))
        if "near" not in self.averages:
            rows.append(("How about things of another kind?", "no such data set is on this machine"))
        rows += [(f"Why is {name} not measured?", reason) for name, reason in self.left_out.items()]
        return rows

    def _own(self, group: str) -> str:
        found = self.averages[group].get(OWN_CONFIDENCE)
        if found is None:
            return "not measured"
        first = found.members if found.members is not None else found.ensemble
        answer = f"in {first.auroc.measured.percent()} of pairs with a real example (50 % is chance)"
        if found.members is not None and found.ensemble is not None:
            answer += f"; voting together {found.ensemble.auroc.measured.percent()}"
        return answer

    def _best(self, group: str) -> str:
        name = self.ranking(group)[0]
        best = self.averages[group][name].best_known
        refused = best.fpr95_outlier_positive.measured.percent()
        return (
            f"{SCORES[name].words} ({name}): {best.auroc.measured.percent()} of pairs; catching 95 % of them "
            f"flags {refused} of real examples"
        )

    def __repr__(self) -> str:
        best = {group: self.ranking(group)[0] for group in self.averages}
        shares = (
            f"{group} {name} {self.averages[group][name].best_known.auroc.measured.percent()}"
            for group, name in best.items()
        )
        return f"best AUROC against outliers: {', '.join(shares)}"

    def _repr_html_(self) -> str:
        return html_table("outliers", self.rows())


def outliers(
    classifier: Any,
    dataset: Any,
    *,
    sets: Iterable[str] | Mapping[str, Any] | None = None,
    scores: Iterable[str] | None = None,
    seed: int = 0,
    level: float = 0.95,
    data_dir: Any = None,
) -> Outliers:
    """Measure how well scores of `classifier` tell outliers from the test examples of `dataset`.

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
    """
    from threadpoolctl import threadpool_limits

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
    )


def _at_most(asked: Classifier, seed: int) -> Classifier:
    """Return a classifier of at most `MOST_MEMBERS` members, drawn from those that did not diverge."""
    if asked.known_members is None or asked.known_members <= MOST_MEMBERS:
        return asked
    diverged = np.zeros(asked.known_members, bool) if asked.diverged is None else asked.diverged
    sound = np.flatnonzero(~diverged)
    chosen = np.random.default_rng([seed, len(sound)]).permutation(sound)[:MOST_MEMBERS]
    return as_classifier(asked.source[np.sort(chosen)])


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
        pulls[name] = influences(inliers, outliers)
        rate = outliers.shape[1] / (outliers.shape[1] + inliers.shape[1])
        detections[name] = summary(pulls[name], rate, level=level)
    averages = {}
    for group in GROUPS:
        own = [pulls[name] for name in pulls if found[name].group == group]
        if own:
            averages[group] = Average(**{name: _mean([of[name] for of in own], level) for name in AVERAGED})
    return detections, averages


def _mean(over_sets: list[Influence], level: float) -> CrossedInterval:
    """Return the mean over sets: all share their inliers, each has outliers of its own."""
    share = 1 / len(over_sets)
    values = share * np.sum([each.values for each in over_sets], axis=0)
    inliers = share * np.sum([each.inliers for each in over_sets], axis=0)
    return influenced(values, [inliers, *(share * each.outliers for each in over_sets)], level)


def _curve(tables: Tables, name: str, score: str) -> np.ndarray:
    inliers, outliers = (
        table.members[0] if table.ensemble is None else table.ensemble  # type: ignore[index]
        for table in (tables[INLIERS][score], tables[name][score])
    )
    limits = np.quantile(inliers, 1 - CURVE, method="higher")
    caught = 1 - np.searchsorted(np.sort(outliers), limits, side="left") / len(outliers)
    return np.where(CURVE == 0, 0.0, np.where(CURVE == 1, 1.0, caught))
