import numpy as np
import pytest
from scipy.special import expit

from thalweg.statistics import sides
from thalweg.statistics.intervals import crossed, share_over_starts
from thalweg.statistics.paired import paired_difference
from thalweg.statistics.quantiles import normal_quantile, student_quantile
from thalweg.statistics.shares import Answers
from thalweg.statistics.sides import side_over_starts

CENTRE, CENTRE_ALIKE = 3.6526, 3.4169
"""Mean ability at which networks of spread 1, and of spread 0, are right on 90 % of examples."""


def table_of(abilities, examples=400, *, seed=0, spread=2.0):
    generator = np.random.default_rng(seed)
    difficulties = spread * generator.standard_normal(examples)
    shares = expit(np.reshape(abilities, (-1, 1)) - difficulties)
    return generator.random(shares.shape) < shares


def answers_of(abilities, **how):
    return Answers.of(table_of(abilities, **how))


def test_its_ends_are_shares_whose_own_standard_error_reaches_the_share_seen():
    own, other = answers_of(np.linspace(1, 5, 8)), answers_of(np.full(8, 3.0), seed=1)
    share, luck = own.parts.mean, own.noise[0]
    rest = own.over_starts.value - luck
    dominance = (own.over_starts.value - other.over_starts.value) / (
        own.over_starts.value + other.over_starts.value
    )
    enlarged = 1 + sides.ENLARGED / np.sqrt(8) * dominance**2
    stretch = student_quantile(0.95, 7) / normal_quantile(0.95) * enlarged
    for end in side_over_starts(own, other, 0.95):
        theta = share + (end - share) / stretch
        scale = theta * (1 - theta) / (share * (1 - share))
        error = np.sqrt(luck * scale + rest * scale**2)
        assert abs(theta - share) == pytest.approx(normal_quantile(0.95) * error)


def test_it_reaches_further_towards_one_half_the_more_unlike_members_are():
    other = answers_of(np.full(8, 3.0), seed=1)
    skews = []
    for reach in (0.2, 1.0, 2.0):
        own = answers_of(3 + reach * np.linspace(-1, 1, 8))
        low, high = side_over_starts(own, other, 0.95)
        skews.append((own.parts.mean - low) / (high - own.parts.mean))
    assert 1 < skews[0] < skews[1] < skews[2]
    assert skews[2] > 1.5


def test_right_and_wrong_are_treated_alike():
    first, second = table_of(np.linspace(1, 5, 6)), table_of(np.linspace(2, 4, 6), seed=1)
    low, high = side_over_starts(Answers.of(first), Answers.of(second), 0.95)
    turned = side_over_starts(Answers.of(~first), Answers.of(~second), 0.95)
    assert turned == pytest.approx((1 - high, 1 - low))


def test_members_that_differ_by_luck_alone_have_nearly_wilsons_interval():
    own, other = answers_of(np.full(12, 3.0)), answers_of(np.full(12, 7.0), seed=1)
    assert own.over_starts.value > 2 * other.over_starts.value, "and to have more luck in it than the other"
    assert own.parts.member_term[0] <= own.noise[0], "this table is to show no spread between members"
    assert side_over_starts(own, other, 0.95) == pytest.approx(share_over_starts(own, 0.95), rel=1e-4)


def test_only_the_side_that_spreads_more_is_enlarged():
    wide, narrow = answers_of(np.linspace(1, 5, 8)), answers_of(np.linspace(2.7, 3.3, 8), seed=1)
    beside_narrow, beside_itself = (np.ptp(side_over_starts(wide, other, 0.95)) for other in (narrow, wide))
    assert beside_itself < beside_narrow <= (1 + sides.ENLARGED / np.sqrt(8)) * beside_itself
    assert side_over_starts(narrow, wide, 0.95) == side_over_starts(narrow, narrow, 0.95)


def test_three_members_that_agree_are_in_doubt_beside_more_of_them():
    found = [np.random.default_rng(seed).random((3, 400)) < 0.9 for seed in range(30)]
    own = next(one for one in map(Answers.of, found) if 0.5 < one.parts.member_term[0] / one.noise[0] < 1)
    alike = np.random.default_rng(99).random((3, 400)) < 0.9
    many = np.random.default_rng(99).random((16, 400)) < 0.9
    beside_three, beside_many = (side_over_starts(own, Answers.of(table), 0.95) for table in (alike, many))
    assert np.ptp(beside_many) > 1.1 * np.ptp(beside_three)


def test_where_there_is_nothing_to_be_seen_it_is_the_interval_of_one_population():
    perfect, other = Answers.of(np.ones((4, 50), bool)), answers_of(np.full(4, 3.0))
    assert side_over_starts(perfect, other, 0.95) == crossed(np.ones((4, 50), bool)).starts
    one = np.array([[True], [True], [False]])
    assert side_over_starts(Answers.of(one), Answers.of(one), 0.95) == crossed(one).starts


@pytest.mark.parametrize("members", [(8, 8), (8, 24), (3, 24)])
def test_populations_unlike_in_spread_raise_no_false_alarms(members):
    """Both are right on 90 % of examples; one spreads by 1 on the scale of logits, the other not at all."""
    generator, alarms, repeats = np.random.default_rng(3), 0, 1500
    for _ in range(repeats):
        difficulties = 2.0 * generator.standard_normal(200)
        abilities = CENTRE + generator.standard_normal(members[0]), np.full(members[1], CENTRE_ALIKE)
        first, second = (
            generator.random((len(own), 200)) < expit(own[:, None] - difficulties) for own in abilities
        )
        alarms += paired_difference(first, second).excludes_zero
    assert alarms / repeats <= 0.06
