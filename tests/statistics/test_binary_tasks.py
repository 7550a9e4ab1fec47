import numpy as np
import pytest

from tests.studies.populations import answers, calibrated
from thalweg.statistics.binary_tasks import MOST_TASKS, accuracies, binary_tasks, groupings


@pytest.mark.parametrize("classes", [2, 3, 4, 10])
def test_every_way_to_sort_classes_into_two_groups_once(classes):
    groups = groupings(classes)
    assert len(groups) == 2 ** (classes - 1) - 1
    assert len({tuple(row) for row in groups.tolist()}) == len(groups)
    assert not groups[:, 0].any()
    assert groups.any(axis=1).all()


def test_of_many_classes_some_ways_are_drawn():
    groups = groupings(40)
    assert len(groups) == MOST_TASKS == len(np.unique(groups, axis=0))
    np.testing.assert_array_equal(groups, groupings(40))


def test_accuracies_are_those_of_answers_sorted_into_groups():
    predicted, labels = answers(5, 60, error=0.3, true_sd=0.0, classes=4)
    groups = groupings(4)
    plain = [[(group[row] == group[labels]).mean() for group in groups] for row in predicted]
    np.testing.assert_allclose(accuracies(predicted, labels, groups), plain)


def test_where_a_vote_is_calibrated_and_members_err_alone_the_law_holds():
    held = []
    for seed in range(6):
        predicted, labels = calibrated(100, 3000, classes=6, seed=seed)
        found = binary_tasks(predicted, labels, groupings(6))
        held.append(found.holds)
        assert found.slope.value == pytest.approx(1, abs=0.35)
    assert sum(held) >= 5


def test_members_that_truly_differ_vary_more_than_the_law_says():
    predicted, labels = answers(100, 3000, error=0.1, true_sd=0.03)
    found = binary_tasks(predicted, labels, groupings(10))
    assert found.slope.low > 1
    assert not found.holds


def test_slope_and_r2_are_those_of_the_variances():
    predicted, labels = answers(40, 500, error=0.2, true_sd=0.01, classes=4)
    found = binary_tasks(predicted, labels, groupings(4))
    right = accuracies(predicted, labels, groupings(4))
    np.testing.assert_allclose(found.seen, right.var(axis=0, ddof=1))
    np.testing.assert_allclose(found.predicted, (1 - right.mean(axis=0)) / (2 * 500))
    slope = np.linalg.lstsq(found.predicted[:, None], found.seen, rcond=None)[0][0]
    assert found.slope.value == pytest.approx(slope)
    left = ((found.seen - found.predicted) ** 2).sum() / ((found.seen - found.seen.mean()) ** 2).sum()
    assert found.r2.value == pytest.approx(1 - left)
    assert found.line == pytest.approx(np.corrcoef(found.predicted, found.seen)[0, 1] ** 2)


def test_the_interval_is_the_jackknife_s():
    predicted, labels = answers(12, 300, error=0.2, true_sd=0.01, classes=3)
    groups = groupings(3)
    found = binary_tasks(predicted, labels, groups, 0.9)
    logs = [
        np.log(binary_tasks(np.delete(predicted, member, axis=0), labels, groups).slope.value)
        for member in range(12)
    ]
    from scipy import stats

    error = np.sqrt(11 * np.var(logs))
    reach = np.exp(stats.t.ppf(0.95, 11) * error)
    assert found.slope.high == pytest.approx(found.slope.value * reach)
    assert found.slope.low == pytest.approx(found.slope.value / reach)


def test_one_task_has_no_r2_and_no_errors_no_law():
    predicted, labels = answers(10, 200, error=0.2, true_sd=0.0, classes=2)
    assert binary_tasks(predicted, labels, groupings(2)).r2 is None
    assert binary_tasks(np.tile(labels, (10, 1)), labels, groupings(2)) is None
