"""The near match: suggested for slips of the finger, and for nothing else."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from sklearn import datasets

from thalweg.data.tables.columns import LABEL_COLUMNS
from thalweg.errors import NEAR, _edits, near_match

LETTERS = "abcdefghijklmnopqrstuvwxyz_"
WORDS = ("label", "target", "class", "learning_rate", "cross-entropy", "momentum", "noise", "activation")


@cache
def by_definition(one: str, other: str) -> int:
    """Edits by the recurrence itself, from the end: what `_edits` fills a table with."""
    if not one or not other:
        return len(one) + len(other)
    if one[-1] == other[-1]:
        return by_definition(one[:-1], other[:-1])
    ways = [by_definition(one[:-1], other), by_definition(one, other[:-1])]
    ways.append(by_definition(one[:-1], other[:-1]))
    if len(one) > 1 and len(other) > 1 and one[-1] == other[-2] and one[-2] == other[-1]:
        ways.append(by_definition(one[:-2], other[:-2]))
    return 1 + min(ways)


def slip(word, generator):
    """One letter too many, too few, another, or two that changed places."""
    place, letter = int(generator.integers(len(word) - 1)), LETTERS[generator.integers(len(LETTERS))]
    return [
        word[:place] + letter + word[place:],
        word[:place] + word[place + 1 :],
        word[:place] + letter + word[place + 1 :],
        word[:place] + word[place + 1] + word[place] + word[place + 2 :],
    ][generator.integers(4)]


@pytest.mark.parametrize("seed", range(40))
def test_edits_are_counted_as_they_are_defined(seed):
    generator = np.random.default_rng(seed)
    one, other = ("".join(generator.choice(list("abc"), generator.integers(8))) for _ in range(2))
    assert _edits(one, other) == by_definition(one, other)


@pytest.mark.parametrize("word", WORDS)
def test_a_slip_of_the_finger_is_understood(word):
    generator = np.random.default_rng(len(word))
    for _ in range(25):
        assert near_match(slip(word, generator), WORDS) == f" Did you mean {word!r}?"
    assert near_match(word.upper(), WORDS) == f" Did you mean {word!r}?"


@pytest.mark.parametrize("load", ["iris", "wine", "breast_cancer", "diabetes"])
def test_no_ordinary_column_is_near_the_name_of_a_label(load):
    """Columns of real tables: none is a label column that somebody misspelt."""
    columns = list(getattr(datasets, f"load_{load}")().feature_names)
    assert not [name for name in LABEL_COLUMNS if near_match(name, columns)]


@pytest.mark.parametrize(
    "column", ["age", "stage", "mass", "tag", "wage", "years", "x", "sex", "rate", "able"]
)
def test_short_words_are_near_to_little(column):
    assert not [name for name in LABEL_COLUMNS if near_match(name, [column])]


def test_the_nearest_is_suggested_and_the_first_of_equals():
    assert near_match("nois", ["poise", "noise"]) == " Did you mean 'noise'?"
    assert near_match("bat", ["cat", "rat"]) == " Did you mean 'cat'?"
    assert near_match("", ["cat"]) == near_match("cat", []) == ""
    assert 1 / 3 < NEAR <= 2 / 5
