import numpy as np

from thalweg.studies.label_audit.issues.contradictions import find_contradictions
from thalweg.studies.label_audit.issues.copies import same
from thalweg.studies.label_audit.unsettled import unsettled


def test_groups_the_largest_first_and_what_must_be_wrong():
    inputs = np.array([0, 1, 1, 2, 2, 2, 3, 3, 0.5])[:, None]
    labels = np.array([0, 0, 1, 2, 2, 0, 1, 1, 0])
    found = find_contradictions(same(inputs), labels)
    np.testing.assert_array_equal(found.group, [-1, 1, 1, 0, 0, 0, -1, -1, -1])
    assert (found.groups, found.count, found.least_wrong) == (2, 5, 2)


def test_as_many_as_are_unsettled():
    generator = np.random.default_rng(0)
    for _ in range(20):
        inputs, labels = generator.integers(0, 4, (60, 2)), generator.integers(0, 3, 60)
        assert find_contradictions(same(inputs), labels).least_wrong == unsettled(inputs, labels)


def test_groups_that_are_not_judged_are_not_told():
    alike, labels = np.array([0, 1, 1, 3, 0]), np.array([0, 0, 0, 1, 1])
    assert find_contradictions(alike, labels).groups == 1
    found = find_contradictions(np.array([0, 1, 2, 2]), np.array([0, 0, 0, 1]), judged=2)
    assert (found.groups, found.count, found.least_wrong) == (0, 0, 0)
    found = find_contradictions(np.array([0, 1, 1, 1]), np.array([0, 0, 0, 1]), judged=2)
    assert (found.groups, found.count, found.least_wrong) == (1, 1, 1)
