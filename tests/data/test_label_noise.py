import numpy as np
import pytest

from thalweg.data.label_noise import ALIKE_DIGITS, flip_labels, pairs
from thalweg.errors import StudyError

LABELS = np.arange(1000) % 5


@pytest.mark.parametrize("flips", [0, 1, 137, 1000])
def test_exactly_so_many_are_wrong(flips):
    noisy = flip_labels(LABELS, classes=5, seed=3, flips=flips)
    assert noisy.flips == (noisy.labels != LABELS).sum() == flips
    np.testing.assert_array_equal(noisy.flipped, noisy.labels != LABELS)
    assert set(noisy.labels) <= set(range(5))


def test_a_share_is_rounded_to_examples():
    assert flip_labels(LABELS, classes=5, seed=0, share=0.001).flips == 1
    assert flip_labels(LABELS, classes=5, seed=0, share=0.05).flips == 50


def test_the_seed_decides_and_the_given_labels_stay():
    before = LABELS.copy()
    first, again, other = (flip_labels(LABELS, classes=5, seed=seed, flips=100) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first.labels, again.labels)
    assert (first.flipped != other.flipped).any()
    np.testing.assert_array_equal(LABELS, before)


def test_uniform_flips_reach_every_wrong_class_alike():
    noisy = flip_labels(np.zeros(40_000, int), classes=5, seed=0, flips=40_000)
    counts = np.bincount(noisy.labels, minlength=5)
    assert counts[0] == 0
    assert abs(counts[1:] - 10_000).max() < 5 * np.sqrt(10_000 * 0.75)


def test_pairs_change_named_classes_only_and_only_so():
    noisy = flip_labels(LABELS, classes=5, seed=0, flips=300, transition=pairs(5, {4: 1, 1: 4}))
    changed = noisy.flipped
    assert set(LABELS[changed]) == {1, 4}
    assert (noisy.labels[changed] == np.where(LABELS[changed] == 4, 1, 4)).all()


def test_classes_are_flipped_in_proportion_to_what_leaves_them():
    matrix = np.zeros((5, 5))
    matrix[0, 1], matrix[1, 2] = 0.3, 0.1
    labels = np.repeat([0, 1], 50_000)
    noisy = flip_labels(labels, classes=5, seed=0, flips=4000, transition=matrix)
    assert abs(noisy.flipped[:50_000].mean() / noisy.flipped[50_000:].mean() - 3) < 0.4


def test_alike_digits_are_a_transition():
    assert pairs(10, ALIKE_DIGITS).sum() == 10


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"flips": 1001}, "1,001 flips, but only 1,000 examples"),
        ({"flips": 300, "transition": pairs(5, {4: 1})}, "only 200 examples that may be flipped, of 1,000"),
        ({"flips": -1}, "flips=-1"),
        ({"share": 1.5}, "share=1.5"),
        ({}, "expected one of the two"),
        ({"flips": 1, "share": 0.1}, "expected one of the two"),
        ({"flips": 1, "transition": np.ones((4, 4))}, r"\(4, 4\)"),
        ({"flips": 1, "transition": -np.ones((5, 5))}, "smallest -1"),
        ({"flips": 1, "transition": np.eye(5)}, "changes no class"),
        ({"flips": 1, "classes": 4}, "labels from 0 to 4 for 4 classes"),
    ],
)
def test_what_cannot_be_is_named(changes, message):
    with pytest.raises(StudyError, match=message):
        flip_labels(LABELS, **{"classes": 5, "seed": 0, **changes})


def test_a_pair_needs_two_classes():
    with pytest.raises(StudyError, match="3 -> 3"):
        pairs(5, {3: 3})
