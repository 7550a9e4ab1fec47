import numpy as np
import pytest

from thalweg.studies.memorisation import influence as example_influence
from thalweg.studies.memorisation.influence import influence, inside_of
from thalweg.studies.memorisation.scores import difference_error
from thalweg.studies.subsets import balanced_subsets

MEMBERS, CANDIDATES, NEW = 60, 30, 40


def tables(seed=0, members=MEMBERS):
    generator = np.random.default_rng(seed)
    inside = balanced_subsets(CANDIDATES, members, share=0.7, seed=seed)
    right = generator.random((members, NEW)) < np.linspace(0, 1, NEW) ** 0.5
    return inside, right


def dense(inside, right):
    """Compute the table of influences one entry at a time."""
    return np.array(
        [[right[own, new].mean() - right[~own, new].mean() for new in range(NEW)] for own in inside.T]
    )


def test_pairs_are_those_of_the_whole_table(monkeypatch):
    monkeypatch.setattr(example_influence, "CANDIDATES_AT_ONCE", 7)
    inside, right = tables()
    table, numbers = dense(inside, right), 100 + np.arange(CANDIDATES)
    found = influence(inside, right, numbers, threshold=0.15)
    expected = np.argwhere(table >= 0.15)
    assert len(expected) > 50
    assert found.found == len(expected)
    assert {*zip(found.example - 100, found.new_example, strict=True)} == {*map(tuple, expected)}
    np.testing.assert_allclose(found.influence, table[found.example - 100, found.new_example])
    assert (np.diff(found.influence) <= 0).all()
    times = np.bincount(expected[:, 1], minlength=NEW)
    assert (found.distinct, found.single) == ((times > 0).sum(), (times == 1).sum())


def test_errors_are_those_of_a_difference_of_shares():
    inside, right = tables()
    found = influence(inside, right, np.arange(CANDIDATES), threshold=0.15)
    own, asked = inside[:, found.example[0]], right[:, found.new_example[0]]
    expected = difference_error((asked[own].sum(), own.sum()), (asked[~own].sum(), (~own).sum()))
    assert found.standard_error[0] == pytest.approx(expected)


def test_what_is_found_by_chance_is_said():
    inside, right = tables(seed=4)
    found = influence(inside, right, np.arange(CANDIDATES), threshold=0.15, seed=1)
    # the answers here owe nothing to any example: everything found is chance
    assert 0.6 < found.found / found.by_chance.value < 1.6
    assert found.sure <= 3


def test_a_planted_pair_stands_out_of_chance():
    inside, right = tables(seed=2, members=600)
    right[:, 5] = inside[:, 3]
    right[:, 6] = inside[:, 3] | (np.random.default_rng(0).random(600) < 0.7)
    found = influence(inside, right, np.arange(CANDIDATES), threshold=0.2)
    assert (found.example[0], found.new_example[0], found.influence[0]) == (3, 5, 1.0)
    assert (found.example[1], found.new_example[1]) == (3, 6)
    assert found.found == found.distinct == found.single == 2
    assert found.by_chance.value < 0.5
    assert found.sure == 2
    # as large as an influence can be, given how much the answers vary
    assert influence(inside, right, np.arange(CANDIDATES), threshold=0.99).found == 1


def test_planted_pairs_are_told_from_chance_where_members_are_few():
    inside, right = tables(seed=6, members=80)
    planted = np.random.default_rng(1).random((80, 12)) < np.where(inside[:, :12], 0.95, 0.15)
    right[:, 10:22] = planted
    found = influence(inside, right, np.arange(CANDIDATES), threshold=0.15)
    assert found.found > 60
    assert 11 <= found.sure <= 15


def test_what_stands_out_of_chance_is_counted_by_hand():
    found, dealt = np.array([9.0, 5.0, 4.0, 1.0, 1.0]), np.array([4.5, 4.2])
    # two reach 4.2 in five shuffles: two fifths of a pair by chance among 3, 4 or 5 are too many
    assert example_influence._beyond_chance(found, dealt) == 2
    assert example_influence._beyond_chance(found, np.zeros(0)) == 5
    assert example_influence._beyond_chance(np.zeros(0), dealt) == 0


def test_only_the_largest_pairs_are_kept_and_all_are_counted(monkeypatch):
    monkeypatch.setattr(example_influence, "MOST_PAIRS", 5)
    inside, right = tables()
    found = influence(inside, right, np.arange(CANDIDATES), threshold=0.15)
    assert len(found.influence) == 5
    assert found.found > 5
    assert found.influence[0] == pytest.approx(dense(inside, right).max())


def test_rows_of_the_candidates_are_drawn_a_few_members_at_a_time():
    whole = balanced_subsets(80, 400, share=0.7, seed=3)
    numbers = np.setdiff1d(np.arange(20, 330), [25, 100, 201])
    candidates = np.array([70, 3, 4])
    table = inside_of(
        numbers, candidates, lambda first, count: balanced_subsets(80, count, share=0.7, seed=3, first=first)
    )
    np.testing.assert_array_equal(table, whole[np.ix_(numbers, candidates)])


def test_no_answer_that_varies_no_pair():
    inside, right = tables()
    found = influence(inside, np.ones_like(right), np.arange(CANDIDATES), threshold=0.15)
    assert (found.found, found.by_chance.value, found.distinct) == (0, 0.0, 0)
    assert found.to_json()["by_chance"] == {"value": 0.0, "interval": [0.0, 0.0]}
