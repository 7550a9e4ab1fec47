"""Places of which it is known what they are."""

import json

import numpy as np
import pytest

from thalweg.evaluation.minimum.record import FALLING, FLAT, SADDLE, STRICT, VERDICTS
from thalweg.studies.census.record import Census, Places


def planted(costs, verdicts=None, kinds=None, right=None):
    costs = np.asarray(costs, float)
    count = len(costs)
    names = [STRICT] * count if verdicts is None else verdicts
    labels = np.arange(40) % 4
    places = Places(
        verdict=np.array([VERDICTS.index(name) for name in names]),
        cost=costs,
        start_cost=costs + 0.1,
        gradient=np.full(count, 1e-12),
        sharpness=1 / costs,
        smallest=np.full(count, 1e-3),
        index=np.array([3 * (name == SADDLE) for name in names]),
        right=np.ones((count, 40), bool) if right is None else right,
        kind=np.arange(count) if kinds is None else np.asarray(kinds),
        points=np.zeros((count, 7)),
    )
    return Census(places, 0, 7, 60, labels, tuple("abcd"))


def test_verdicts_are_counted_by_hand():
    record = planted([1, 2, 3, 4, 5], [STRICT, FLAT, SADDLE, FALLING, STRICT], [0, 1, -1, -1, 0])
    assert {name: count for name, count in record.verdicts.items() if count} == {
        STRICT: 2, FLAT: 1, SADDLE: 1, FALLING: 1,
    }  # fmt: skip
    assert record.content()["certified"].value == 0.6
    distinct = record.distinct
    assert distinct.new.value == pytest.approx(1 / 3)
    assert (distinct.found, distinct.commonest, distinct.lowest, distinct.once) == (2, 2, 2, 1)
    np.testing.assert_allclose(record.above_lowest, [0, 1, 4])
    json.dumps(record.to_json(), allow_nan=False)


def test_the_number_of_minima_is_chaos():
    # kinds met 3, 2, 1, 1 and 1 times: 5 + 3 * 2 / (2 * 2)
    record = planted(np.ones(8), kinds=[0, 0, 0, 1, 1, 2, 3, 4])
    assert record.distinct.least.value == 6.5


@pytest.mark.parametrize(
    ("alike", "verdict"), [(200, "yes"), (0, "no"), (140, "open"), (199, "yes"), (190, "open")]
)
def test_whether_all_are_alike_is_judged_by_the_rule(alike, verdict):
    costs = np.r_[1.0, np.full(alike, 1.04), np.full(200 - alike, 1.5)]
    assert planted(costs).all_alike == verdict


def test_what_goes_together_is_correlated():
    right = np.arange(40)[None] < 40 - np.arange(20)[:, None]
    names = [SADDLE if place > 15 else STRICT for place in range(20)]
    found = planted(1 + 0.1 * np.arange(20), names, right=right).correlations
    assert found["cost, sharpness"].value == -1
    assert found["cost, test accuracy"].value == -1
    assert found["cost, index"].value > 0.5
    assert planted(1 + 0.1 * np.arange(20)).correlations["cost, index"] is None  # all 0


def test_without_a_minimum_there_is_nothing_to_count():
    record = planted([1, 2, 3, 4], [SADDLE] * 4, [-1] * 4)
    assert record.distinct is None
    assert record.all_alike == "open"
    json.dumps(record.to_json(), allow_nan=False)
    assert any("4 saddle" in answer for _, answer in record.rows())
