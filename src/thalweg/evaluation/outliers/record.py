"""What was found of detecting outliers, one set and one score after the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from thalweg.evaluation.outliers.scores import SCORES
from thalweg.record import Entry, Record, named
from thalweg.statistics.intervals import CrossedInterval
from thalweg.wording import PICTURES, on_detection, words_for

AVERAGED = ("auroc", "fpr95_inlier_positive", "fpr95_outlier_positive")


CURVE = np.linspace(0.0, 1.0, 101)


OWN_CONFIDENCE = "maximum_probability"


@dataclass(frozen=True, eq=False)
class Detected(Entry):
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

    def content(self) -> Mapping[str, Any]:
        """Return the members' numbers and the ensemble's under `ensemble`; `of` says whose come first."""
        first = self.members if self.members is not None else self.ensemble
        return {
            **first.content(),
            "of": "members" if self.members is not None else "ensemble",
            "ensemble": self.ensemble,
        }


@dataclass(frozen=True, eq=False)
class Average(Entry):
    """Unweighted means over the outlier sets of a group, with intervals over members and examples.

    The sets themselves count as given, not as a sample of all outliers there could be.
    """

    auroc: CrossedInterval
    fpr95_inlier_positive: CrossedInterval
    fpr95_outlier_positive: CrossedInterval

    def content(self) -> Mapping[str, Any]:
        """Return each number as `{"value": v, "interval": [lo, hi]}`."""
        return {name: getattr(self, name).measured for name in AVERAGED}


@dataclass(frozen=True, eq=False, repr=False)
class Outliers(Record, answers="outliers"):
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
    kind_of_data: str = PICTURES

    def __getitem__(self, name: str) -> Mapping[str, Detected]:
        return self.sets[name]

    def ranking(self, group: str) -> list[str]:
        """Return the scores from the best to the worst mean AUROC over the sets of `group`."""
        found = self.averages.get(group, {})
        return sorted(found, key=lambda score: -found[score].best_known.auroc.mean)

    def content(self) -> Mapping[str, Any]:
        """Return set -> score -> numbers, and the same under `near` and `far`, with the ranking of scores."""
        return {
            **self.sets,
            **self.averages,
            "ranking": {group: self.ranking(group) for group in self.averages},
            **named(self, "groups", "examples", "left_out", "excluded"),
        }

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
        rows, fitting = [], words_for(self.kind_of_data)
        for group, words in (("near", "things of another kind"), ("far", fitting.noise_at_large)):
            if group not in self.averages:
                continue
            names = ", ".join(name for name, own in self.groups.items() if own == group)
            rows.append((f"Is it less sure of {words} ({names})?", self._own(group)))
            rows.append((f"What gives {words} away best?", self._best(group)))
        if "near" not in self.averages:
            rows.append(("How about things of another kind?", fitting.no_near_sets))
        rows += [(f"Why is {name} not measured?", reason) for name, reason in self.left_out.items()]
        cautions = self._cautions()
        return [*rows, *([("How far can intervals be trusted?", "; ".join(cautions))] if cautions else [])]

    def _cautions(self) -> list[str]:
        """Return what is to be said of the intervals, once for all sets."""
        outliers = min(self.examples[name] for name in self.sets)
        known = [count for name, count in self.examples.items() if name not in self.sets]
        said: dict[str, None] = {}
        for found in self.sets.values():
            own = found.get(OWN_CONFIDENCE)
            areas = own.members.member_auroc if own is not None and own.members is not None else ()
            said |= dict.fromkeys(on_detection(min(known), outliers, list(areas)))
        return list(said)

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
