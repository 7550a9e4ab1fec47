"""Test rows that are like training rows: memory where they are copies, not only that where they are not."""

import numpy as np
import pytest

from thalweg.data import load

ROWS = 200


@pytest.fixture
def labels():
    return np.random.default_rng(0).integers(0, 2, ROWS // 2)


def note_on(features, labels):
    dataset = load((features, labels))
    return next((note for note in dataset.notes if "as a training row" in note), None), dataset


def test_copies_are_memory(labels):
    features = np.random.default_rng(1).normal(size=(ROWS // 2, 3))
    note, dataset = note_on(np.tile(features, (2, 1)), np.tile(labels, 2))
    known = {row.tobytes() for row in dataset.train.raw}
    both = sum(row.tobytes() in known for row in dataset.test.raw)
    assert note.startswith(f"{both} of {len(dataset.test)} test rows are (nearly) the same")
    assert note.endswith("accuracy on them is memory.")


def test_rows_that_few_values_made_alike_are_no_copies(labels):
    """Two features of two values: every test row is like a training row, with whichever class."""
    generator = np.random.default_rng(1)
    features = generator.integers(0, 2, (ROWS, 2)).astype(float)
    note, dataset = note_on(features, np.concatenate([labels, 1 - labels]))
    first = {}
    for row, label in zip(dataset.train.raw, dataset.train.labels, strict=True):
        first.setdefault(row.tobytes(), label)
    other = sum(
        first[row.tobytes()] != label
        for row, label in zip(dataset.test.raw, dataset.test.labels, strict=True)
    )
    assert 0 < other < len(dataset.test)
    assert note.startswith(f"{len(dataset.test)} of {len(dataset.test)} test rows have (nearly) the same")
    assert f"{other} of them another class" in note
    assert "on them is memory" not in note


def test_rows_that_all_differ_need_no_note(labels):
    features = np.random.default_rng(1).normal(size=(ROWS // 2, 3))
    assert note_on(features, labels)[0] is None
