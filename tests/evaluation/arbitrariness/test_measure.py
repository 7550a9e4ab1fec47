import itertools
import json

import numpy as np
import pytest
from scipy.stats import binom

from tests.evaluation.diversity.test_measure import certain, draw_answers, knowing, numbered
from tests.evaluation.fakes import FakePopulation, make_dataset, make_split
from thalweg.data.identity import Identity
from thalweg.errors import EvaluationError, NotApplicable
from thalweg.evaluation import arbitrariness, diversity, evaluate
from thalweg.evaluation.arbitrariness import shares
from thalweg.statistics.agreement import disagree_table, named_by
from thalweg.statistics.intervals import wilson
from thalweg.statistics.pairs import share


@pytest.fixture(scope="module")
def small():
    labels, table = draw_answers(np.random.default_rng(0), 7, 60)
    return labels, table, arbitrariness(knowing(table), numbered(labels))


def test_a_hand_worked_example():
    """Four members, five examples: 4:0, 3:1, 2:2, 2:1:1 and 4:0 wrongly."""
    predicted = np.array([[0, 0, 0, 0, 1], [0, 0, 0, 0, 1], [0, 0, 1, 1, 1], [0, 1, 1, 2, 1]])
    found = arbitrariness(certain(predicted), numbered([0, 0, 0, 0, 0]))
    np.testing.assert_allclose(found.self_consistency, [1, 1 / 2, 1 / 3, 1 / 6, 1])
    assert found.ambiguity[2].value == pytest.approx((0 + 1 / 2 + 2 / 3 + 5 / 6 + 0) / 5)
    assert found.ambiguity[4].value == 3 / 5
    assert found.tied == 1
    # errors: 0, 1, 2, 2 and 4 of four. The next of three is right: 1 of 1, 2/3 of 2, 2/3 of 2, none of 4
    assert found.luck_of_errors.value == pytest.approx((1 + 4 / 3 + 4 / 3 + 0) / 9)
    assert found.shared_errors.value == pytest.approx(4 / 9)
    # the vote of equals names the first: the last member differs from it on three examples, nobody on more
    assert found.discrepancy == 3 / 5
    assert [one.example for one in found.most_arbitrary] == [3, 2, 1]
    assert found.most_arbitrary[0].answers == {0: 2, 1: 1, 2: 1}
    assert found.no_majority is None
    assert found.below is None


def test_what_diversity_measures_as_well_is_the_same(small):
    labels, table, found = small
    other = diversity(knowing(table), numbered(labels))
    assert found.ambiguity[2].interval == pytest.approx(other.pairs.disagreement.interval)
    assert found.ambiguity[7].value == pytest.approx(1 - other.all_agree)
    error = 1 - (other.members_right / 7).mean()
    assert found.luck_of_errors.value == pytest.approx(1 - other.pairs.double_fault.value / error)
    assert found.shared_errors.value == pytest.approx(other.never_right.value / error)


def test_every_share_of_several_by_subsets(small):
    labels, table, found = small
    answers = table.argmax(axis=2)
    fives = [answers[list(some)] for some in itertools.combinations(range(7), 5)]
    most = np.array([[np.bincount(each).max() for each in some.T] for some in fives])
    assert found.ambiguity[5].value == pytest.approx((most < 5).mean())
    assert found.no_majority.value == pytest.approx((most < 4).mean())
    assert found.ambiguity[7].interval == wilson(round(60 * found.ambiguity[7].value), 60)
    vote = table.mean(axis=0).argmax(axis=1)
    np.testing.assert_array_equal(found.vote, vote)
    np.testing.assert_array_equal(found.vote_right, vote == labels)
    assert found.discrepancy == (answers != vote).mean(axis=1).max()


def test_votes_of_halves_change_as_over_all_splits():
    labels, table = draw_answers(np.random.default_rng(1), 6, 400, noise=2.0)
    found = arbitrariness(knowing(table), numbered(labels)).vote_changes
    assert list(found) == [1, 2, 3]
    for size in (2, 3):
        differ = [
            (table[list(one)].mean(axis=0).argmax(axis=1) != table[list(two)].mean(axis=0).argmax(axis=1))
            for one in itertools.combinations(range(6), size)
            for two in itertools.combinations(set(range(6)) - set(one), size)
        ]
        assert found[size].value == pytest.approx(np.mean(differ), abs=0.02)
        assert found[size].low < np.mean(differ) < found[size].high
    assert found[1].value > found[2].value > found[3].value


def test_answers_drawn_by_chance_are_as_the_binomial_has_them():
    """Each member says 1 with the chance of the example, 0 else: every share has a formula."""
    generator = np.random.default_rng(2)
    chances = generator.beta(0.5, 0.5, 20_000)
    predicted = (generator.random((16, 20_000)) < chances).astype(int)
    found = arbitrariness(certain(predicted), numbered(np.zeros(20_000, int)))
    assert found.ambiguity[5].value == pytest.approx(1 - (chances**5 + (1 - chances) ** 5).mean(), abs=0.005)
    two_or_three = binom.pmf(2, 5, chances) + binom.pmf(3, 5, chances)
    assert found.no_majority.value == pytest.approx(two_or_three.mean(), abs=0.005)
    # votes are for 1 where more than half say so, and a tie is for 0
    of_eight = binom.sf(4, 8, chances)
    assert found.vote_changes[8].value == pytest.approx((2 * of_eight * (1 - of_eight)).mean(), abs=0.005)
    agreeing = chances**2 + (1 - chances) ** 2
    assert found.self_consistency.mean() == pytest.approx(agreeing.mean(), abs=0.005)
    counts = np.arange(17)
    low = (counts * (counts - 1) + (16 - counts) * (15 - counts)) / (16 * 15) < 0.75
    expected = binom.pmf(counts[low][:, None], 16, chances).sum(axis=0).mean()
    assert found.below.share.value == pytest.approx(expected, abs=0.01)
    assert found.below.count == round(found.below.share.value * 20_000)


def test_members_that_are_one_and_the_same_leave_nothing_to_luck():
    labels, table = draw_answers(np.random.default_rng(4), 1, 200)
    found = arbitrariness(knowing(np.repeat(table, 12, axis=0)), numbered(labels))
    for measured in (*found.ambiguity.values(), *found.vote_changes.values(), found.no_majority):
        assert measured.value == 0
        assert measured.interval == wilson(0, 200), "none seen in so many examples is not none"
    assert found.luck_of_errors.value == 0
    assert found.luck_of_errors.high > 0.01
    assert "Are these examples enough?" not in dict(found.rows())
    assert found.shared_errors.value == 1
    assert found.most_arbitrary == ()
    assert "none: all 12 networks agree" in dict(found.rows())["Which answers are the most arbitrary?"]


def test_who_is_never_wrong_has_no_errors():
    found = arbitrariness(certain(np.tile(np.arange(40) % 4, (3, 1))), numbered(np.arange(40) % 4))
    assert found.luck_of_errors is None
    assert found.shared_errors is None
    assert not any("errors" in question for question, _ in found.rows())
    assert json.loads(json.dumps(found.to_json(), allow_nan=False)) == found.to_json()


def test_few_errors_and_few_examples_are_named():
    """One example of two hundred is in doubt, and wrong for four of twelve members."""
    labels = np.arange(200) % 4
    predicted = np.tile(labels, (12, 1))
    predicted[:4, 0] = 1
    found = arbitrariness(certain(predicted), numbered(labels))
    assert found.luck_of_errors.value == pytest.approx(8 / 11)
    assert found.luck_of_errors.interval is None
    rows = dict(found.rows())
    assert "too few errors" in rows["How many of one network's errors are luck?"]
    assert "too narrow" in rows["Are these examples enough?"]
    predicted[:4, :40] = (labels[:40] + 1) % 4
    rows = dict(arbitrariness(certain(predicted), numbered(labels)).rows())
    assert "few errors: such intervals" in rows["How many of one network's errors are luck?"]


def test_guessers_conclude_nothing():
    generator = np.random.default_rng(5)
    labels, predicted = generator.integers(0, 4, 300), generator.integers(0, 4, (12, 300))
    found = arbitrariness(certain(predicted), numbered(labels))
    assert [question for question, _ in found.rows()] == ["Was anything learned?", "What to do?"]
    always = arbitrariness(certain(np.zeros((12, 300), int)), numbered(labels))
    assert always.ambiguity[5].value == 0
    assert [question for question, _ in always.rows()] == ["Was anything learned?", "What to do?"]


@pytest.mark.parametrize(
    ("members", "asked", "said"),
    [(2, 2, "nothing of other starts"), (4, 2, "wider than need be"), (5, 5, "only how often two")],
)
def test_few_members_are_named(members, asked, said):
    labels, table = draw_answers(np.random.default_rng(6), members, 200)
    found = arbitrariness(knowing(table), numbered(labels))
    assert found.asked == asked
    rows = dict(found.rows())
    assert said in rows["Are these networks enough?"]
    if members < 4:
        assert "cannot be split" in rows["Is the vote luck as well?"]
    enough = arbitrariness(knowing(np.repeat(table, 5, axis=0)), numbered(labels))
    assert "Are these networks enough?" not in dict(enough.rows())


def test_one_member_is_not_enough():
    labels, table = draw_answers(np.random.default_rng(7), 1, 30)
    with pytest.raises(NotApplicable, match="1 member: what is luck of the start needs two") as error:
        arbitrariness(knowing(table), numbered(labels))
    assert "population of several members" in error.value.hint
    lone = FakePopulation.random(2)
    lone.diverged[0] = True
    with pytest.raises(NotApplicable, match=r"1 member \(1 left out because they diverged\)"):
        arbitrariness(lone, make_split(80))


def test_bad_input_is_named(small):
    labels, table, _ = small
    with pytest.raises(EvaluationError, match=r"threshold=1\.5: expected") as error:
        arbitrariness(knowing(table), numbered(labels), threshold=1.5)
    assert "threshold=0.75" in error.value.hint
    with pytest.raises(EvaluationError, match="level=2"):
        arbitrariness(knowing(table), numbered(labels), level=2)


def test_examples_are_called_what_the_user_calls_them():
    labels, table = draw_answers(np.random.default_rng(8), 12, 200)
    split = numbered(labels)
    rows = Identity(row=np.arange(7, 207))
    named = arbitrariness(
        knowing(table), type(split)(split.raw, split.labels, split.class_names, split.scaling, rows)
    )
    first, plain = named.most_arbitrary[0], arbitrariness(knowing(table), split).most_arbitrary[0]
    assert first.name == f"row {first.example + 7}"
    assert plain.name == f"example {first.example}"
    assert (
        f"{first.name} (class {'abcd'[first.label]}): "
        in dict(named.rows())["Which answers are the most arbitrary?"]
    )
    written = named.to_json()["most_arbitrary"]
    assert written[0]["called"] == first.name
    assert sum(answer["members"] for answer in written[0]["answers"]) == 12
    consistency = [one["self_consistency"] for one in written]
    assert consistency == sorted(consistency)
    assert len(written) == min(100, (named.self_consistency < 1).sum())


def test_ties_are_said():
    """Four examples are as arbitrary as can be, and three are listed."""
    labels = np.arange(60) % 4
    predicted = np.stack([labels, np.where(np.arange(60) < 4, 3 - labels, labels)])
    found = arbitrariness(certain(predicted), numbered(labels))
    rows = dict(found.rows())
    assert rows["Which answers are the most arbitrary?"].endswith("; 1 more as arbitrary as the last")
    assert found.tied == 4


def test_it_is_of_the_usual_evaluations_under_any_of_its_names():
    population, data = FakePopulation.random(5), make_dataset()
    for name in ("multiplicity", "predictive-multiplicity", "self-consistency", "ambiguity", "churn"):
        assert list(evaluate(population, data, only=name)) == ["arbitrariness"]
    assert list(evaluate(population, data, only="arbitrariness,diversity")) == ["diversity", "arbitrariness"]


def test_pictures_of_the_most_arbitrary_are_kept():
    population, split = FakePopulation.random(5), make_split(80)
    found = arbitrariness(population, split)
    pictures = found.arrays()["most_arbitrary_pictures"]
    np.testing.assert_array_equal(pictures, split.raw[[one.example for one in found.most_arbitrary]])
    labels, table = draw_answers(np.random.default_rng(9), 5, 60)
    assert "most_arbitrary_pictures" not in arbitrariness(knowing(table), numbered(labels)).arrays()


def test_halves():
    assert shares.halves_up_to(2) == [1]
    assert shares.halves_up_to(7) == [1, 2, 3]
    assert shares.halves_up_to(32) == [1, 2, 4, 8, 16]


def test_the_intervals_hold_what_they_promise():
    """Truth from a large draw; 120 small ones. benchmarks/intervals/arbitrariness.py has every cell."""
    generator = np.random.default_rng(10)

    def measure(members, examples):
        labels, table = draw_answers(generator, members, examples)
        predicted = table.argmax(axis=2)
        counts = named_by(predicted, 4)
        return {
            "five": share(disagree_table(predicted, counts, 5), 0.95),
            "four": shares.no_four_of_five(predicted, counts, 0.95),
            "luck": shares.errors_by_luck(predicted != labels, 0.95)[0],
        }

    truth = {name: found.value for name, found in measure(40, 6_000).items()}
    hits = dict.fromkeys(truth, 0)
    for _ in range(120):
        for name, found in measure(12, 200).items():
            hits[name] += found.low <= truth[name] <= found.high
    for name, count in hits.items():
        assert 0.89 <= count / 120 <= 0.995, f"{name}: {count / 120}"
