import numpy as np
import pytest
from scipy.spatial.distance import cdist
from scipy.stats import kstest

from thalweg.studies.label_audit.issues import outliers
from thalweg.studies.label_audit.issues.outliers import find_outliers, tail_luck


def test_luck_is_uniform_where_the_tail_is_what_it_is_taken_for():
    values = np.random.default_rng(0).exponential(3.0, 200_000) + 5
    luck = tail_luck(values)
    above = luck < 0.3
    assert above.mean() == pytest.approx(0.3, abs=0.002)
    assert kstest(luck[above] / 0.3, "uniform").statistic < 0.01


def test_luck_is_cautious_where_the_tail_is_lighter():
    for values in (np.random.default_rng(1).normal(size=100_000), np.random.default_rng(1).random(100_000)):
        luck = tail_luck(values)
        assert (luck < 0.001).mean() < 0.001


@pytest.mark.parametrize("pictures", [False, True])
def test_few_clean_data_have_any_that_stand_apart(pictures):
    generator = np.random.default_rng(2)
    some = 0
    for repeat in range(16):
        normal = generator.normal(size=(250, 6))
        kinds = (normal, generator.standard_t(4, (250, 6)), np.exp(normal), generator.random((250, 6)))
        some += bool(find_outliers(kinds[repeat % 4].astype(np.float32), pictures=pictures).count)
    assert some <= 2  # 5 % of 16, and what luck adds


def test_what_breaks_the_rule_of_the_others_stands_apart():
    generator = np.random.default_rng(3)
    # two columns that go together, among others: the outlier is unusual in no column, and not far from others
    rows = generator.normal(size=(500, 7))
    rows[:, 6] = rows[:, 5] + 0.02 * generator.normal(size=500)
    rows[0], rows[0, 6] = 0.0, 1.5
    found = find_outliers(rows.astype(np.float32), pictures=False)
    assert found.score.argmax() == 0
    np.testing.assert_array_equal(np.flatnonzero(found.apart), [0])


def test_static_stands_apart_from_pictures(monkeypatch):
    generator = np.random.default_rng(4)
    bright = generator.random((600, 4)) @ generator.random((4, 64)) / 4
    bright[:3] = generator.random((3, 64))
    found = find_outliers(bright.astype(np.float32), pictures=True)
    assert set(np.argsort(-found.score)[:3]) == {0, 1, 2}
    assert found.apart[:3].all()
    assert found.count <= 4
    monkeypatch.setattr(outliers, "REFERENCES", 300)  # among fewer the same stand apart
    assert find_outliers(bright.astype(np.float32), pictures=True).apart[:3].all()


def test_isolation_is_the_mean_distance_to_ten_others(monkeypatch):
    points = np.random.default_rng(5).normal(size=(200, 3)).astype(np.float32)
    gaps = cdist(points, points) + np.diag(np.full(200, np.inf))
    expected = np.log(np.sort(gaps, axis=1)[:, :10].mean(axis=1))
    np.testing.assert_allclose(outliers._isolation(points, 0.0), expected, rtol=1e-4, atol=1e-5)
    monkeypatch.setattr(outliers, "REFERENCES", 80)
    some = np.sort(np.random.default_rng(0).choice(200, 80, replace=False))
    expected = np.log(np.sort(gaps[:, some], axis=1)[:, :10].mean(axis=1))
    np.testing.assert_allclose(outliers._isolation(points, 0.0), expected, rtol=1e-4, atol=1e-5)


def test_equal_distances_name_nobody():
    assert not find_outliers(np.eye(40, dtype=np.float32), pictures=False).apart.any()
