from types import SimpleNamespace

import numpy as np
import pytest

from thalweg.errors import EvaluationError
from thalweg.evaluation import classifier as module
from thalweg.evaluation.classifier import as_classifier, blocks, predictions

from .fakes import FakePopulation, certain, make_split, softmax


def test_predictions_are_the_largest_probabilities():
    population, split = FakePopulation.random(3), make_split()
    expected = population.probabilities(split.inputs)
    found = predictions(population, split)
    np.testing.assert_array_equal(found.predicted, expected.argmax(axis=2))
    np.testing.assert_array_equal(found.confidence, expected.max(axis=2))
    np.testing.assert_allclose(found.ensemble, expected.mean(axis=0), atol=1e-7)
    np.testing.assert_array_equal(found.ensemble_predicted, expected.mean(axis=0).argmax(axis=1))
    np.testing.assert_allclose(found.ensemble_confidence, expected.mean(axis=0).max(axis=1), atol=1e-7)
    assert found.predicted.dtype == np.int16
    assert found.confidence.dtype == np.float32
    assert (found.members, found.examples, found.classes) == (3, 60, 4)
    assert found.excluded == ()


def test_a_callable_and_an_object_answer_alike():
    population, split = FakePopulation.random(3), make_split()
    as_object = predictions(SimpleNamespace(probabilities=population.probabilities), split)
    as_function = predictions(population.probabilities, split)
    np.testing.assert_array_equal(as_object.predicted, predictions(population, split).predicted)
    np.testing.assert_array_equal(as_object.predicted, as_function.predicted)


def test_two_axes_are_one_member():
    split = make_split()
    found = predictions(lambda inputs: np.full((len(inputs), 4), 0.25), split)
    assert found.members == 1
    assert found.ensemble == pytest.approx(0.25)


def test_an_array_of_inputs_needs_the_number_of_classes():
    population, split = FakePopulation.random(2), make_split()
    found = predictions(population, split.inputs, classes=4)
    np.testing.assert_array_equal(found.predicted, predictions(population, split).predicted)


def test_a_population_is_asked_a_few_members_and_examples_at_a_time(monkeypatch):
    population, split = FakePopulation.random(7), make_split(50)
    expected = predictions(population, split)
    population.calls.clear()
    monkeypatch.setattr(module, "EXAMPLES_AT_ONCE", 20)
    monkeypatch.setattr(module, "FIRST_LOOK", 20)
    monkeypatch.setattr(module, "BYTES_AT_ONCE", 3 * 20 * 4 * 4)
    found = predictions(population, split)
    np.testing.assert_array_equal(found.predicted, expected.predicted)
    np.testing.assert_array_equal(found.confidence, expected.confidence)
    np.testing.assert_allclose(found.ensemble, expected.ensemble, atol=1e-12)
    assert len(population.calls) > 3
    assert all(members * examples <= 60 for members, examples in population.calls)


def test_a_function_of_unknown_members_is_looked_at_first(monkeypatch):
    population, split = FakePopulation.random(5), make_split(50)
    monkeypatch.setattr(module, "FIRST_LOOK", 4)
    monkeypatch.setattr(module, "BYTES_AT_ONCE", 5 * 10 * 4 * 4)
    predictions(lambda inputs: population.probabilities(inputs), split)
    assert [examples for _, examples in population.calls] == [4, 10, 10, 10, 10, 6]


def test_blocks_say_where_they_belong(monkeypatch):
    population, split = FakePopulation.random(5), make_split(50)
    population.diverged[1] = True
    monkeypatch.setattr(module, "EXAMPLES_AT_ONCE", 20)
    monkeypatch.setattr(module, "FIRST_LOOK", 20)
    monkeypatch.setattr(module, "BYTES_AT_ONCE", 2 * 20 * 4 * 4)
    expected = np.delete(population.probabilities(split.inputs), 1, axis=0)
    seen = np.zeros(expected.shape[:2], dtype=int)
    for block in blocks(population, split, classes=4):
        assert block.population == 4
        np.testing.assert_allclose(block.probabilities, expected[block.members, block.examples], atol=1e-6)
        seen[block.members, block.examples] += 1
    assert (seen == 1).all()


def test_diverged_members_are_left_out_and_reported():
    population, split = FakePopulation.random(4), make_split()
    population.diverged[[0, 2]] = True
    population.weights[[0, 2]] = np.nan
    found = predictions(population, split)
    assert found.excluded == (0, 2)
    np.testing.assert_array_equal(found.predicted, predictions(population[1:4:2], split).predicted)
    assert np.isfinite(found.ensemble).all()


def test_a_function_can_mark_diverged_members_too():
    answers = np.full((3, 60, 4), 0.25)
    answers[1] = np.nan
    source = SimpleNamespace(probabilities=lambda inputs: answers, diverged=[False, True, False])
    assert predictions(source, make_split()).excluded == (1,)


def test_nothing_is_measured_where_all_diverged():
    population = FakePopulation.random(3)
    population.diverged[:] = True
    with pytest.raises(EvaluationError, match="Every member diverged in training \\(3 of 3\\)") as caught:
        predictions(population, make_split())
    assert "learning rate" in caught.value.hint


def test_diverged_must_fit_the_members():
    split = make_split()
    source = SimpleNamespace(probabilities=certain(np.zeros((3, 60), int)), diverged=[False, True])
    with pytest.raises(EvaluationError, match="3 members answered but `diverged` has 2"):
        predictions(source, split)
    population = FakePopulation(FakePopulation.random(3).weights, np.zeros(2, bool), [])
    with pytest.raises(EvaluationError, match="3 members but 2 entries"):
        predictions(population, split)


def test_coercion_is_idempotent():
    asked = as_classifier(FakePopulation.random(2))
    assert as_classifier(asked) is asked


ROWS = np.full((60, 4), 0.25)


@pytest.mark.parametrize(
    ("answer", "message", "hint"),
    [
        (ROWS[:, :3], r"answers with 3 classes \(shape \(60, 3\)\), the data have 4", "same order"),
        (ROWS[:59], r"returned 59 answers \(shape \(59, 4\)\) for 60 examples", "one answer for each"),
        (ROWS[0], r"returned shape \(4,\)", "each example and class"),
        (np.empty((0, 60, 4)), r"returned shape \(0, 60, 4\)", "each example"),
        (np.where(np.eye(60, 4), np.nan, ROWS), "nan .member 0, example 0, class 0", "diverged"),
        (np.where(np.eye(60, 4), np.inf, ROWS), "inf .member 0", "diverged"),
        (ROWS * 40 - 12, "run from -2 to -2", "softmax"),
        (ROWS * 8, "run from 2 to 2", "8 votes"),
        (ROWS * 100, "run from 25 to 25", "divide by 100"),
        (np.log(ROWS), "run from -1.386", "apply exp"),
        (ROWS * 0.8, "example 0 .member 0. sum to 0.8", "divide each row"),
        (ROWS.astype(str), "of <U", "array of numbers"),
        (None, "NoneType", "array of numbers"),
    ],
)
def test_answers_that_are_not_probabilities_are_named(answer, message, hint):
    with pytest.raises(EvaluationError, match=message) as caught:
        predictions(lambda inputs: answer, make_split())
    assert hint in caught.value.hint


def test_the_first_bad_row_is_found_among_many():
    answers = np.tile(ROWS, (3, 1, 1))
    answers[2, 17] = [0.25, 0.25, 0.25, 0.27]
    with pytest.raises(EvaluationError, match=r"example 17 \(member 2\) sum to 1.02"):
        predictions(lambda inputs: answers, make_split())


def test_rounding_is_no_error():
    answers = softmax(np.random.default_rng(0).normal(size=(60, 4))).astype(np.float16)
    assert predictions(lambda inputs: answers, make_split()).members == 1


def test_members_must_stay_the_same(monkeypatch):
    monkeypatch.setattr(module, "FIRST_LOOK", 30)
    counts = iter([2, 3])
    with pytest.raises(EvaluationError, match="2 members first and with 3 later"):
        predictions(lambda inputs: np.full((next(counts), 30, 4), 0.25), make_split())


@pytest.mark.parametrize(
    ("source", "hint"),
    [(3, "probabilities"), ([len, 3], "function"), ({}.keys(), "function")],
)
def test_what_is_no_classifier_is_named(source, hint):
    with pytest.raises(EvaluationError, match="is not a classifier") as caught:
        predictions(source, make_split())
    assert hint in caught.value.hint


def test_no_examples_is_an_error():
    with pytest.raises(EvaluationError, match="no examples"):
        predictions(FakePopulation.random(2), np.empty((0, 16)), classes=4)


def test_a_network_built_for_another_shape_is_named():
    source = SimpleNamespace(probabilities=len, input_shape=(28, 28))
    with pytest.raises(
        EvaluationError, match=r"built for examples of shape \(28, 28\), the data have \(4, 4\)"
    ):
        predictions(source, make_split())
