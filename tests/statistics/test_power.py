import numpy as np
import pytest
from scipy.stats import norm

from thalweg.errors import EvaluationError
from thalweg.statistics import power as module
from thalweg.statistics.components import Components
from thalweg.statistics.paired import paired_difference
from thalweg.statistics.planning import Pilot, pilot_of
from thalweg.statistics.power import (
    assumed_pair,
    pair_of,
    power_of,
    smallest_difference,
    smallest_of_all,
    starts_for_power,
)


def answers(members: int, examples: int, generator, *, shift: float = 0.4, gap: float = 0.5):
    """Right or wrong of two recipes on shared examples, the second abler by `shift`."""
    difficulty = generator.normal(2.0, 2, examples)
    tables = []
    for more in (np.zeros(examples), shift + generator.normal(0, gap, examples)):
        logit = difficulty + more + generator.normal(0, 0.3, members)[:, None]
        tables.append(generator.random(logit.shape) < 1 / (1 + np.exp(-logit)))
    return tables


WORLD = answers(300, 6000, np.random.default_rng(0))
PAIR = pair_of(*WORLD)
DIFFERENCE = float(WORLD[1].mean() - WORLD[0].mean())


@pytest.mark.parametrize("shape", [(4, 150), (12, 200)])
def test_of_their_own_size_two_pilots_foretell_the_interval_that_they_have(shape):
    first, second = answers(*shape, np.random.default_rng(2))
    low, high = paired_difference(first, second).over.both
    reach = module._reach(module._expected(pair_of(first, second), *shape), shape, 0.95)
    # how much of the spread is luck of single answers, which bends intervals less, plans only know roughly
    assert reach == pytest.approx((high - low) / 2, rel=2e-3)


def test_a_small_table_stands_for_a_large_one(monkeypatch):
    size = (300, 4000)
    terms = module._expected(PAIR, *size)
    small = module._reach(terms, size, 0.95)
    monkeypatch.setattr(module, "LARGEST_TABLE", size)
    assert module._reach(terms, size, 0.95) == pytest.approx(small, rel=0.02)


@pytest.mark.parametrize(("members", "examples"), [(4, 300), (12, 300)])
def test_power_is_how_often_a_difference_is_shown(members, examples):
    generator = np.random.default_rng(3)
    shown = [paired_difference(*answers(members, examples, generator)).excludes_zero for _ in range(200)]
    assert power_of(PAIR, DIFFERENCE, members, examples) == pytest.approx(np.mean(shown), abs=0.1)


def test_where_examples_make_all_the_luck_it_is_the_classical_formula():
    # difference = (z + z) sd / sqrt(n), as in Miller, arXiv 2411.00640; here the sd is .2
    parts = Components(0.9, np.empty(0), 4, 400, 0.05, 0.05 + 4 * 0.04, 0.05)
    pair = assumed_pair(Pilot(parts, 399.0), 0.5)
    expected = (norm.ppf(0.975) + norm.ppf(0.8)) * np.sqrt((0.04 + 2 * 0.05 / 90) / 400)
    assert smallest_difference(pair, 90, 400) == pytest.approx(expected, rel=0.03)


def test_without_a_difference_one_is_shown_as_often_as_the_level_says():
    assert power_of(PAIR, 1e-9, 8, 1000) == pytest.approx(0.05, abs=0.02)
    assert power_of(PAIR, 1e-9, 8, 1000, level=0.8) == pytest.approx(0.2, abs=0.03)


def test_the_smallest_difference_is_shown_with_the_power_asked_for():
    found = smallest_difference(PAIR, 6, 500, power=0.9)
    assert power_of(PAIR, found, 6, 500) == pytest.approx(0.9, abs=1e-6)


def test_fewest_starts_are_the_fewest():
    found = starts_for_power(PAIR, DIFFERENCE, 500)
    assert found is not None
    assert power_of(PAIR, DIFFERENCE, found, 500) >= 0.8 > power_of(PAIR, DIFFERENCE, found - 1, 500)
    assert starts_for_power(PAIR, 0.9 * smallest_of_all(PAIR, 500), 500) is None


def test_likeness_is_that_of_the_examples_difficulty():
    true = [table.mean(axis=0) for table in WORLD]
    assert PAIR.alike == pytest.approx(np.corrcoef(*true)[0, 1], abs=0.01)
    assert assumed_pair(PAIR.pilots[0], 0.5).alike == pytest.approx(0.5)
    assert np.isnan(assumed_pair(pilot_of(np.ones((3, 20), dtype=bool))).alike)


def test_two_perfect_records_still_need_a_difference():
    pair = assumed_pair(pilot_of(np.ones((4, 50), dtype=bool)))
    assert 0 < smallest_difference(pair, 4, 50) < 0.2
    assert power_of(pair, 0.5, 4, 50) == 1


def test_what_cannot_be_paired_is_refused():
    with pytest.raises(EvaluationError, match="300 examples on one side and 200 on the other"):
        pair_of(WORLD[0][:4, :300], WORLD[1][:4, :200])
    with pytest.raises(EvaluationError, match=r"alike=1\.5"):
        assumed_pair(PAIR.pilots[0], 1.5)
