import json
from dataclasses import replace

import numpy as np
import pytest

from tests.evaluation.fakes import FakePopulation, make_dataset, make_split, softmax
from thalweg.data.dataset import Dataset, TrainSplit
from thalweg.data.identity import Identity
from thalweg.evaluation import accuracy, diversity
from thalweg.statistics.intervals import crossed_difference


def knows_by_heart(dataset, members=4):
    """Right on every training example, a guess on any other."""
    answers = {
        row.tobytes(): label for row, label in zip(dataset.train.inputs, dataset.train.labels, strict=True)
    }

    def probabilities(inputs):
        logits = np.random.default_rng(len(inputs)).normal(size=(members, len(inputs), 4))
        for place, row in enumerate(inputs):
            if row.tobytes() in answers:
                logits[:, place, answers[row.tobytes()]] = 50.0
        return softmax(logits)

    return probabilities


def test_each_side_is_the_accuracy_of_that_split():
    population, dataset = FakePopulation.random(5), make_dataset()
    found = accuracy(population, dataset)
    assert found.train.to_json() == accuracy(population, dataset.train).to_json()
    assert found.test.to_json() == accuracy(population, dataset.test).to_json()


def test_the_gap_is_the_crossed_difference():
    population, dataset = FakePopulation.random(5), make_dataset()
    right = [
        population.probabilities(split.inputs).argmax(axis=2) == split.labels
        for split in (dataset.train, dataset.test)
    ]
    found = accuracy(population, dataset)
    assert found.gap == crossed_difference(*right)
    assert found.gap.mean == pytest.approx(found.train.mean.mean - found.test.mean.mean)


def test_learning_by_heart_shows_as_a_gap():
    dataset = make_dataset(200, 200)
    found = accuracy(knows_by_heart(dataset), dataset)
    assert found.train.mean.mean == 1.0
    assert found.generalisation_gap.low > 0.5


def test_no_gap_where_there_is_nothing_to_know():
    found = accuracy(FakePopulation.random(5), make_dataset(600, 400))
    assert found.generalisation_gap.low < 0 < found.generalisation_gap.high


def test_json_is_plain_and_complete():
    found = accuracy(FakePopulation.random(5), make_dataset())
    written = found.to_json()
    assert json.loads(json.dumps(written, allow_nan=False)) == written
    assert set(written) >= {"train_accuracy", "test_accuracy", "generalisation_gap", "hardest", "confusion"}
    assert set(written["generalisation_gap"]) - {"caveat"} == {"value", "interval"}
    assert len(written["hardest"]) == 50
    assert len(written["confusion"]) == 4
    assert np.sum(written["confusion"]) == pytest.approx(60)
    assert {"train_member_accuracy", "test_member_accuracy", "test_share_right"} <= set(found.arrays())


def test_the_pictures_of_the_hardest_examples_are_kept_as_they_are():
    dataset = make_dataset()
    found = accuracy(FakePopulation.random(5), dataset)
    kept = found.arrays()["test_hardest_pictures"]
    assert kept.dtype == np.uint8
    for picture, hard in zip(kept, found.to_json()["hardest"], strict=True):
        np.testing.assert_array_equal(picture, dataset.test.raw[hard["example"]])


def test_rows_of_features_have_no_pictures():
    images = make_split()
    split = type(images)(images.raw.reshape(60, -1).astype(np.float32), images.labels, images.class_names)
    found = accuracy(FakePopulation.random(5), Dataset("rows", split))
    assert "test_hardest_pictures" not in found.arrays()


def test_data_without_a_training_part_has_only_a_test_accuracy():
    dataset = Dataset("outliers", make_split())
    found = accuracy(FakePopulation.random(5), dataset)
    assert found.to_json()["train_accuracy"] is None
    assert found.to_json()["generalisation_gap"] is None
    assert all(name.startswith("test_") for name in found.arrays())
    assert "gap" not in repr(found.rows())
    assert repr(found).startswith("test ")


def test_rows_are_questions_with_answers():
    found = accuracy(FakePopulation.random(5), make_dataset())
    for question, answer in found.rows():
        assert question.endswith("?")
        assert answer
    assert "points [" in dict(found.rows())["How much is lost on new examples?"]
    assert "<table>" in found._repr_html_()


def test_a_perfect_population_has_no_hardest_example():
    split = make_split()
    dataset = Dataset("same", split, TrainSplit(split.raw, split.labels, split.class_names))
    found = accuracy(knows_by_heart(dataset), dataset)
    assert dict(found.rows())["Which examples are hardest?"].startswith("none")
    low, high = found.generalisation_gap.interval
    assert low < 0 < high


def test_the_hardest_are_called_as_the_user_calls_them():
    dataset = make_dataset()
    rows = Identity(
        row=np.random.default_rng(0).permutation(60) + 1, id=np.array([f"t{n}" for n in range(60)])
    )
    dataset = replace(dataset, test=replace(dataset.test, identity=rows))
    population = FakePopulation.random(3)
    found = accuracy(population, dataset)
    for hard, entry in zip(found.test.hardest, found.to_json()["hardest"], strict=True):
        assert (entry["row"], entry["id"]) == (rows.row[hard.example], f"t{hard.example}")
    assert "Which examples are hardest?" not in dict(found.rows())  # of guesses none is
    names = np.where(np.arange(60) < 50, dataset.test.labels, (dataset.test.labels + 1) % 4)
    learned = accuracy(lambda inputs: np.eye(4)[names[: len(inputs)]], replace(dataset, train_part=None))
    first = learned.test.hardest[0].example
    assert (
        f"; row {rows.row[first]} (id t{first}) is a " in dict(learned.rows())["Which examples are hardest?"]
    )
    never = diversity(population, dataset.test).to_json()["never_right"]
    assert never["called"] == [rows.name(example) for example in never["examples"]]
    plain = diversity(population, make_dataset().test).to_json()["never_right"]
    assert "called" not in plain
    assert plain["examples"] == never["examples"]
