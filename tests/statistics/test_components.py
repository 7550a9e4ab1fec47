import numpy as np
import pytest

from thalweg.errors import EvaluationError
from thalweg.statistics import components as module
from thalweg.statistics.components import Variance, components, variance_of_difference, variance_of_mean

# Worked by hand. Rows (members) 1 2 6 / 3 4 8: grand mean 4, member means 3 and 5, example means 2, 3 and 7.
# SS_member = 3 * (1 + 1) = 6; SS_example = 2 * (4 + 1 + 9) = 28; residuals are all 0.
ADDITIVE = np.array([[1.0, 2.0, 6.0], [3.0, 4.0, 8.0]])
# Adding +1 -1 0 / -1 +1 0 changes no mean and makes SS_interaction = 4, with 2 degrees of freedom.
CROSSED = ADDITIVE + np.array([[1.0, -1.0, 0.0], [-1.0, 1.0, 0.0]])


def anova(table: np.ndarray) -> tuple[float, float, float]:
    """Mean squares by the textbook's explicit sums."""
    rows, columns = table.shape
    grand = table.sum() / (rows * columns)
    of_rows = sum(columns * (row.sum() / columns - grand) ** 2 for row in table)
    of_columns = sum(rows * (column.sum() / rows - grand) ** 2 for column in table.T)
    total = sum((cell - grand) ** 2 for cell in table.ravel())
    rest = total - of_rows - of_columns
    return of_rows / (rows - 1), of_columns / (columns - 1), rest / ((rows - 1) * (columns - 1))


def test_mean_squares_of_the_hand_worked_table():
    parts = components(CROSSED)
    assert parts.mean == pytest.approx(4.0)
    np.testing.assert_allclose(parts.member_means, [3.0, 5.0])
    assert parts.member_square == pytest.approx(6.0)
    assert parts.example_square == pytest.approx(14.0)
    assert parts.interaction_square == pytest.approx(2.0)


def test_variance_of_the_hand_worked_table():
    # (6 + 14 - 2) / (2 * 3) = 3
    assert variance_of_mean(components(CROSSED)).value == pytest.approx(3.0)


def test_variance_is_the_house_formula():
    table = np.random.default_rng(0).normal(size=(5, 40)) + np.arange(5)[:, None] + np.arange(40)[None, :]
    members = table.mean(axis=1).var(ddof=1)
    examples = table.mean(axis=0).var(ddof=1)
    interaction = components(table).interaction_square
    expected = members / 5 + examples / 40 - interaction / 200
    assert variance_of_mean(components(table)).value == pytest.approx(expected)


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.uint8, bool])
def test_mean_squares_agree_with_explicit_sums(dtype):
    table = (np.random.default_rng(1).random((7, 30)) * 2.4).astype(dtype)
    parts = components(table)
    found = (parts.member_square, parts.example_square, parts.interaction_square)
    np.testing.assert_allclose(found, anova(table.astype(np.float64)), rtol=1e-5)


def test_blocks_of_rows_change_nothing(monkeypatch):
    table = np.random.default_rng(2).random((11, 13))
    whole = components(table)
    monkeypatch.setattr(module, "CELLS_AT_ONCE", 26)
    assert components(table).interaction_square == pytest.approx(whole.interaction_square, rel=1e-12)


def test_members_that_agree_have_exactly_no_interaction():
    parts = components(np.tile(np.random.default_rng(3).random(50), (4, 1)))
    assert parts.member_square == 0.0
    assert parts.interaction_square == 0.0


def test_mean_squares_are_unbiased_for_right_or_wrong_answers():
    # Known probabilities: Var(mean) follows exactly, whatever the distribution.
    generator = np.random.default_rng(4)
    estimates, means = [], []
    for _ in range(4000):
        skill, ease = generator.random(6) * 0.3, generator.random(25) * 0.7
        table = generator.random((6, 25)) < skill[:, None] + ease
        parts = components(table)
        estimates.append(
            (parts.member_square + parts.example_square - parts.interaction_square) / parts.cells
        )
        means.append(parts.mean)
    assert np.mean(estimates) == pytest.approx(np.var(means), rel=0.07)


@pytest.mark.parametrize(
    ("rows", "columns"),
    [([0.0, 0.0, 0.0], [0.0, 5.0, 9.0]), ([0.0, 5.0, 9.0], [0.0, 0.0, 0.0])],
    ids=["no member effect", "no example effect"],
)
def test_a_component_below_zero_counts_as_zero(rows, columns):
    # Interactions that cancel in every row and column push one mean square to 0, below the interaction's.
    bump = np.array([[1.0, -1.0, 0.0], [-1.0, 0.0, 1.0], [0.0, 1.0, -1.0]])
    parts = components(np.add.outer(rows, columns) + bump)
    larger = max(parts.member_square, parts.example_square)
    assert min(parts.member_square, parts.example_square) == pytest.approx(0.0, abs=1e-12)
    assert variance_of_mean(parts).value == pytest.approx(larger / parts.cells)


def test_variance_of_a_difference_pairs_members():
    # Skill is shared by both sides and cancels; each side's examples and answers are its own.
    generator = np.random.default_rng(5)
    skill, lean = 3 * generator.normal(size=(8, 1)), 0.5 * generator.normal(size=(8, 1))
    first = skill + lean + generator.normal(size=(1, 30)) + generator.normal(size=(8, 30))
    second = skill - lean + generator.normal(size=(1, 50)) + generator.normal(size=(8, 50))
    one, other = components(first), components(second)
    gaps = one.member_means - other.member_means
    expected = (
        gaps.var(ddof=1) / 8
        + (one.example_square - one.interaction_square) / one.cells
        + (other.example_square - other.interaction_square) / other.cells
    )
    found = variance_of_difference(one, other).value
    assert found == pytest.approx(expected)
    assert found < variance_of_mean(one).value


def test_variance_of_a_difference_is_never_less_than_that_of_its_examples():
    # Members that gain exactly alike: no variance of their own, and none may be taken off the examples'.
    bump = np.array([[1.0, -1.0, 0.0], [-1.0, 0.0, 1.0], [0.0, 1.0, -1.0]])
    table = np.add.outer([0.0, 5.0, 9.0], [0.0, 6.0, 9.0]) + bump
    parts = components(table)
    found = variance_of_difference(parts, components(table + 1)).value
    assert found == pytest.approx(2 * parts.example_square / parts.cells)


def test_variance_of_a_difference_keeps_the_noise_where_nothing_else_was_seen():
    bump = np.array([[1.0, -1.0, 0.0], [-1.0, 0.0, 1.0], [0.0, 1.0, -1.0]])
    parts = components(np.add.outer([0.0, 5.0, 9.0], np.zeros(3)) + bump)
    found = variance_of_difference(parts, parts).value
    assert found == pytest.approx(2 * parts.interaction_square / parts.cells)


def test_a_difference_needs_the_same_members():
    with pytest.raises(EvaluationError, match="2 members on one side and 3"):
        variance_of_difference(components(np.ones((2, 3))), components(np.ones((3, 3))))


def test_quantile_of_one_term_is_students():
    from scipy.stats import norm, t

    assert Variance(((0.5, 4),)).quantile(0.95) == pytest.approx(t.ppf(0.975, 4))
    assert Variance(((0.0, 4),)).quantile(0.9) == pytest.approx(norm.ppf(0.95))


def test_quantile_of_two_terms_weighs_them_by_their_share():
    from scipy.stats import t

    found = Variance(((3.0, 4), (1.0, 100))).quantile(0.95)
    expected = np.sqrt((3 * t.ppf(0.975, 4) ** 2 + t.ppf(0.975, 100) ** 2) / 4)
    assert found == pytest.approx(expected)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (np.ones(3), r"found shape \(3,\)"),
        (np.ones((0, 3)), r"found shape \(0, 3\)"),
        (np.ones((3, 0)), r"found shape \(3, 0\)"),
        (np.array([[1.0, np.nan]]), "NaN or infinity"),
        (np.array([["a"]]), "values of type <U1"),
    ],
)
def test_bad_tables_are_named_errors(table, message):
    with pytest.raises(EvaluationError, match=message) as caught:
        components(table)
    assert caught.value.hint
