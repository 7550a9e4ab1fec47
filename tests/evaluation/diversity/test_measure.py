import itertools
import json

import numpy as np
import pytest

from tests.evaluation.fakes import FakePopulation, make_split
from thalweg.data.dataset import TestSplit
from thalweg.errors import EvaluationError, NotApplicable
from thalweg.evaluation import accuracy
from thalweg.evaluation.diversity.measure import _if_independent, diversity
from thalweg.evaluation.ensembles import draw, sizes_up_to
from thalweg.statistics.intervals import wilson
from thalweg.statistics.pairs import pseudo_values


def numbered(labels, classes=4):
    """A split whose inputs are the numbers of its examples."""
    raw = np.arange(len(labels), dtype=np.float32)[:, None]
    return TestSplit(raw, np.asarray(labels, np.int32), tuple("abcdefghij"[:classes]), lambda raw: raw)


def knowing(table):
    """A classifier that gives `table` [members, examples, classes] for the examples of `numbered`."""
    return lambda inputs: table[:, inputs[:, 0].astype(int)]


def certain(predicted, classes=4):
    return knowing(np.eye(classes, dtype=np.float32)[np.asarray(predicted)])


def draw_answers(generator, members, examples, classes=4, *, ease=1.0, skill=0.3, noise=1.0):
    """Labels and probabilities: members share what is hard about an example, and have tastes of their own."""
    labels = generator.integers(0, classes, examples)
    logits = (
        ease * generator.normal(size=(1, examples, classes))
        + skill * generator.normal(size=(members, 1, classes))
        + noise * generator.normal(size=(members, examples, classes))
    )
    logits[:, np.arange(examples), labels] += 2.5
    powers = np.exp(logits)
    return labels, powers / powers.sum(axis=2, keepdims=True)


@pytest.fixture(scope="module")
def small():
    labels, table = draw_answers(np.random.default_rng(0), 5, 60)
    return labels, table, diversity(knowing(table), numbered(labels))


def test_every_share_by_counting_pairs(small):
    labels, table, record = small
    answers = table.argmax(axis=2)
    pairs = list(itertools.combinations(range(5), 2))
    differ = [(answers[i] != answers[j]).mean() for i, j in pairs]
    both_wrong = [((answers[i] != labels) & (answers[j] != labels)).mean() for i, j in pairs]
    assert record.pairs.disagreement.value == pytest.approx(np.mean(differ))
    assert record.pairs.double_fault.value == pytest.approx(np.mean(both_wrong))
    for (i, j), share in zip(pairs, differ, strict=True):
        assert record.matrix[i, j] == record.matrix[j, i] == pytest.approx(share)
    error = (answers != labels).mean()
    expected = (np.mean(both_wrong) - error**2) / (error * (1 - error))
    assert record.pairs.correlation.value == pytest.approx(expected)
    alike = (answers == answers[0]).all(axis=0)
    assert record.agree_right.value == pytest.approx((alike & (answers[0] == labels)).mean())
    assert record.agree_wrong.value == pytest.approx((alike & (answers[0] != labels)).mean())
    assert record.all_agree == pytest.approx(alike.mean())
    never = np.flatnonzero((answers != labels).all(axis=0))
    np.testing.assert_array_equal(record.never_right_examples, never)
    assert record.never_right.interval == wilson(len(never), 60)
    np.testing.assert_array_equal(record.members_right, (answers == labels).sum(axis=0))


def test_what_independent_answers_would_disagree_by_counting(small):
    labels, table, record = small
    answers = table.argmax(axis=2)
    expected = 0.0
    for label in range(4):
        given = answers[:, labels == label].ravel()
        same = np.mean(given[:, None] == given[None, :])  # two draws with replacement
        expected += (labels == label).mean() * (1 - same)
    assert record.pairs.independent == pytest.approx(expected)
    assert record.pairs.relative.value == pytest.approx(record.pairs.disagreement.value / expected)


def test_the_table_of_a_mean_over_pairs_is_its_jackknife():
    """Row means are n times the mean over all pairs minus n - 1 times the mean without the member."""
    generator = np.random.default_rng(1)
    values = generator.normal(size=(6, 6, 30))
    values = values + values.transpose(1, 0, 2)
    mean = lambda members: np.mean([values[i, j] for i, j in itertools.combinations(members, 2)])  # noqa: E731
    with_others = np.array([np.delete(values[i], i, axis=0).mean(axis=0) for i in range(6)])
    found = pseudo_values(with_others).mean(axis=1)
    everyone = set(range(6))
    expected = [6 * mean(everyone) - 5 * mean(everyone - {member}) for member in range(6)]
    np.testing.assert_allclose(found, expected)


def test_the_spread_of_what_independent_answers_would_disagree_is_its_jackknife(small):
    labels, table, _ = small
    answers = table.argmax(axis=2)
    whole = _if_independent(answers, labels, 4)

    def without(member):
        return _if_independent(np.delete(answers, member, axis=0), labels, 4).mean()

    pseudo = np.array([5 * whole.mean() - 4 * without(member) for member in range(5)])
    rows = whole.mean(axis=1)
    np.testing.assert_allclose(rows - rows.mean(), pseudo - pseudo.mean(), atol=0.3 * np.ptp(pseudo))
    assert np.corrcoef(rows, pseudo)[0, 1] > 0.95
    slope = np.polyfit(pseudo, rows, 1)[0]
    assert 0.8 < slope < 1.25


def test_members_of_unequal_skill_widen_the_interval_of_their_vote():
    """Eight votes cannot be told from eight others by the examples alone."""
    labels, table = draw_answers(np.random.default_rng(9), 8, 4_000, skill=1.5)
    last = diversity(knowing(table), numbered(labels)).sizes[-1]
    low, high = wilson(last.accuracy.value * 4_000, 4_000)
    assert last.accuracy.high - last.accuracy.low > 1.5 * (high - low)


def test_independent_members_disagree_as_the_formula_says():
    """The null: each answer is drawn from its class's own distribution, whatever the example."""
    generator = np.random.default_rng(2)
    chances = np.array([[0.9, 0.05, 0.05, 0.0], [0.1, 0.7, 0.1, 0.1], [0.0, 0.0, 0.8, 0.2], [0.25] * 4])
    labels = generator.integers(0, 4, 20_000)
    cumulated = chances[labels].cumsum(axis=1)
    predicted = (generator.random((6, 20_000, 1)) > cumulated).sum(axis=2).clip(max=3)
    record = diversity(certain(predicted), numbered(labels))
    expected = 1 - (chances**2).sum(axis=1)[labels].mean()
    assert record.pairs.independent == pytest.approx(expected, abs=0.005)
    assert record.pairs.disagreement.value == pytest.approx(expected, abs=0.005)
    low, high = record.pairs.relative.interval
    assert low <= 1 <= high
    assert high - low < 0.02


def test_errors_that_are_unrelated_to_the_example_are_uncorrelated():
    generator = np.random.default_rng(3)
    labels = np.zeros(20_000, int)
    predicted = (generator.random((5, 20_000)) < 0.2).astype(int)
    correlation = diversity(certain(predicted), numbered(labels)).pairs.correlation
    assert correlation.low <= 0 <= correlation.high
    assert correlation.value == pytest.approx(0, abs=0.01)


def test_copies_of_one_member_do_not_differ_and_gain_nothing():
    labels, table = draw_answers(np.random.default_rng(4), 1, 200)
    record = diversity(knowing(np.repeat(table, 4, axis=0)), numbered(labels))
    assert record.pairs.disagreement.value == 0
    assert record.pairs.disagreement.interval == wilson(0, 200)
    assert record.pairs.relative.value == 0
    assert record.pairs.correlation.value == pytest.approx(1)
    assert record.all_agree == 1
    assert record.gain.value == 0
    assert record.gain.interval == (-wilson(0, 200)[1], wilson(0, 200)[1])
    assert (record.matrix == 0).all()


def test_who_is_never_wrong_has_no_errors_to_compare():
    labels = np.arange(40) % 4
    record = diversity(certain(np.tile(labels, (3, 1))), numbered(labels))
    assert record.pairs.relative is None
    assert record.pairs.correlation is None
    assert record.never_right.value == 0
    assert record.agree_right.value == 1
    assert json.loads(json.dumps(record.to_json(), allow_nan=False)) == record.to_json()
    assert "100.0 % of examples" in dict(record.rows())["How often do all 3 agree?"]


def test_three_experts_for_different_examples_vote_well():
    """Each is sure and right where the two others hesitate: one alone is right in 2 of 3, the vote always."""
    labels = np.zeros(30, int)
    table = np.full((3, 30, 4), [0.6, 0.4, 0.0, 0.0])
    for member in range(3):
        table[member, member::3] = [0.4, 0.6, 0.0, 0.0]
    record = diversity(knowing(table), numbered(labels))
    one, two, three = record.sizes
    assert (one.size, two.size, three.size) == (1, 2, 3)
    assert one.accuracy.value == pytest.approx(2 / 3)
    assert three.accuracy.value == 1
    assert record.gain.value == pytest.approx(1 / 3)
    assert record.pairs.disagreement.value == pytest.approx(2 / 3)
    assert record.pairs.double_fault.value == 0
    assert record.pairs.correlation.value < 0


def test_ensembles_of_one_and_of_all_are_those_of_accuracy():
    population, split = FakePopulation.random(9), make_split(80)
    record = diversity(population, split)
    expected = accuracy(population, split)
    first, last = record.sizes[0], record.sizes[-1]
    assert [size.size for size in record.sizes] == [1, 2, 3, 4, 6, 8, 9]
    assert first.accuracy.value == pytest.approx(expected.measured.value)
    assert first.accuracy.interval == pytest.approx(expected.measured.interval)
    assert last.accuracy.value == pytest.approx(expected.ensemble.value)
    assert last.gain.value == pytest.approx(expected.ensemble.value - expected.measured.value)


def test_sizes_between_are_means_over_ensembles_drawn():
    labels, table = draw_answers(np.random.default_rng(5), 6, 50)
    record = diversity(knowing(table), numbered(labels), seed=3)
    draws = draw(6, 3)
    right = table.argmax(axis=2) == labels
    for size in record.sizes:
        places = draws.places[size.size].ravel()
        assert size.draws == len(places)
        votes, alone = [], []
        for place in places:
            chosen = draws.chosen[place] == 1
            assert chosen.sum() == size.size
            votes.append((table[chosen].mean(axis=0).argmax(axis=1) == labels).mean())
            alone.append(right[chosen].mean())
        assert size.accuracy.value == pytest.approx(np.mean(votes))
        assert size.gain.value == pytest.approx(np.mean(votes) - np.mean(alone))


@pytest.mark.parametrize("members", [2, 3, 7, 32, 100])
def test_groups_of_a_repeat_share_no_member(members):
    draws = draw(members, seed=1)
    assert list(draws.places) == sizes_up_to(members)
    for size, places in draws.places.items():
        assert places.size <= max(32, members if size == 1 else 0)
        for repeat in places:
            assert draws.chosen[repeat].sum(axis=0).max() == 1
            np.testing.assert_array_equal(draws.chosen[repeat].sum(axis=1), size)


def test_sizes_reach_all_members():
    assert sizes_up_to(2) == [1, 2]
    assert sizes_up_to(7) == [1, 2, 3, 4, 6, 7]
    assert sizes_up_to(32) == [1, 2, 3, 4, 6, 8, 12, 16, 24, 32]


def test_a_population_asked_in_slices_gives_the_same(monkeypatch):
    from thalweg.evaluation import classifier as module

    population, split = FakePopulation.random(7), make_split(80)
    whole = diversity(population, split)
    monkeypatch.setattr(module, "BYTES_AT_ONCE", 4 * 30 * 4 * 2)  # two members a call
    monkeypatch.setattr(module, "FIRST_LOOK", 30)
    population.calls.clear()
    sliced = diversity(population, split)
    assert max(members for members, _ in population.calls) < 7
    assert sliced.to_json() == whole.to_json()


def test_diverged_members_are_left_out():
    population, split = FakePopulation.random(5), make_split(80)
    spoilt = FakePopulation(population.weights.copy(), np.array([False, True, False, False, False]), [])
    spoilt.weights[1] = np.nan
    rest = FakePopulation(population.weights[[0, 2, 3, 4]], np.zeros(4, bool), [])
    found, expected = diversity(spoilt, split), diversity(rest, split)
    assert found.excluded == (1,)
    assert found.to_json() == {**expected.to_json(), "excluded": [1]}


def test_two_members_have_an_interval_over_examples():
    labels, table = draw_answers(np.random.default_rng(6), 2, 300)
    record = diversity(knowing(table), numbered(labels))
    answers = table.argmax(axis=2)
    assert record.pairs.disagreement.interval == pytest.approx(wilson((answers[0] != answers[1]).sum(), 300))
    assert record.pairs.correlation.interval is not None
    assert [size.size for size in record.sizes] == [1, 2]


def test_one_member_is_not_enough():
    labels, table = draw_answers(np.random.default_rng(7), 1, 30)
    with pytest.raises(NotApplicable, match="1 member: how members differ") as error:
        diversity(knowing(table), numbered(labels))
    assert "two or more" in error.value.message
    lone = FakePopulation.random(2)
    lone.diverged[0] = True
    with pytest.raises(NotApplicable, match=r"1 member \(1 left out because they diverged\)"):
        diversity(lone, make_split(80))


def test_labels_and_levels_are_checked(small):
    _, table, _ = small
    with pytest.raises(EvaluationError, match="Labels run from"):
        diversity(knowing(table), numbered([9] * 60))
    with pytest.raises(EvaluationError, match="level=2"):
        diversity(knowing(table), numbered([0] * 60), level=2)


def test_json_arrays_rows_and_repr(small):
    record = small[2]
    written = record.to_json()
    assert json.loads(json.dumps(written, allow_nan=False)) == written
    assert list(written["ensemble"]) == ["1", "2", "3", "4", "5"]
    for name in ("disagreement", "relative_disagreement", "double_fault", "error_correlation"):
        assert set(written[name]) - {"caveat"} == {"value", "interval"}
    assert written["never_right"]["count"] == len(written["never_right"]["examples"])
    assert (written["members"], written["examples"], written["excluded"]) == (5, 60, [])
    assert record.arrays()["disagreement_matrix"].shape == (5, 5)
    assert record.arrays()["members_right"].shape == (60,)
    questions = [question for question, _ in record.rows()]
    assert questions[0] == "How often do two networks answer differently?"
    assert questions[-1] == "What is gained when all 5 vote?"
    assert "cautious" in record.rows()[-1][1]
    assert repr(record).startswith("disagreement ")
    assert "n = 5 x 60" in repr(record)
    assert "<table>" in record._repr_html_()


@pytest.mark.slow
def test_the_intervals_hold_what_they_promise():
    """Truth from large draws of the same world; 160 small ones, so the coverage is known to 1.7 points."""
    generator = np.random.default_rng(8)
    hits = {"disagreement": 0, "relative": 0, "double_fault": 0, "correlation": 0, "gain": 0, "accuracy": 0}

    def measure(members, examples):
        labels, table = draw_answers(generator, members, examples)
        record = diversity(knowing(table), numbered(labels))
        pairs = {name: getattr(record.pairs, name) for name in list(hits)[:4]}
        return {**pairs, "gain": record.gain, "accuracy": record.sizes[-1].accuracy}

    large = measure(40, 5_000)
    eights = [measure(8, 2_000) for _ in range(25)]
    truth = {name: found.value for name, found in large.items()}
    truth |= {name: np.mean([each[name].value for each in eights]) for name in ("gain", "accuracy")}
    for _ in range(160):
        for name, found in measure(8, 300).items():
            hits[name] += found.low <= truth[name] <= found.high
    for name, count in hits.items():
        assert 0.9 <= count / 160 <= 0.99, f"{name}: {count / 160}"
