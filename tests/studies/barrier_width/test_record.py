"""Barriers of which the law is known."""

from dataclasses import replace

import numpy as np
import pytest

from thalweg.statistics.chance import over_chance
from thalweg.statistics.pairs import all_pairs
from thalweg.studies.barrier_width.record import BarrierWidth
from thalweg.studies.barrier_width.settings import Settings


def planted(barrier, members=24, noise=0.05, widths=(4, 8, 16, 32, 64, 128)):
    """Return a record whose barriers are `barrier(width)` on average, unlike from member to member."""
    settings = Settings(members=members, widths=widths, methods=("weights",))
    pairs = {}
    for width in widths:
        own = 1 + noise * np.random.default_rng(width).normal(size=members)
        pairs[width] = barrier(width) * own[all_pairs(members)].prod(axis=1)
    right = np.ones((2, 40), bool)
    return BarrierWidth(
        settings,
        {"unaligned": dict(pairs), "weights": pairs},
        dict.fromkeys(widths, members),
        dict.fromkeys(widths, 0.1),
        over_chance(right, np.arange(40) % 4, tuple("abcd")),
    )


@pytest.mark.parametrize(("power", "agrees"), [(-0.5, "yes"), (-1.0, "no"), (0.0, "no"), (-0.75, "no")])
def test_a_power_is_found_and_judged(power, agrees):
    law = planted(lambda width: 3.0 * width**power).laws["weights"]
    assert law.power.exponent.low < power < law.power.exponent.high
    assert law.power.p_value_straight > 0.01
    assert law.agrees == agrees
    assert law.power.places == (32.0, 64.0, 128.0)
    assert not law.two_descents


def test_a_power_that_few_members_cannot_tell_is_open():
    law = planted(lambda width: 3.0 * width**-0.5, members=4, noise=0.6).laws["weights"]
    assert law.agrees == "open"


def test_what_is_no_power_is_said():
    law = planted(lambda width: 1 + 0.5 * (width == 64), noise=0.01).laws["weights"]
    assert law.power.p_value_straight < 1e-3


@pytest.mark.parametrize(
    ("heights", "peak", "is_peak", "two"),
    [
        ((3, 2, 1, 2, 1, 0.5), (4,), True, True),
        ((1, 2, 3, 2, 1, 0.5), (16,), True, False),
        ((6, 5, 4, 3, 2, 1), (4,), False, False),
        ((1, 2, 3, 4, 5, 6), (128,), False, False),
    ],
)
def test_peaks_are_where_they_were_put(heights, peak, is_peak, two):
    by_width = dict(zip((4, 8, 16, 32, 64, 128), heights, strict=True))
    law = planted(by_width.__getitem__).laws["weights"]
    assert (law.peak, law.is_peak, law.two_descents) == (peak, is_peak, two)


def test_a_flat_curve_has_its_peak_anywhere():
    law = planted(lambda width: 1.0).laws["weights"]
    assert len(law.peak) == 6
    assert not law.is_peak


def test_intervals_are_over_members_not_pairs():
    """Twice as many members halve the width of an interval by less than twice as many pairs would."""
    few, many = (planted(lambda width: 1.0, members=m).laws["weights"].barriers["16"] for m in (16, 64))
    ratio = (few.high - few.low) / (many.high - many.low)
    assert 1.3 < ratio < 3.2  # 2, give or take the luck of 16; by pairs it would be 4


def test_a_barrier_of_nothing_has_no_power_and_says_so():
    record = planted(lambda width: 1.0 * (width < 100))
    law = record.laws["weights"]
    assert law.power is None
    assert law.agrees == "open"
    assert law.barriers["128"].value == 0.0
    assert any("undefined" in answer for _, answer in record.rows())


def test_members_that_diverged_are_not_counted():
    record = planted(lambda width: 1.0)
    fewer = {8: record.pairs["weights"][8][: 23 * 22 // 2]}
    pairs = {name: {**each, **fewer} for name, each in record.pairs.items()}
    record = replace(record, pairs=pairs, members={**record.members, 8: 23})
    assert "n = 23 to 24" in dict(record.rows())["what the intervals are over"]
