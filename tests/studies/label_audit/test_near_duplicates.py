import numpy as np
import pytest
from scipy.spatial.distance import cdist

from thalweg.errors import StudyError
from thalweg.studies.label_audit.near_duplicates import near_duplicates


@pytest.fixture
def pictures():
    generator = np.random.default_rng(0)
    images = generator.integers(0, 256, (300, 12, 12)).astype(np.uint8)
    images[7], images[9] = images[3], images[11]
    images[9, 0, 0] ^= 3
    labels = np.arange(300) % 3
    labels[[3, 7, 9, 11]] = 0, 1, 2, 2
    return images, labels


def test_a_copy_with_another_label_is_found_from_both_ends(pictures):
    found = near_duplicates(*pictures)
    np.testing.assert_array_equal(np.flatnonzero(found.twin >= 0), [3, 7])
    assert (found.twin[3], found.twin[7]) == (7, 3)
    assert found.distance[3] == 0
    assert np.isnan(found.distance[9])  # the same label
    assert found.count == 2


def test_asking_about_one_end_is_enough(pictures):
    found = near_duplicates(*pictures, asked=np.array([7]))
    assert (found.twin[3], found.twin[7], found.count) == (7, 3, 2)


def test_agrees_with_all_distances():
    generator = np.random.default_rng(1)
    points = generator.normal(size=(200, 4)).astype(np.float32)
    labels = generator.integers(2, size=200)
    found = near_duplicates(points, labels, close=1.0)
    gaps = cdist(points, points) + np.diag(np.full(200, np.inf))
    assert found.threshold == pytest.approx(np.median(gaps.min(axis=1)), rel=1e-5)
    gaps[labels[:, None] == labels] = np.inf
    near = gaps.min(axis=1) <= found.threshold
    np.testing.assert_array_equal(found.twin >= 0, near)
    np.testing.assert_array_equal(found.twin[near], gaps.argmin(axis=1)[near])
    np.testing.assert_allclose(found.distance[near], gaps.min(axis=1)[near], rtol=1e-4)


def test_many_copies_of_one_example(pictures):
    images = np.repeat(pictures[0][:1], 12, axis=0)
    labels = np.array([0] * 11 + [1])
    found = near_duplicates(images, labels)
    assert found.twin[11] >= 0
    assert (found.twin != np.arange(12)).all()


@pytest.mark.parametrize(("count", "close"), [(1, 0.5), (5, -1.0)])
def test_too_few_or_negative(count, close):
    with pytest.raises(StudyError, match="expected"):
        near_duplicates(np.zeros((count, 4)), np.zeros(count, int), close=close)
