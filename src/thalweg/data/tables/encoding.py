"""Columns become inputs: empty cells are filled, words are categories, both as the training rows say."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from thalweg.data.tables.findings import Findings, counted
from thalweg.data.tables.values import Column

MISSING_WORD = "(missing)"


def check(columns: Sequence[Column], found: Findings) -> None:
    """Note what will be filled and encoded; a problem each where nothing may be repaired."""
    holes = {column.name: column.missing for column in columns if column.missing.any()}
    found.repair(
        [
            f"column {name!r}, {found.row(int(missing.argmax()))}, is empty ({missing.sum():,} such rows)"
            if found.strict
            else f"{name!r} ({counted(int(missing.sum()), 'row')})"
            for name, missing in holes.items()
        ],
        "Empty cells are filled with the median of the training rows, and marked by an input of their own "
        "(of text: a category of their own)",
        hint="drop such rows or fill the values in.",
    )
    words = [column for column in columns if column.is_words]
    found.repair(
        [
            f"column {column.name!r} is text ({len(set(column.values) - {None})} different)"
            if found.strict
            else f"{column.name!r} ({len(set(column.values))})"
            for column in words
        ],
        "Text is taken for categories, one input each",
        hint="encode text as numbers (one column a category), or leave it out (--drop).",
    )


def encode(columns: Sequence[Column], fitted: np.ndarray) -> tuple[np.ndarray, list[str]]:
    """Return float64 inputs [rows, inputs] and their names, in the order of the columns.

    `fitted` bool [rows]: the training rows, which medians and categories are taken from (scikit-learn's
    `SimpleImputer` and `OneHotEncoder`). A category that they do not hold is 0 everywhere.
    """
    blocks, names = [], []
    for column in columns:
        block, more = (_categories if column.is_words else _numbers)(column, fitted)
        blocks.append(block)
        names += more
    return np.concatenate(blocks, axis=1), names


def _numbers(column: Column, fitted: np.ndarray) -> tuple[np.ndarray, list[str]]:
    values = column.values[:, None]
    if not column.missing.any():
        return values, [column.name]
    from sklearn.impute import SimpleImputer

    filler = SimpleImputer(strategy="median", add_indicator=True, keep_empty_features=True)
    made = np.asarray(filler.fit(values[fitted]).transform(values))
    return made, [column.name, f"{column.name} is missing"][: made.shape[1]]


def _categories(column: Column, fitted: np.ndarray) -> tuple[np.ndarray, list[str]]:
    from sklearn.preprocessing import OneHotEncoder

    words = np.array([MISSING_WORD if value is None else value for value in column.values], object)[:, None]
    encoder = OneHotEncoder(handle_unknown="ignore", sparse_output=False).fit(words[fitted])
    return np.asarray(encoder.transform(words)), [
        f"{column.name} = {value}" for value in encoder.categories_[0]
    ]


def codes(column: Column) -> np.ndarray:
    """Return one number a cell, float64 [rows], equal where the cells are; what is missing is a value too."""
    if column.is_words:
        words = np.array(["" if value is None else value for value in column.values])
        return np.unique(words, return_inverse=True)[1].astype(np.float64)
    missing = column.missing
    lowest = 0.0 if missing.all() else float(column.values[~missing].min()) - 1.0
    return np.where(missing, lowest, column.values)
