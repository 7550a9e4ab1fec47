import numpy as np
import pytest
from scipy import stats

from thalweg.statistics.components import components, variance_of_mean
from thalweg.statistics.shares import Answers, example_term


def table_of(members, examples, *, right=0.9, seed=0):
    return np.random.default_rng(seed).random((members, examples)) < right


def test_luck_is_the_mean_variance_of_the_posterior_answers():
    table = table_of(3, 40)
    share = table.mean()
    beta = [
        stats.beta(right + share / 2, 3 - right + (1 - share) / 2) for right in table.sum(axis=0).tolist()
    ]
    # E p(1 − p) = E p − E p² of each example's Beta
    expected = np.mean([law.mean() - law.moment(2) for law in beta])
    assert Answers.of(table).luck == pytest.approx(expected)


def test_luck_of_many_members_is_that_of_the_shares_seen():
    table = table_of(2000, 30, right=0.7)
    share = table.mean(axis=0)
    assert Answers.of(table).luck == pytest.approx((share * (1 - share)).mean(), rel=2e-3)


def test_where_all_are_right_no_luck_is_left_to_go_by():
    answers = Answers.of(np.ones((3, 10), dtype=bool))
    assert (answers.rarer, answers.luck, answers.unseen[0]) == (0.0, 0.0, 0.0)


def test_a_share_cannot_vary_more_than_its_examples_let_it():
    table = np.repeat(table_of(1, 60), 5, axis=0)  # right or wrong for all alike
    answers = Answers.of(table)
    assert answers.unseen[0] == 0.0
    assert example_term(answers.parts)[0] == pytest.approx(table.mean() * (1 - table.mean()) / 59)


def test_noise_is_never_less_than_luck_nor_than_the_spread_that_was_seen():
    alike = np.repeat(table_of(1, 60), 5, axis=0)
    assert Answers.of(alike).noise[0] == pytest.approx(Answers.of(alike).luck / alike.size)
    table = table_of(2, 400, right=0.5)
    assert Answers.of(table).noise == components(table).noise_term


def test_one_degree_of_freedom_below_the_noise_widens_and_adds_no_variance():
    table = table_of(2, 300, seed=1)
    parts = components(table)
    assert 0 < parts.member_square < parts.interaction_square
    found = variance_of_mean(parts)
    assert found.value == pytest.approx(max(parts.example_term[0], parts.noise_term[0]))
    square = parts.member_square / parts.interaction_square
    reach = found.quantile(0.95) ** 2 * found.value
    one, many = (stats.t.ppf(0.975, freedom) ** 2 for freedom in (1, 299))
    doubt = (one - many) * square**2 * parts.noise_term[0]
    assert reach == pytest.approx(found.value * many + doubt, rel=1e-3)
