import json
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats
from sklearn.metrics import accuracy_score

from tests.evaluation.fakes import FakePopulation, certain, make_split
from thalweg.errors import EvaluationError
from thalweg.evaluation import accuracy
from thalweg.statistics.intervals import crossed


def random_answers(members=5, examples=60, *, seed=0):
    return np.random.default_rng(seed).integers(0, 4, size=(members, examples))


def test_every_number_agrees_with_its_oracle():
    population, split = FakePopulation.random(6), make_split()
    probabilities = population.probabilities(split.inputs)
    answers = probabilities.argmax(axis=2)
    found = accuracy(population, split)
    expected = [accuracy_score(split.labels, member) for member in answers]
    np.testing.assert_allclose(found.member_accuracy, expected)
    assert found.mean.mean == pytest.approx(np.mean(expected))
    assert found.mean.sd == pytest.approx(np.std(expected, ddof=1))
    ensemble = probabilities.mean(axis=0).argmax(axis=1)
    assert found.ensemble.value == pytest.approx(accuracy_score(split.labels, ensemble))
    count = int((ensemble == split.labels).sum())
    wilson = stats.binomtest(count, 60).proportion_ci(method="wilson")
    assert found.ensemble.interval == pytest.approx(tuple(wilson))
    assert found.mean == crossed(answers == split.labels)
    np.testing.assert_allclose(found.share_right, (answers == split.labels).mean(axis=0))


def test_what_nobody_gets_right_has_the_interval_of_its_examples():
    split = make_split()
    answers = np.stack([split.labels] * 3)
    answers[:, :7] = (answers[:, :7] + 1) % 4
    answers[0, 7:20] = (answers[0, 7:20] + 1) % 4
    found = accuracy(certain(answers), split, level=0.9)
    expected = stats.binomtest(7, 60).proportion_ci(0.9, method="wilson")
    assert found.never_right.value == pytest.approx(7 / 60)
    assert found.never_right.interval == pytest.approx(tuple(expected))


def test_the_commonest_mistake_has_the_interval_of_the_examples_of_its_class():
    split = make_split()
    (twos,) = np.nonzero(split.labels == 2)
    answers = split.labels[None].copy()
    answers[0, twos[:3]] = 0
    answers[0, np.flatnonzero(split.labels == 1)[0]] = 3
    found = accuracy(certain(answers), split)
    expected = stats.binomtest(3, len(twos)).proportion_ci(method="wilson")
    assert found.commonest_mistake.value == pytest.approx(3 / len(twos))
    assert found.commonest_mistake.interval == pytest.approx(tuple(expected))
    right = accuracy(certain(split.labels[None]), split)
    assert right.commonest_mistake is None


def test_json_is_plain_and_complete():
    found = accuracy(FakePopulation.random(6), make_split())
    written = found.to_json()
    assert list(written) == [
        "mean",
        "sd",
        "min",
        "max",
        "ensemble",
        "ensemble_interval",
        "members",
        "examples",
        "excluded",
        "interval",
        "caveat",
        "over_chance",
    ]
    assert json.loads(json.dumps(written, allow_nan=False)) == written
    assert (written["members"], written["examples"], written["excluded"]) == (6, 60, [])
    assert written["min"] <= written["mean"] <= written["max"]
    for low, high in written["interval"].values():
        assert 0 <= low < written["mean"] < high <= 1
    assert set(found.arrays()) == {"member_accuracy", "share_right", "confusion", "ensemble_confusion"}


def test_one_network_has_no_interval_over_starts():
    population = FakePopulation.random(1)
    written = accuracy(lambda inputs: population.probabilities(inputs)[0], make_split()).to_json()
    assert written["sd"] is None
    assert written["interval"]["starts"] is None
    assert written["interval"]["both"] is None
    assert written["interval"]["examples"] == pytest.approx(written["ensemble_interval"])
    json.dumps(written, allow_nan=False)


def test_chance_is_inside_the_interval_of_a_network_that_guesses():
    split = make_split(4000)
    found = accuracy(certain_of(random_answers(8, 4000, seed=3), split), split)
    for interval in (found.mean.examples, found.mean.both, found.ensemble.interval):
        assert interval[0] <= 0.25 <= interval[1]


def test_a_perfect_population_is_not_certain():
    split = make_split()
    found = accuracy(certain(np.tile(split.labels, (3, 1))), split)
    assert found.mean.mean == 1.0
    assert found.mean.both[0] < 0.95
    assert found.ensemble.interval[0] < 0.95
    assert "no network made a mistake" in dict(found.rows())["Which class is mistaken most often?"]


def test_the_repr_is_one_honest_line():
    split = make_split(4000)
    wrong = np.random.default_rng(0).random((8, 4000)) < 0.05
    found = accuracy(certain_of(np.where(wrong, (split.labels + 1) % 4, split.labels), split), split)
    low, high = found.mean.both
    assert repr(found) == (
        f"{100 * found.mean.mean:.1f} %  [{100 * low:.1f}, {100 * high:.1f}] "
        "over starts and examples, n = 8 x 4,000"
    )
    assert "<table>" in found._repr_html_()
    assert "over examples, n = 1 x 4,000" in repr(accuracy(certain_of(split.labels[None], split), split))


def test_diverged_members_are_excluded_and_said():
    population = FakePopulation.random(5)
    population.diverged[3] = True
    found = accuracy(population, make_split())
    assert found.to_json()["excluded"] == [3]
    assert found.members == 4
    assert dict(found.rows())["Were any networks left out?"] == "1 diverged in training"


def test_rows_name_the_worst_class_and_what_it_is_taken_for():
    split = make_split()
    answers = np.where(split.labels == 2, 1, split.labels)[None]
    rows = dict(accuracy(certain(answers), split).rows())
    assert rows["Which class is mistaken most often?"].startswith("c, wrong 100.0 % of the time")
    assert rows["Which class is mistaken most often?"].endswith("taken for b")


def test_order_of_examples_changes_nothing():
    split, population = make_split(), FakePopulation.random(4)
    shuffled = split.take(np.random.default_rng(1).permutation(len(split)))
    one, other = accuracy(population, split), accuracy(population, shuffled)
    assert one.mean.both == pytest.approx(other.mean.both)
    np.testing.assert_allclose(one.confusion, other.confusion)


@pytest.mark.parametrize("label", [-1, 4])
def test_labels_out_of_range_are_named(label):
    split = make_split()
    labels = split.labels.copy()
    labels[5] = label
    with pytest.raises(EvaluationError, match="expected 0 to 3"):
        accuracy(FakePopulation.random(2), replace(split, labels=labels))


def test_labels_that_are_not_integers_are_named():
    split = make_split()
    with pytest.raises(EvaluationError, match="type float64"):
        accuracy(FakePopulation.random(2), replace(split, labels=split.labels / 2))


def certain_of(answers, split):
    """As `certain`, but right whatever the batches of examples: it looks its inputs up."""
    places = {row.tobytes(): place for place, row in enumerate(split.inputs)}
    assert len(places) == len(split)

    def probabilities(inputs):
        chosen = [places[row.tobytes()] for row in inputs]
        return np.eye(4, dtype=np.float32)[answers[:, chosen]]

    return probabilities


def test_rows_say_how_far_an_interval_can_be_trusted_where_it_is_not_as_promised():
    question = "How far can that interval be trusted?"
    split = make_split()
    few = accuracy(certain(random_answers(2)), split)
    assert dict(few.rows())[question] == few.mean.caveat == few.to_json()["caveat"] != ""
    assert [asked for asked, _ in few.rows()].index(question) > 0
    many = accuracy(certain(random_answers(8)), split)
    assert question not in dict(many.rows())
    assert repr(few).endswith(f" ({few.mean.caveat})")
    assert repr(many).endswith("n = 8 x 60")
    assert many.to_json()["caveat"] == ""
