import numpy as np
import pytest
from scipy.special import ndtr
from scipy.stats import binomtest, ttest_rel

from thalweg.statistics.intervals import crossed
from thalweg.statistics.paired import mcnemar, paired_difference
from thalweg.statistics.shares import Answers
from thalweg.statistics.sides import side_over_starts


def draw(generator, members, examples, *, skill, gap, ease=1.5):
    """Right answers of two populations on the same examples, and the true difference of their means."""
    easy = ease * generator.normal(size=examples)
    tables = [
        generator.random((count, examples))
        < ndtr(2 + shift + skill * generator.normal(size=(count, 1)) + easy)
        for count, shift in zip(members, (gap, 0.0), strict=True)
    ]
    spread = np.sqrt(1 + skill**2 + ease**2)
    return *tables, ndtr((2 + gap) / spread) - ndtr(2 / spread)


def test_mcnemar_is_the_exact_binomial_test():
    generator = np.random.default_rng(0)
    first, second = generator.random((2, 300)) < [[0.9], [0.8]]
    found = mcnemar(first, second)
    assert found.first_only == (first & ~second).sum()
    assert found.second_only == (second & ~first).sum()
    expected = binomtest(found.first_only, found.first_only + found.second_only).pvalue
    assert found.p_value == pytest.approx(expected)
    assert found.mid_p < found.p_value


def test_mcnemar_by_hand():
    first = np.array([True] * 6 + [False] * 1)
    found = mcnemar(first, ~first)
    assert (found.first_only, found.second_only) == (6, 1)
    assert found.p_value == pytest.approx(2 * (1 + 7) / 2**7)
    assert found.mid_p == pytest.approx(2 * 8 / 2**7 - 7 / 2**7)
    same = mcnemar(first, first)
    assert (same.p_value, same.mid_p) == (1.0, 1.0)


def test_mcnemar_of_no_difference_is_right_about_5_in_100():
    generator, exact, mid = np.random.default_rng(1), 0, 0
    for _ in range(2_000):
        first, second, _ = draw(generator, (1, 1), 400, skill=0.0, gap=0.0)
        found = mcnemar(first[0], second[0])
        exact += found.p_value <= 0.05
        mid += found.mid_p <= 0.05
    assert 0.02 <= exact / 2_000 <= 0.05
    assert 0.037 <= mid / 2_000 <= 0.063


def test_two_single_networks_have_the_paired_t_interval():
    generator = np.random.default_rng(2)
    first, second, _ = draw(generator, (1, 1), 500, skill=0.0, gap=0.3)
    found = paired_difference(first, second)
    oracle = ttest_rel(first[0].astype(float), second[0].astype(float))
    assert found.measured.interval == pytest.approx(tuple(oracle.confidence_interval(0.95)))
    assert found.p_value == pytest.approx(oracle.pvalue, rel=1e-6)
    assert found.over.starts is None
    assert found.over.both is None


@pytest.mark.parametrize(
    ("members", "skill", "gap"),
    [((8, 8), 0.2, 0.0), ((4, 12), 0.2, 0.1), ((1, 1), 0.0, 0.1), ((10, 10), 0.0, 0.0), ((5, 5), 0.4, 0.2)],
)
def test_the_widest_interval_covers(members, skill, gap):
    generator, hits = np.random.default_rng(3), 0
    for _ in range(800):
        first, second, truth = draw(generator, members, 500, skill=skill, gap=gap)
        low, high = paired_difference(first, second).over.widest
        hits += low <= truth <= high
    assert 0.93 <= hits / 800 <= 0.985


def test_p_values_of_no_difference_are_never_too_small():
    generator = np.random.default_rng(4)
    p_values = []
    for _ in range(300):
        first, second, _ = draw(generator, (8, 8), 400, skill=0.3, gap=0.0)
        found = paired_difference(first, second)
        p_values.append(found.p_value)
        assert found.excludes_zero == (found.p_value < 0.05)
    for level in (0.05, 0.1, 0.2):
        assert np.mean(np.array(p_values) < level) <= level + 0.02
    assert np.mean(np.array(p_values) < 0.2) > 0.08


@pytest.mark.parametrize("members", [(2, 32), (3, 16), (3, 32)])
@pytest.mark.parametrize(("location", "skill"), [(2.0, 0.3), (4.0, 0.0)])
def test_a_few_networks_against_many_raise_no_false_alarms(members, location, skill):
    # Before each side counted with its own members' quantile, 7 to 22 % here.
    generator, alarms = np.random.default_rng(8), 0
    for _ in range(200):
        ease = 1.5 * generator.normal(size=100)
        first, second = (
            generator.random((count, 100)) < ndtr(location + skill * generator.normal(size=(count, 1)) + ease)
            for count in members
        )
        alarms += paired_difference(first, second).excludes_zero
    assert alarms / 200 <= 0.06


def test_the_interval_over_starts_is_newcombes_of_each_sides_own():
    generator = np.random.default_rng(7)
    first, second, _ = draw(generator, (6, 6), 400, skill=0.3, gap=0.3)
    one, other = Answers.of(first), Answers.of(second)
    (low, high), (less, more) = side_over_starts(one, other, 0.95), side_over_starts(other, one, 0.95)
    down = np.hypot(one.parts.mean - low, more - other.parts.mean)
    up = np.hypot(high - one.parts.mean, other.parts.mean - less)
    gap = one.parts.mean - other.parts.mean
    assert paired_difference(first, second).over.starts == pytest.approx((gap - down, gap + up))


def test_few_members_are_no_more_certain_than_the_others_would_be():
    generator = np.random.default_rng(9)
    _, many, _ = draw(generator, (1, 12), 200, skill=0.5, gap=0.0)
    alike = np.repeat(many[:1], 3, axis=0)
    low, high = paired_difference(alike, many).over.starts
    own = crossed(many).starts
    # three copies of a network know as little of other starts as three networks that spread as the many do
    assert high - low > 1.5 * (own[1] - own[0])


def test_starts_and_examples_alone_are_narrower_than_both():
    generator = np.random.default_rng(5)
    first, second, _ = draw(generator, (8, 8), 400, skill=0.3, gap=0.3)
    over = paired_difference(first, second).over
    width = {name: np.ptp(getattr(over, name)) for name in ("starts", "examples", "both")}
    assert width["both"] > max(width["starts"], width["examples"])
    turned = paired_difference(second, first).over
    assert turned.both == pytest.approx((-over.both[1], -over.both[0]))


def test_sharing_the_examples_takes_their_difficulty_off():
    generator = np.random.default_rng(6)
    first, second, _ = draw(generator, (10, 10), 400, skill=0.0, gap=0.1, ease=4.0)
    paired = np.ptp(paired_difference(first, second).over.examples)
    unpaired = np.ptp(paired_difference(first, second[:, generator.permutation(400)]).over.examples)
    assert paired < 0.6 * unpaired


def test_the_same_answers_differ_by_nothing_that_could_be_seen():
    right = np.ones((3, 200), bool)
    found = paired_difference(right, right)
    assert found.measured.value == 0.0
    assert found.p_value == 1.0
    assert found.measured.high == pytest.approx(0.0188, abs=1e-3)
    assert found.measured.low == -found.measured.high


def test_a_small_difference_of_small_tables_has_a_p_value():
    # Where quantiles of Student's t round to 0, what is taken off must not become all there is.
    generator = np.random.default_rng(0)
    for _ in range(300):
        first, second = (generator.random((7, 5)) < share for share in (generator.random((7, 1)), 0.3))
        assert 0 <= paired_difference(first, second).p_value <= 1
