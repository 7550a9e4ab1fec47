"""Signs that a score will be too good or mean nothing: features that give the class away, rows that are in
both parts, features that never change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from thalweg.data.dataset import Split
from thalweg.data.stored import pieces_of

ALMOST = 0.99
"""From this accuracy on, of rows that were not fitted to, a feature gives the class away."""

FEWEST, MOST = 20, 2000
"""Rows from which that can be told, and the most that it is told from."""

FOLDS = 4
LIKELY = 0.6
"""Share of neighbours with one class from which a feature is worth a closer look."""

NEAR = 1e-3
"""Rows whose every standardised feature is as near as this are the same row."""

SHOWN = 8


def notes_on_features(
    train: Split, test: Split, names: Sequence[str] = (), columns: Mapping[str, np.ndarray] | None = None
) -> list[str]:
    """Return what the user should know of features [examples, inputs] before a score is believed.

    `names`: one an input. `columns` [training examples]: what the inputs were made from, if not they.
    """
    names = list(names) or [f"column {number}" for number in range(train.raw.shape[1])]
    notes = []
    if still := [name for name, same in zip(names, _never_changes(train.raw), strict=True) if same]:
        notes.append(f"The same in every training row, so nothing is learned from {_listing(still)}.")
    chosen = _some(train.labels)
    some = dict(zip(names, train.raw[chosen].T, strict=True))
    if columns:
        some = {name: values[chosen] for name, values in columns.items()}
    if len(train) >= FEWEST and (giving := leaks(some, train.labels[chosen])):
        told = ", ".join(f"{name!r} ({100 * share:.1f} %)" for name, share in list(giving.items())[:SHOWN])
        more = f" and {len(giving) - SHOWN} more" if len(giving) > SHOWN else ""
        notes.append(
            f"Possible leakage: alone, {told}{more} gives the class of rows that were not fitted to. "
            "Is it known before the class is? If not, leave it out (--drop)."
        )
    if train.is_stored or test.is_stored:
        return [*notes, "Rows that are in both parts were not looked for: the inputs stay in their file."]
    return notes + _notes_on_copies(train, test)


def _never_changes(raw: np.ndarray) -> np.ndarray:
    """Return which columns hold one value alone, bool [inputs]."""
    same = np.ones(raw.shape[1], bool)
    for _, piece in pieces_of(raw):
        same &= (piece == raw[0]).all(axis=0)
    return same


def _notes_on_copies(train: Split, test: Split) -> list[str]:
    """Return a note on test rows whose features a training row has too.

    Copies have the same class. Where some have another, few features of few values made rows alike that are
    none, and accuracy on them is not memory alone: nothing could tell them apart.
    """
    twins = copies(train.inputs, test.inputs)
    alike = np.flatnonzero(twins >= 0)
    if not len(alike):
        return []
    first = int(alike[0])
    named = f" (the first is {test.called(first)}, like {train.called(int(twins[first]))})"
    said = named if test.identity and train.identity else ""
    other = int((test.labels[alike] != train.labels[twins[alike]]).sum())
    rows = f"{len(alike):,} of {len(test):,} test rows"
    if not other:
        return [f"{rows} are (nearly) the same as a training row{said}: accuracy on them is memory."]
    return [
        f"{rows} have (nearly) the same features as a training row{said}, {other:,} of them another class: "
        "the features cannot tell these apart, and accuracy on copies is memory."
    ]


def leaks(columns: Mapping[str, np.ndarray], labels: np.ndarray) -> dict[str, float]:
    """Return the columns that alone give the class almost perfectly, with their accuracy in 0..1.

    A decision tree of one column is fitted to three quarters of the rows and asked for the others, in turn;
    it must be right almost always and wrong ten times less often than the most frequent class is. `columns`
    and `labels` [rows] are a sample in a random order.
    """
    if len(labels) < FEWEST:
        return {}
    wrong = 1.0 - np.bincount(labels).max() / len(labels)
    found = {}
    for name, values in columns.items():
        values = values.astype(np.float64)
        if _neighbours(values, labels) < LIKELY:
            continue
        share = _alone(values, labels)
        if share >= ALMOST and 1.0 - share <= 0.1 * wrong:
            found[name] = share
    return found


def _some(labels: np.ndarray) -> np.ndarray:
    """Return the numbers of a fixed random sample of the rows, in a random order."""
    return np.random.default_rng(len(labels)).permutation(len(labels))[:MOST]


def _neighbours(values: np.ndarray, labels: np.ndarray) -> float:
    """Return how often rows that are next to each other by this value have the same class."""
    ordered = labels[np.lexsort((labels, values))]
    return float(np.mean(ordered[1:] == ordered[:-1]))


def _alone(values: np.ndarray, labels: np.ndarray) -> float:
    """Return the accuracy of a tree of one feature, of rows that it was not fitted to."""
    from sklearn.tree import DecisionTreeClassifier

    # scikit-learn's trees see float32: places in the order are exact, and say as much
    places = np.unique(values, return_inverse=True)[1].reshape(-1, 1).astype(np.float64)
    fold = np.arange(len(labels)) % FOLDS
    right = np.zeros(len(labels), bool)
    for number in range(FOLDS):
        asked = fold == number
        tree = DecisionTreeClassifier(random_state=0).fit(places[~asked], labels[~asked])
        right[asked] = tree.predict(places[asked]) == labels[asked]
    return float(right.mean())


def copies(train: np.ndarray, test: np.ndarray) -> np.ndarray:
    """Return for each row of `test` a row of `train` that is the same within rounding, int [test], else -1.

    Both are standardised.
    """
    twin = np.full(len(test), -1)
    for shift in (0.0, 0.5):  # what one grid of cells cuts apart, the other holds together
        known = {cell: place for place, cell in reversed(list(enumerate(_cells(train, shift))))}
        found = np.fromiter((known.get(cell, -1) for cell in _cells(test, shift)), np.int64, len(test))
        twin = np.where(twin < 0, found, twin)
    return twin


def _cells(inputs: np.ndarray, shift: float) -> list[bytes]:
    return [row.tobytes() for row in np.floor(inputs / NEAR + shift).astype(np.int64)]


def _listing(names: Sequence[str]) -> str:
    shown = ", ".join(map(repr, names[:SHOWN]))
    return shown if len(names) <= SHOWN else f"{shown} and {len(names) - SHOWN} more"
