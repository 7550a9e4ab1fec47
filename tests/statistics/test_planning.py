import numpy as np
import pytest
from scipy.stats import chi2

from thalweg.errors import EvaluationError
from thalweg.statistics.components import Components, components
from thalweg.statistics.intervals import crossed
from thalweg.statistics.planning import (
    Pilot,
    examples_needed,
    floor,
    foretold,
    half_width,
    half_width_of,
    member_spread,
    pilot_of,
    starts_needed,
)


def answers(members: int, examples: int, seed: int, spread: float = 0.3) -> np.ndarray:
    """Right or wrong of a Rasch model: difficulties of sd 2, abilities of sd `spread`."""
    generator = np.random.default_rng(seed)
    logit = generator.normal(2.5, 2, examples) + generator.normal(0, spread, members)[:, None]
    return generator.random(logit.shape) < 1 / (1 + np.exp(-logit))


def half(interval) -> float:
    return (interval[1] - interval[0]) / 2


PILOT = pilot_of(answers(6, 400, seed=0))


def test_mean_squares_of_the_hand_worked_table_for_other_numbers():
    # rows 2 1 6 / 2 5 8: mean squares 6, 14 and 2, so members (6 - 2) / 3, examples (14 - 2) / 2, noise 2
    parts = foretold(components(np.array([[2.0, 1.0, 6.0], [2.0, 5.0, 8.0]])), members=5, examples=30)
    assert parts.member_square == pytest.approx(2 + 30 * 4 / 3)
    assert parts.example_square == pytest.approx(2 + 5 * 6)
    assert parts.interaction_square == pytest.approx(2)
    assert (parts.members, parts.examples) == (5, 30)


@pytest.mark.parametrize("shape", [(3, 300), (6, 400), (24, 1000)])
def test_of_its_own_size_a_pilot_foretells_the_interval_that_it_has(shape):
    right = answers(*shape, seed=1)
    parts, found = foretold(components(right), *shape), crossed(right)
    # of few answers, what they may be by luck is taken for what it is to be expected
    assert half_width_of(parts) == pytest.approx(half(found.both), rel=1e-4)
    assert half_width_of(parts, over="starts") == pytest.approx(half(found.starts), rel=1e-4)


def test_other_members_have_what_was_foretold_within_the_range():
    held, ratios = 0, []
    for seed in range(60):
        right = answers(36, 500, seed=seed, spread=0.2)
        found, expected = half(crossed(right[4:]).both), half_width(pilot_of(right[:4]), 32, 500)
        held += expected.low <= found <= expected.high
        ratios.append(expected.value / found)
    assert held >= 53  # 95 % of 60 is 57
    assert np.median(ratios) == pytest.approx(1, abs=0.05)


def test_fewest_starts_are_the_fewest():
    target = 0.024
    found = starts_needed(PILOT, target, 400)
    assert found is not None
    assert half_width(PILOT, found, 400).value <= target < half_width(PILOT, found - 1, 400).value
    sure = starts_needed(PILOT, target, 400, sure=True)
    assert sure is None or sure > found


def test_below_the_floor_no_number_of_starts_does_and_more_examples_do():
    least = floor(PILOT, 400)
    assert starts_needed(PILOT, 0.99 * least, 400) is None
    assert starts_needed(PILOT, 1.01 * least, 400) is not None
    count = examples_needed(PILOT, 0.99 * least, 32)
    assert count is not None
    assert count > 400
    assert half_width(PILOT, 32, count).value <= 0.99 * least < half_width(PILOT, 32, count - 1).value


def test_with_few_starts_no_number_of_examples_may_do():
    pilot = pilot_of(answers(6, 400, seed=0, spread=1.0))
    assert examples_needed(pilot, 0.001, 4) is None


def test_the_spread_of_members_has_the_interval_of_a_variance():
    # where nothing is noise, (n - 1) s^2 / sigma^2 is chi-square
    parts = Components(0.9, np.empty(0), 4, 100, 0.04, 1.0, 1e-12)
    found = member_spread(Pilot(parts, 99.0), draws=4000)
    ends = np.sqrt(3 * 0.04 / 100 / chi2.ppf((0.975, 0.025), 3))
    assert found.value == pytest.approx(0.02)
    assert (found.low, found.high) == pytest.approx(tuple(ends), rel=0.1)


def test_two_members_promise_little_and_many_much():
    right = answers(16, 400, seed=3)
    wide, narrow = (half_width(pilot_of(right[:count]), 32, 400) for count in (2, 16))
    assert wide.high / wide.value > 2 * narrow.high / narrow.value


def test_a_perfect_record_is_not_taken_for_certainty():
    assert half_width(pilot_of(np.ones((4, 50), dtype=bool)), 32, 50).value > 0.01


@pytest.mark.parametrize(("shape", "what"), [((1, 50), "1 member"), ((50, 1), "1 example")])
def test_one_of_either_is_refused(shape, what):
    with pytest.raises(EvaluationError, match=what) as caught:
        pilot_of(np.ones(shape, dtype=bool))
    assert "at least 2" in caught.value.hint
