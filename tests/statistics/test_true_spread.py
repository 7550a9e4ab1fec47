import numpy as np
import pytest

from thalweg.errors import EvaluationError
from thalweg.statistics.components import components
from thalweg.statistics.true_spread import true_spread

MEMBERS, EXAMPLES = 30, 600


def right_answers(generator, sd, families=0):
    """Right or wrong [members, examples]: hard and easy examples, members better or worse by `sd`.

    With `families`, members of one family err on the same examples.
    """
    chance = generator.beta(4, 1, EXAMPLES) * 0.8 + 0.1
    skill = sd * np.clip(generator.standard_normal(MEMBERS), -3, 3)
    draws = generator.random((MEMBERS, EXAMPLES))
    if families:
        shared = generator.random((families, EXAMPLES))[np.arange(MEMBERS) % families]
        draws = np.where(generator.random((MEMBERS, EXAMPLES)) < 0.85, shared, draws)
    return draws < chance + skill[:, None]


def costs(generator, sd):
    """Costs of heavy tails, members of skewed quality with standard deviation `sd`."""
    quality = sd * (generator.exponential(1.0, MEMBERS) - 1)
    return (
        quality[:, None]
        + generator.exponential(1.0, (MEMBERS, EXAMPLES))
        + generator.exponential(2, EXAMPLES)
    )


def simulated(draw, times=250):
    return [true_spread(draw(np.random.default_rng([7, seed]))) for seed in range(times)]


def coverage(found, truth):
    return np.mean([one.true.low <= truth <= one.true.high for one in found])


@pytest.mark.parametrize("families", [0, 2])
def test_equal_members_are_found_unequal_five_times_in_a_hundred(families):
    found = simulated(lambda generator: right_answers(generator, 0.0, families), 400)
    rejected = np.mean([one.p_value < 0.05 for one in found])
    assert 0.02 <= rejected <= 0.08
    assert coverage(found, 0.0) >= 0.93
    assert np.mean([one.true.low == 0 for one in found]) >= 0.93


def test_without_the_correction_families_would_be_found_unequal():
    from scipy.stats import f

    rejected = []
    for seed in range(400):
        parts = components(right_answers(np.random.default_rng([7, seed]), 0.0, 2))
        ratio = parts.member_square / parts.interaction_square
        rejected.append(f.sf(ratio, parts.member_freedom, parts.interaction_freedom) < 0.05)
    assert np.mean(rejected) > 0.12


@pytest.mark.parametrize("sd", [0.01, 0.03])
def test_the_true_spread_of_accuracy_is_covered(sd):
    found = simulated(lambda generator: right_answers(generator, sd))
    assert 0.915 <= coverage(found, sd) <= 0.995
    assert np.mean([one.true.value**2 for one in found]) == pytest.approx(sd**2, rel=0.15)


@pytest.mark.parametrize("sd", [0.0, 0.05, 0.2])
def test_the_true_spread_of_costs_is_covered(sd):
    assert coverage(simulated(lambda generator: costs(generator, sd)), sd) >= 0.88


def test_the_noise_is_what_equal_members_show():
    found = simulated(lambda generator: right_answers(generator, 0.0))
    seen = np.mean([one.seen.value**2 for one in found])
    assert np.mean([one.noise**2 for one in found]) == pytest.approx(seen, rel=0.05)


def test_a_great_difference_is_certain():
    found = true_spread(right_answers(np.random.default_rng(0), 0.05))
    assert found.p_value < 1e-6
    assert found.true.low > 0.03
    assert found.noise_share < 0.3


def test_independent_members_have_an_epsilon_of_one_and_families_less():
    alone, related = (
        np.mean([one.equality for one in simulated(lambda g, n=n: right_answers(g, 0.0, n), 20)])
        for n in (0, 2)
    )
    assert alone > 0.9
    assert related < 0.3


def test_members_that_answer_alike_are_equal():
    table = np.broadcast_to(np.arange(50) % 3 > 0, (6, 50))
    found = true_spread(table)
    assert (found.true.value, found.noise, found.p_value) == (0.0, 0.0, 1.0)
    assert found.to_json()["seen_sd"]["interval"] is None


@pytest.mark.parametrize("shape", [(4, 50), (9, 1)])
def test_too_small_a_table_is_refused(shape):
    with pytest.raises(EvaluationError, match=f"{shape[0]} members and {shape[1]} examples"):
        true_spread(np.random.default_rng(0).random(shape))
