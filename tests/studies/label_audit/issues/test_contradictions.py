import numpy as np
import pytest

from thalweg.studies.label_audit.issues.contradictions import find_contradictions
from thalweg.studies.label_audit.issues.copies import same


def test_groups_the_largest_first_and_what_must_be_wrong():
    inputs = np.array([0, 1, 1, 2, 2, 2, 3, 3, 0.5])[:, None]
    labels = np.array([0, 0, 1, 2, 2, 0, 1, 1, 0])
    found = find_contradictions(same(inputs), labels)
    np.testing.assert_array_equal(found.group, [-1, 1, 1, 0, 0, 0, -1, -1, -1])
    assert (found.groups, found.count, found.least_wrong) == (2, 5, 2)


@pytest.mark.parametrize("kinds", [1, 3, 40])
def test_no_answer_by_the_inputs_does_better(kinds):
    """Every answer by the inputs is tried: the best one is wrong as often as is counted."""
    generator = np.random.default_rng(kinds)
    inputs = generator.integers(0, kinds, (60, 1)).astype(np.float32)
    labels = generator.integers(0, 3, 60)
    groups = [labels[inputs[:, 0] == kind] for kind in range(kinds)]
    right = sum(max((group == label).sum() for label in range(3)) for group in groups)
    assert find_contradictions(same(inputs), labels).least_wrong == 60 - right
    assert find_contradictions(same(np.arange(60.0).reshape(60, 1, 1)), labels).least_wrong == 0


def test_groups_that_are_not_judged_are_not_told():
    alike, labels = np.array([0, 1, 1, 3, 0]), np.array([0, 0, 0, 1, 1])
    assert find_contradictions(alike, labels).groups == 1
    found = find_contradictions(np.array([0, 1, 2, 2]), np.array([0, 0, 0, 1]), judged=2)
    assert (found.groups, found.count, found.least_wrong) == (0, 0, 0)
    found = find_contradictions(np.array([0, 1, 1, 1]), np.array([0, 0, 0, 1]), judged=2)
    assert (found.groups, found.count, found.least_wrong) == (1, 1, 1)
