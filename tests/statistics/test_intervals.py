import json

import numpy as np
import pytest
from scipy import stats

from thalweg.errors import EvaluationError
from thalweg.statistics.components import Variance, components, variance_of_mean
from thalweg.statistics.intervals import (
    counted,
    crossed,
    crossed_difference,
    share_interval,
    shares_over_starts,
    student,
    wilson,
)
from thalweg.statistics.shares import Answers

COUNTS = [(0, 10), (1, 10), (5, 10), (10, 10), (9600, 10_000), (9800, 10_000)]


def table_of(members, examples, *, seed=0, right=0.9):
    return np.random.default_rng(seed).random((members, examples)) < right


@pytest.mark.parametrize(("successes", "examples"), COUNTS)
@pytest.mark.parametrize("level", [0.8, 0.95, 0.99])
def test_wilson_is_scipys(successes, examples, level):
    expected = stats.binomtest(successes, examples).proportion_ci(level, method="wilson")
    assert wilson(successes, examples, level) == pytest.approx(tuple(expected), abs=1e-12)


def test_wilson_as_published():
    # STATISTICS: 96 % of 10,000 -> [95.60, 96.37], 98 % -> [97.71, 98.26].
    assert wilson(9600, 10_000) == pytest.approx((0.9560, 0.9637), abs=5e-5)
    assert wilson(9800, 10_000) == pytest.approx((0.9771, 0.9826), abs=5e-5)


def test_a_counted_share_has_wilsons_interval():
    found = counted(9600, 10_000, 0.9)
    assert found.value == 0.96
    assert found.interval == wilson(9600, 10_000, 0.9)


def test_an_effective_number_of_examples_by_hand():
    # p(1 - p) / Var = 100 independent examples, with degrees of freedom beyond counting.
    variance = Variance(((0.9 * 0.1 / 100, 10**9),))
    assert share_interval(0.9, variance, 5000, 0.95) == pytest.approx(wilson(90, 100), abs=1e-8)
    assert share_interval(0.9, variance, 5000, 0.95, most=50) == pytest.approx(wilson(45, 50), abs=1e-8)


def test_few_degrees_of_freedom_stretch_both_sides_alike():
    few, many = (Variance(((0.9 * 0.1 / 100, freedom),)) for freedom in (4, 10**9))
    stretch = stats.t.ppf(0.975, 4) / stats.norm.ppf(0.975)
    (low, high), (less, more) = (share_interval(0.9, one, 5000, 0.95) for one in (few, many))
    assert (0.9 - low) / (0.9 - less) == pytest.approx(stretch)
    assert (high - 0.9) / (more - 0.9) == pytest.approx(stretch)


@pytest.mark.parametrize("share", [-1e-17, 0.0, 1.0, 1 + 1e-15])
def test_a_share_without_spread_counts_as_so_many_examples(share):
    for variance in (Variance(((0.0, 4),)), Variance(((1e-4, 4),))):
        assert share_interval(share, variance, 30, 0.95) == wilson(30 * round(share), 30)


def test_the_share_of_a_table_is_capped_by_its_cells():
    table = table_of(4, 6, right=0.5)
    parts, unseen = components(table), Answers.of(table).unseen
    variance = Variance((*variance_of_mean(parts).terms, unseen))
    assert crossed(table).both == share_interval(parts.mean, variance, 6, 0.95, most=24)


def test_wilson_ends_exactly_at_the_boundary():
    assert wilson(0, 7)[0] == 0.0
    assert wilson(7, 7)[1] == 1.0


@pytest.mark.parametrize("counts", [(-1, 10), (11, 10), (0, 0), (0.5, 0)])
@pytest.mark.parametrize("function", [wilson, counted])
def test_impossible_counts_are_named(function, counts):
    with pytest.raises(EvaluationError, match="successes of"):
        function(*counts)


@pytest.mark.parametrize("level", [0.0, 1.0, 95])
def test_a_level_outside_0_to_1_is_named(level):
    for call in (lambda: wilson(1, 2, level), lambda: crossed(np.ones((2, 2)), level)):
        with pytest.raises(EvaluationError, match=f"level={level}"):
            call()


def test_student_is_scipys():
    values = np.random.default_rng(0).normal(size=9)
    expected = stats.ttest_1samp(values, 0).confidence_interval(0.9)
    assert student(values, 0.9) == pytest.approx(tuple(expected))
    assert student(values[:1]) is None


def test_starts_interval_of_unlike_members_is_wilsons_as_long_as_students():
    # Skills differ by far more than answers do, so that the spread between members is all there is.
    table = np.random.default_rng(1).random((6, 4000)) < np.linspace(0.4, 0.6, 6)[:, None]
    accuracy = table.mean(axis=1)
    variance = accuracy.var(ddof=1) / 6
    low, high = wilson(table.mean() * (n := table.mean() * (1 - table.mean()) / variance), n)
    stretch = stats.t.ppf(0.975, 5) / stats.norm.ppf(0.975)
    expected = (table.mean() - stretch * (table.mean() - low), table.mean() + stretch * (high - table.mean()))
    assert crossed(table).starts == pytest.approx(expected)
    student_t = stats.ttest_1samp(accuracy, 0).confidence_interval(0.95)
    assert crossed(table).starts == pytest.approx(tuple(student_t), rel=0.03)


def test_examples_interval_of_numbers_is_scipys_t_interval_of_the_examples_means():
    table = np.random.default_rng(2).normal(size=(5, 60))
    expected = stats.ttest_1samp(table.mean(axis=0), 0).confidence_interval(0.95)
    assert crossed(table).examples == pytest.approx(tuple(expected))


def test_both_of_the_hand_worked_table():
    # Mean squares 6 (1 degree), 14 (2) and 2 (2) of 2 x 3 cells: variance (6 + 14 - 2) / 6 = 3.
    table = np.array([[2.0, 1.0, 6.0], [2.0, 5.0, 8.0]])
    one, two = stats.t.ppf(0.975, 1), stats.t.ppf(0.975, 2)
    reach = np.sqrt((6 * one**2 + 14 * two**2 - 2 * two**2) / 6)
    assert crossed(table).both == pytest.approx((4 - reach, 4 + reach))


def test_one_member_right_or_wrong_is_wilson():
    table = table_of(1, 500)
    found = crossed(table)
    assert found.examples == pytest.approx(wilson(int(table.sum()), 500))
    assert found.sd is None
    assert found.starts is None
    assert found.both is None
    assert found.widest == found.examples
    assert found.scope == "over examples"


def test_copies_of_one_member_say_no_more_than_it_does():
    one = table_of(1, 500)
    copies = crossed(np.repeat(one, 20, axis=0))
    assert copies.examples == pytest.approx(wilson(int(one.sum()), 500), abs=2e-4)
    assert copies.both == pytest.approx(copies.examples, abs=2e-4)
    # 20 of 20 wrong does not show that another member would be, but nearly
    assert copies.starts == pytest.approx((one.mean(), one.mean()), abs=2e-3)
    assert copies.starts[0] < one.mean() < copies.starts[1]


def test_independent_answers_say_as_much_as_so_many_examples():
    table = table_of(20, 2000, seed=3)
    pooled = wilson(int(table.sum()), table.size)
    found = crossed(table).both
    assert found[1] - found[0] == pytest.approx(pooled[1] - pooled[0], rel=0.3)


@pytest.mark.parametrize("right", [True, False])
@pytest.mark.parametrize(("members", "examples"), [(1, 40), (5, 40), (5, 1)])
def test_all_alike_is_not_certain(members, examples, right):
    found = crossed(np.full((members, examples), right))
    assert found.mean == float(right)
    defined = [interval for interval in (found.starts, found.examples, found.both) if interval]
    assert defined
    for low, high in defined:
        assert 0.0 <= low <= found.mean <= high <= 1.0
        assert high - low > 0.01


def test_all_right_falls_back_on_wilson_over_the_examples():
    assert crossed(np.ones((5, 40), dtype=bool)).both == wilson(40, 40)


@pytest.mark.parametrize("members", [2, 3, 8])
def test_starts_that_agree_on_every_example_leave_a_doubt(members):
    table = np.ones((members, 50), dtype=bool)
    table[:, :2] = False
    low, high = crossed(table).starts
    assert low < 0.96 < high
    assert high - low < wilson(48, 50)[1] - wilson(48, 50)[0]


def test_two_unlike_members_that_are_wrong_equally_often_are_not_taken_for_alike():
    table = np.ones((2, 400), dtype=bool)
    table[0, :40] = table[1, 20:60] = False  # means agree to the last answer
    parted = table.copy()
    parted[1, 60:64] = False  # and nearly: less than the noise between them
    three = np.concatenate([parted, parted[:1]])
    assert np.ptp(crossed(parted).both) > 1.1 * np.ptp(crossed(table).both)
    assert np.ptp(crossed(three).both) < np.ptp(crossed(parted).both)


def test_few_wrong_examples_reckon_with_one_unlike_them():
    # 16 examples that one of 32 members gets wrong: others may be wrong for most, as nobody has seen.
    table = np.ones((32, 50), dtype=bool)
    table[np.arange(16), np.arange(16)] = False
    answers = Answers.of(table)
    assert answers.unseen[0] == pytest.approx(1 / (3 * 50) ** 2)
    seen = share_interval(table.mean(), Variance((answers.parts.example_term,)), 50, 0.95)
    found = crossed(table).examples
    assert found[0] < seen[0]
    assert found[0] > wilson(50 * table.mean(), 50)[0]


def test_members_means_that_agree_by_chance_are_not_certain():
    table = np.array([[1, 1, 1, 0, 1, 1], [1, 1, 0, 1, 1, 1]], dtype=bool)
    low, high = crossed(table).starts
    assert low < table.mean() < high


def test_example_means_that_agree_by_chance_are_not_certain():
    values = np.array([[1.0, 0.0, 1.0, 0.0], [0.0, 1.0, 0.0, 1.0]])
    low, high = crossed(values).examples
    assert low < 0.5 < high


def test_one_example_has_only_starts():
    table = np.array([[True], [False], [True], [True]])
    found = crossed(table)
    assert found.starts == pytest.approx(wilson(3, 4))
    assert found.examples is None
    assert found.both is None
    assert found.scope == "over starts"
    assert crossed(np.array([[0.5]])).scope == "without an interval"
    assert crossed(np.array([[0.5]])).widest is None


def test_numbers_in_one_example_are_a_t_interval_over_members():
    values = np.random.default_rng(4).random((6, 1))
    expected = stats.ttest_1samp(values[:, 0], 0).confidence_interval(0.95)
    assert crossed(values).starts == pytest.approx(tuple(expected))


def test_zeros_and_ones_as_integers_are_shares():
    table = table_of(4, 100)
    assert crossed(table.astype(np.uint8)) == crossed(table)
    assert crossed(table.astype(np.int64)) == crossed(table)
    assert crossed(table.astype(np.int64) + 1).mean > 1  # counts, not shares: no cut at 1


def test_shares_stay_in_0_to_1():
    table = np.ones((2, 50), dtype=bool)
    table[0, :10] = False
    found = crossed(table)
    for low, high in (found.starts, found.examples, found.both):
        assert 0.0 <= low <= found.mean <= high <= 1.0


def test_limits_cut_numbers():
    values = np.array([[0.99, 1.0], [0.90, 1.0]])
    assert crossed(values).both[1] > 1.0
    assert crossed(values, limits=(0.0, 1.0)).both[1] == 1.0


def test_sd_is_the_unbiased_one():
    table = table_of(3, 200)
    assert crossed(table).sd == pytest.approx(table.mean(axis=1).std(ddof=1))


def test_a_higher_level_is_wider():
    table = table_of(5, 300)
    narrow, wide = crossed(table, 0.8), crossed(table, 0.99)
    for name in ("starts", "examples", "both"):
        assert getattr(wide, name)[0] < getattr(narrow, name)[0]
        assert getattr(wide, name)[1] > getattr(narrow, name)[1]


def test_order_of_members_and_examples_does_not_matter():
    table = table_of(6, 80)
    shuffled = np.random.default_rng(5).permutation(table, axis=0)[:, ::-1]
    assert crossed(shuffled).both == pytest.approx(crossed(table).both)


def test_json_has_three_intervals_and_no_nan():
    found = crossed(table_of(3, 50)).to_json()
    assert list(found) == ["starts", "examples", "both"]
    assert all(len(ends) == 2 for ends in found.values())
    assert crossed(table_of(1, 50)).to_json()["both"] is None
    json.dumps(found, allow_nan=False)


def test_a_large_table_is_within_reach():
    # 4096 x 10,000 right-or-wrong answers as bytes; the float64 table would be 328 MB.
    table = np.zeros((4096, 10_000), dtype=np.uint8)
    table[:, ::2] = 1
    found = crossed(table)
    assert found.mean == 0.5
    assert found.examples == pytest.approx(wilson(5000, 10_000), abs=1e-5)


def test_difference_of_one_member_on_two_sets_is_two_independent_samples():
    first, second = table_of(1, 300, right=0.95), table_of(1, 200, seed=1, right=0.9)
    found = crossed_difference(first, second)
    error = np.sqrt(first.var(ddof=1) / 300 + second.var(ddof=1) / 200)
    assert found.mean == pytest.approx(first.mean() - second.mean())
    assert found.starts is None
    assert found.both is None
    assert found.examples == pytest.approx((found.mean - 1.96 * error, found.mean + 1.96 * error), abs=1e-3)


def test_difference_over_starts_is_scipys_paired_t():
    first, second = table_of(7, 300, right=0.95), table_of(7, 200, seed=1)
    expected = stats.ttest_rel(first.mean(axis=1), second.mean(axis=1)).confidence_interval(0.95)
    assert crossed_difference(first, second).starts == pytest.approx(tuple(expected))


def test_difference_of_all_right_is_not_certain():
    found = crossed_difference(np.ones((3, 50), dtype=bool), np.ones((3, 40), dtype=bool))
    low, high = found.both
    assert found.mean == 0.0
    assert low == pytest.approx(wilson(50, 50)[0] - 1)
    assert high == pytest.approx(1 - wilson(40, 40)[0])


def test_difference_needs_the_same_members():
    with pytest.raises(EvaluationError, match="2 members on one side and 3"):
        crossed_difference(np.ones((2, 5)), np.ones((3, 5)))
    with pytest.raises(EvaluationError, match="1 members on one side and 3"):
        crossed_difference(np.ones((1, 5)), np.ones((3, 5)))


def test_difference_of_one_example_has_only_starts():
    found = crossed_difference(
        np.random.default_rng(0).random((3, 1)), np.random.default_rng(1).random((3, 9))
    )
    assert found.scope == "over starts"


def test_measured_carries_the_widest_interval():
    found = crossed(table_of(5, 100))
    assert found.measured.interval == found.both
    assert found.measured.value == components(table_of(5, 100)).mean


def test_students_interval_is_cut_at_its_limits():
    values = np.array([0.9, 0.99, 1.0])
    low, high = student(values)
    assert high > 1.0
    assert student(values, limits=(0.0, 1.0)) == (low, 1.0)


def test_members_shares_alone_are_wilsons_as_long_as_students():
    shares = np.array([0.9, 0.94, 0.92, 0.96])
    variance = Variance(((shares.var(ddof=1) / 4, 3),))
    assert shares_over_starts(shares, 100) == share_interval(shares.mean(), variance, 400, 0.95)
    assert shares_over_starts(shares[:1], 100) is None


@pytest.mark.parametrize("share", [1.0, 0.98])
def test_equal_shares_are_not_certain(share):
    assert shares_over_starts(np.full(3, share), 50) == pytest.approx(wilson(150 * share, 150))
