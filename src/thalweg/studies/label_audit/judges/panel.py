"""A panel of judges: which kinds there are, and how much what each of them says is worth.

No kind of classifier is best on all data: networks on pictures, trees on tables of many kinds of columns, a
linear model where examples are few. So all that suit the data judge, and what they say is mixed in the shares
under which the given labels are likeliest. Those are labels that no judge learned from, so a judge that
learned its own by heart gets nothing for it (stacking: Wolpert, Neural Networks 5, 1992; of probabilities by
EM: Smyth & Wolpert, Machine Learning 36, 1999).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from thalweg.data.dataset import Split
from thalweg.errors import StudyError, near_match
from thalweg.measured import Measured
from thalweg.record import Entry
from thalweg.statistics.intervals import counted
from thalweg.studies.label_audit.evidence import Evidence

NETWORKS = "networks"
ESTIMATOR = "estimator"
"""A classifier of the user's own; it judges only where it is given."""

OTHERS = ("forest", "boosted-trees", "logistic")
JUDGES = (NETWORKS, *OTHERS)
"""Every kind of judge by name."""

FEW_PICTURES = 20_000
"""Pictures up to which a forest judges them as well: where they are more, networks are enough.

On 2,000 digits of 8 x 8 pixels with 3 % of the labels wrong, average precision is .993 by networks alone and
.998 with a forest, which is level with convolutional networks (.999) that take 20 times as long.
"""

LEAST_SHARE = 0.3
"""Part of the panel that judges share alike; the rest is dealt by how well they foretell labels.

The best in foretelling given labels is not always the best in doubting wrong ones: a judge that is less sure
of itself may rank better. Chosen among 0, .3 and .5 on twelve data sets that no table is made of
(`benchmarks/audit_any.py --chosen-on`).
"""

ROUNDS, LEAST = 200, 1e-6
"""Rounds of EM, and the least probability that a judge may give to a label."""


@dataclass(frozen=True)
class Judge(Entry):
    """One kind of judge: its `name`, how often it gives the label as it is, and its `weight` in the panel."""

    name: str
    agrees: Measured
    weight: float


def chosen_judges(
    names: Sequence[str] | None, split: Split, *, recipe_given: bool, estimator_given: bool = False
) -> tuple[str, ...]:
    """Return the kinds that judge `split`, in the order of `JUDGES`, as asked for by `names`.

    By default all of them judge rows of features, networks and a forest pictures, unless those are many,
    networks alone where a recipe was given, and an estimator alone where that was given. One that is given
    judges in any case, first of all.
    Raises `StudyError` for a kind that there is not, and for none.
    """
    if estimator_given:
        return _with_estimator(names, recipe_given=recipe_given, split=split)
    if names is None:
        if recipe_given:
            return (NETWORKS,)
        if split.is_images:
            return (NETWORKS, "forest") if len(split) <= FEW_PICTURES else (NETWORKS,)
        return JUDGES
    if isinstance(names, str):
        names = [names]
    for name in names:
        if name == ESTIMATOR:
            raise StudyError(
                "judge 'estimator' without one.",
                hint="give it: audit(..., estimator=RandomForestClassifier()), or on the command line "
                "--estimator package.module:factory.",
            )
        if name not in JUDGES:
            raise StudyError(
                f"judge {name!r}: expected one of {', '.join(JUDGES)}.{near_match(name, JUDGES)}",
                hint="leave it out for those that suit the data.",
            )
    if not names:
        raise StudyError("no judges: labels cannot be judged by nobody.", hint=f"name one: {JUDGES[0]}.")
    return tuple(name for name in JUDGES if name in names)


def _with_estimator(names: Sequence[str] | None, *, recipe_given: bool, split: Split) -> tuple[str, ...]:
    if names is None:
        names = [NETWORKS] if recipe_given else []
    elif isinstance(names, str):
        names = [names]
    others = [name for name in names if name != ESTIMATOR]
    return (ESTIMATOR, *(chosen_judges(others, split, recipe_given=False) if others else ()))


def refuse_idle(judges: Sequence[str], **asked: object) -> None:
    """Raise `StudyError` where something is asked of networks, and none of the `judges` are networks.

    `asked`: by the name of the argument; None and False where nothing is. How many members, and on which
    share, is asked of clones of an estimator as well.
    """
    shared = ("members", "share") if ESTIMATOR in judges else ()
    idle = [name for name, value in asked.items() if value not in (None, False) and name not in shared]
    if NETWORKS not in judges and idle:
        raise StudyError(
            f"{idle[0]} is asked of networks, which do not judge here ({', '.join(judges)}).",
            hint=f"leave {idle[0]} out, or let {NETWORKS} judge as well.",
        )


def shares(likelihoods: np.ndarray) -> np.ndarray:
    """Return the shares [judges] of a mixture under which labels are likeliest, by EM.

    `likelihoods` [judges, examples]: what each gives to the label as it is. `LEAST_SHARE` is dealt alike.

    Examples:
        >>> from thalweg.studies.label_audit.judges.panel import shares
        >>> shares(np.array([[0.9, 0.8, 0.9], [0.1, 0.2, 0.1]])).round(2)
        array([0.85, 0.15])
    """
    values = np.maximum(likelihoods, LEAST)
    mixed = np.full(len(values), 1 / len(values))
    for _ in range(ROUNDS):
        own = mixed[:, None] * values
        mixed = (own / own.sum(axis=0)).mean(axis=1)
    return LEAST_SHARE / len(values) + (1 - LEAST_SHARE) * mixed


def pooled(opinions: Mapping[str, Evidence], labels: np.ndarray) -> tuple[Evidence, tuple[Judge, ...]]:
    """Return what judges say together, and how much each is worth.

    `opinions` by name, `labels` int [examples]. `times` counts all who judge an example; `error` is that of
    judges of which there are many, as they are weighted. What members memorised is known of networks, or else
    of an estimator's clones, alone, and `gained` counts as much as they do.
    """
    names, evidence = list(opinions), list(opinions.values())
    weights = shares(np.stack([each.of_labels(labels) for each in evidence]))
    judges = tuple(
        Judge(name, _agreement(each, labels), float(weight))
        for name, each, weight in zip(names, evidence, weights, strict=True)
    )
    if len(evidence) == 1:
        return evidence[0], judges
    panel = Evidence(
        probabilities=_mixed([each.probabilities for each in evidence], weights),
        votes=_mixed([each.votes for each in evidence], weights),
        times=np.sum([each.times for each in evidence], axis=0),
        error=np.sqrt(_mixed([np.nan_to_num(each.error) ** 2 for each in evidence], weights**2)),
    )
    many = next((name for name in (NETWORKS, ESTIMATOR) if name in names), None)
    if many is None:
        return panel, judges
    seen, weight = opinions[many], weights[names.index(many)]
    return replace(
        panel,
        memorisation=seen.memorisation,
        memorisation_low=seen.memorisation_low,
        memorisation_high=seen.memorisation_high,
        memorisation_error=seen.memorisation_error,
        gained=None if seen.gained is None else weight * seen.gained,
    ), judges


def _agreement(evidence: Evidence, labels: np.ndarray) -> Measured:
    right = int((evidence.probabilities.argmax(axis=1) == labels).sum())
    return counted(right, len(labels))


def _mixed(tables: Sequence[np.ndarray], weights: np.ndarray) -> np.ndarray:
    return sum(weight * table for weight, table in zip(weights, tables, strict=True))  # type: ignore[return-value]
