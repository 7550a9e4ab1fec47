import json

import numpy as np
import pytest

from thalweg import questions
from thalweg.errors import EvaluationError
from thalweg.evaluation import EVALUATIONS, USUAL, Record, evaluate

from .fakes import FakePopulation, make_dataset


def test_every_evaluation_gives_a_record_of_the_contract():
    records = evaluate(FakePopulation.random(4), make_dataset())
    assert list(records) == list(USUAL)
    for name, record in records.items():
        assert isinstance(record, Record), name
        json.dumps(record.to_json(), allow_nan=False)
        assert all(isinstance(array, np.ndarray) for array in record.arrays().values())
        assert all(isinstance(text, str) for row in record.rows() for text in row)
        assert "\n" not in repr(record)
        assert questions.EVALUATIONS[name].endswith("?")


def test_every_question_is_answered_and_every_answer_asked_for():
    assert list(EVALUATIONS) == list(questions.EVALUATIONS)


@pytest.mark.parametrize("only", ["noise", ["noise"], (name for name in ["noise"])])
def test_only_what_is_named(only):
    assert list(evaluate(FakePopulation.random(2), make_dataset(), only=only)) == ["noise"]


def test_several_names_in_one_string_come_in_the_order_of_the_suite():
    found = evaluate(FakePopulation.random(2), make_dataset(), only="noise, accuracy")
    assert list(found) == ["accuracy", "noise"]


def test_the_names_of_the_field_are_understood():
    records = evaluate(FakePopulation.random(2), make_dataset(), only=["Generalization", "ece", "noise"])
    assert list(records) == ["accuracy", "calibration", "noise"]


def test_the_seed_reaches_the_noise():
    population, dataset = FakePopulation.random(2), make_dataset()
    one, same, other = (
        evaluate(population, dataset, only="noise", seed=seed)["noise"].to_json() for seed in (0, 0, 1)
    )
    assert one == same
    assert one != other


def test_progress_is_told_before_each():
    seen = []
    population, told = FakePopulation.random(2), lambda *place: seen.append(place)
    evaluate(population, make_dataset(), only="accuracy,noise", progress=told)
    assert seen == [("accuracy", 0, 2), ("noise", 1, 2)]


def test_an_unknown_name_is_refused_before_anything_is_measured():
    population = FakePopulation.random(2)
    with pytest.raises(EvaluationError, match=r"'acuracy'\. Did you mean 'accuracy'") as caught:
        evaluate(population, make_dataset(), only=["noise", "acuracy"])
    assert "noise" in caught.value.hint
    assert population.calls == []


@pytest.mark.parametrize("only", ["", []])
def test_nothing_named_is_an_error(only):
    with pytest.raises(EvaluationError):
        evaluate(FakePopulation.random(2), make_dataset(), only=only)


def test_a_split_is_not_a_data_set():
    with pytest.raises(EvaluationError, match="found a TestSplit") as caught:
        evaluate(FakePopulation.random(2), make_dataset().test)
    assert "evaluation.accuracy" in caught.value.hint


def test_all_diverged_is_one_error():
    population = FakePopulation.random(2)
    population.diverged[:] = True
    with pytest.raises(EvaluationError, match="Every member diverged"):
        evaluate(population, make_dataset())
