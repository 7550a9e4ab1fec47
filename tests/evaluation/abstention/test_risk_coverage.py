import numpy as np
import pytest
from scipy.special import ndtr

from thalweg.evaluation.abstention.risk_coverage import (
    accuracy_at,
    aurc_of,
    excess_of,
    risk_at,
    risk_coverage,
)


def draw(generator, members, examples, *, skill=0.0, location=2.0):
    """Confidences and right answers [members, examples] of members that know roughly when they are right."""
    ease = location + 1.5 * generator.normal(size=examples) + skill * generator.normal(size=(members, 1))
    right = generator.random((members, examples)) < ndtr(ease)
    return ndtr(ease + 0.4 * generator.normal(size=ease.shape)), right


def curves(confidence, right):
    return [risk_coverage(*pair) for pair in zip(confidence, right, strict=True)]


def test_by_hand():
    confidence = np.array([0.9, 0.5, 0.8, 0.6])
    right = np.array([True, False, False, True])
    found = risk_coverage(confidence, right)
    assert found.risk == pytest.approx([0, 1 / 2, 1 / 3, 2 / 4])
    assert found.aurc == pytest.approx((0 + 1 / 2 + 1 / 3 + 2 / 4) / 4)
    assert found.least == pytest.approx((0 + 0 + 1 / 3 + 2 / 4) / 4)
    assert found.excess == pytest.approx(1 / 2 / 4)


def test_the_order_that_puts_errors_last_has_no_excess():
    right = np.array([True] * 90 + [False] * 10)
    assert risk_coverage(np.linspace(1, 0, 100), right).excess == pytest.approx(0.0, abs=1e-12)
    upside_down = risk_coverage(np.linspace(0, 1, 100), right)
    assert upside_down.aurc > 0.3
    share = 0.1
    least = share + (1 - share) * np.log(1 - share)  # for endless examples
    assert upside_down.least == pytest.approx(least, abs=1e-3)


def test_a_confidence_that_says_nothing_has_the_risk_of_all():
    right = np.random.default_rng(0).random(500) < 0.8
    found = risk_coverage(np.full(500, 0.9), right)
    np.testing.assert_allclose(found.risk, 1 - right.mean())
    assert found.aurc == pytest.approx(1 - right.mean())


def test_equal_confidences_have_no_order():
    generator = np.random.default_rng(1)
    confidence = generator.integers(0, 5, size=60) / 5
    right = generator.random(60) < 0.7
    found = risk_coverage(confidence, right)
    order = generator.permutation(60)
    assert risk_coverage(confidence[order], right[order]).aurc == pytest.approx(found.aurc)
    broken = [risk_coverage(confidence + 1e-6 * generator.random(60), right).aurc for _ in range(3_000)]
    assert np.mean(broken) == pytest.approx(found.aurc, abs=3 * np.std(broken) / np.sqrt(3_000))


def test_the_pull_of_an_example_is_what_counting_it_twice_does():
    (confidence,), (right,) = draw(np.random.default_rng(2), 1, 500)
    found = risk_coverage(confidence, right)
    assert found.pull.mean() == pytest.approx(0.0, abs=1e-12)
    moves, excesses = [], []
    for example in range(500):
        twice = np.append(np.arange(500), example)
        again = risk_coverage(confidence[twice], right[twice])
        moves.append(501 * (again.aurc - found.aurc))
        excesses.append(501 * (again.excess - found.excess))
    assert np.corrcoef(moves, found.pull)[0, 1] > 0.995
    assert np.std(moves) == pytest.approx(np.std(found.pull), rel=0.05)
    assert np.corrcoef(excesses, found.excess_pull)[0, 1] > 0.99


def test_accuracy_at_a_coverage():
    confidence, right = draw(np.random.default_rng(3), 4, 300)
    found = accuracy_at(curves(confidence, right), right, 0.9, level=0.95)
    kept = [hit[np.argsort(-sure)[:270]].mean() for sure, hit in zip(confidence, right, strict=True)]
    assert found.value == pytest.approx(np.mean(kept))
    assert found.low < found.value < found.high <= 1.0
    everything = accuracy_at(curves(confidence, right), right, 1.0, level=0.95)
    assert everything.value == pytest.approx(right.mean())
    risks = risk_at(curves(confidence, right), np.array([0.9, 1.0]))
    assert risks.mean(axis=0) == pytest.approx([1 - found.value, 1 - everything.value])


def test_without_an_error_the_area_is_bounded_by_the_risk():
    confidence = np.random.default_rng(4).random((3, 100))
    made = curves(confidence, np.ones((3, 100), bool))
    for found in (aurc_of(made, level=0.95), excess_of(made, level=0.95)):
        assert (found.value, found.low) == (0.0, 0.0)
        assert found.high == pytest.approx(0.037, abs=1e-3)


@pytest.mark.parametrize(
    ("members", "examples", "skill", "location"),
    [(1, 500, 0.0, 2.0), (1, 2000, 0.0, 3.5), (5, 500, 0.2, 2.0), (20, 300, 0.2, 2.0)],
)
def test_intervals_cover(members, examples, skill, location):
    generator = np.random.default_rng(5)
    endless = [
        (found.aurc, found.excess, 1 - found.risk[89_999])
        for _ in range(20)
        for found in curves(*draw(generator, 1, 100_000, skill=skill, location=location))
    ]
    truth, hits = np.mean(endless, axis=0), np.zeros(3)
    for _ in range(300):
        confidence, right = draw(generator, members, examples, skill=skill, location=location)
        made = curves(confidence, right)
        found = (
            aurc_of(made, level=0.95),
            excess_of(made, level=0.95),
            accuracy_at(made, right, 0.9, level=0.95),
        )
        hits += [measured.low <= true <= measured.high for measured, true in zip(found, truth, strict=True)]
    assert (hits / 300 >= [0.92, 0.9, 0.92]).all(), hits / 300
    assert (hits / 300 <= 0.98).all(), hits / 300
