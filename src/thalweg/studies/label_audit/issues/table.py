"""The table of every example that is a copy, an outlier or a contradiction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from thalweg.studies.label_audit.issues.contradictions import Contradictions
from thalweg.studies.label_audit.issues.copies import Copies
from thalweg.studies.label_audit.issues.examples import Examples
from thalweg.studies.label_audit.issues.outliers import Outliers

if TYPE_CHECKING:
    import polars


def table_of(
    examples: Examples | None,
    copies: Copies | None,
    outliers: Outliers | None,
    contradictions: Contradictions | None,
    *,
    names: np.ndarray,
) -> polars.DataFrame:
    """Return the table that `Issues.table` describes; `names` [classes] are what labels are called."""
    import polars

    if examples is None or copies is None or contradictions is None:
        return polars.DataFrame()
    nothing = np.full(len(examples), np.nan)
    both = np.isin(copies.group, copies.group[copies.leaked])
    of_copies = {"in_both_parts": both, "exact": copies.exact, "distance": copies.distance}
    frames = [
        _frame(examples, names, "copy", _by_group(copies.group), group=copies.group, **of_copies),
        _frame(
            examples,
            names,
            "contradiction",
            _by_group(contradictions.group),
            group=contradictions.group,
            **{**of_copies, "distance": nothing},
        ),
    ]
    if outliers is not None:
        apart = np.flatnonzero(outliers.apart)
        apart = apart[np.argsort(-outliers.score[apart], kind="stable")]
        frames.insert(1, _frame(examples, names, "outlier", apart, score=outliers.score))
    return polars.concat(frames, how="diagonal").select(
        "issue", "group", *_called(examples), "label", "in_both_parts", "exact", "distance", "score"
    )


def _called(examples: Examples) -> dict[str, np.ndarray]:
    own = {} if examples.identity is None else examples.identity.columns
    return {"split": examples.part, "example": examples.example, **own}


def _by_group(group: np.ndarray) -> np.ndarray:
    order = np.argsort(group, kind="stable")
    return order[group[order] >= 0]


def _frame(
    examples: Examples, names: np.ndarray, issue: str, chosen: np.ndarray, **columns: np.ndarray
) -> polars.DataFrame:
    import polars

    whole: dict[str, Any] = {**_called(examples), "label": names[examples.labels], **columns}
    taken = {name: values[: len(examples)][chosen] for name, values in whole.items()}
    kinds = {"group": polars.Int64, "in_both_parts": polars.Boolean, "exact": polars.Boolean}
    empty = {name: polars.Float64 for name in ("distance", "score")}
    absent = [
        polars.lit(None, kind).alias(name) for name, kind in {**kinds, **empty}.items() if name not in taken
    ]
    frame = polars.DataFrame(taken).with_columns(polars.lit(issue).alias("issue"), *absent)
    return frame.cast({name: kind for name, kind in {**kinds, **empty}.items()}).fill_nan(None)
