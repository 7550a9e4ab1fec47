"""Everything that is written is described, and nothing else: a writer that forgets or adds a key goes red."""

from __future__ import annotations

import json

import pytest

from tests.figures import made_up as made_up_evaluations
from tests.figures.studies import made_up
from tests.runs.described import evaluation_as_described, plain, result_as_described
from thalweg import runs
from thalweg.errors import RunError
from thalweg.questions import EVALUATIONS, STUDIES
from thalweg.runs import results
from thalweg.runs.results import studies


def test_every_question_is_described():
    assert results.EVALUATIONS.keys() == EVALUATIONS.keys()
    assert studies.DESCRIPTIONS.keys() == {*STUDIES, "audit"}


@pytest.mark.parametrize("name", STUDIES)
def test_a_study_writes_what_is_described(name):
    content = plain(made_up.MAKERS[name]()[1].to_json())
    assert result_as_described(name, content) == content


def test_an_audit_writes_what_is_described():
    content = plain({**made_up.audit().to_json(), "table": "audit.parquet"})
    assert result_as_described("audit", content) == content


@pytest.mark.parametrize("name", made_up_evaluations.RECORDS)
def test_made_up_evaluations_are_as_real_ones(name):
    content = plain(made_up_evaluations.RECORDS[name][0])
    assert evaluation_as_described(name, content) == content


@pytest.fixture
def answered(copied_run, quarters_dataset):
    """A run that is evaluated."""
    from thalweg import recording

    recording.evaluate_run(copied_run, only="accuracy", dataset=quarters_dataset)
    return copied_run


def test_text_in_the_place_of_a_number_is_found_where_it_stands(answered):
    file = answered.path / "evaluation" / "accuracy.json"
    content = json.loads(file.read_text("utf-8"))
    content["test_accuracy"]["interval"]["both"][1] = "high"
    file.write_text(json.dumps(content), "utf-8")
    with pytest.raises(RunError) as error:
        runs.open(answered.path).evaluation("accuracy")
    place = "test_accuracy.interval.both[1] is 'high'"
    assert error.value.message == f"{file}: damaged: {place}: expected a number or nothing."
    assert error.value.hint == f"make it again with: thalweg evaluate {answered.path} --only accuracy"


def test_an_evaluation_that_does_not_apply_says_why(run):
    run.write_evaluation("accuracy", {"not_measured": "no labels.", "hint": "give labels."}, {})
    assert run.evaluation("accuracy")["hint"] == "give labels."
    run.write_evaluation("accuracy", {"not_measured": 3, "hint": ""}, {})
    with pytest.raises(RunError, match="not_measured is 3: expected a text"):
        run.evaluation("accuracy")


def test_one_of_the_entries_whose_name_is_free_is_checked_as_well(run):
    content, _ = made_up_evaluations.adversarial()
    run.write_evaluation("adversarial", {**content, "mine": {"ensemble": 3}}, {})
    with pytest.raises(
        RunError, match=r"\[\.\.\.\]\.ensemble is a whole number: expected a table or nothing"
    ):
        run.evaluation("adversarial")


def test_evaluations_of_ones_own_are_read_as_they_are(run):
    run.write_evaluation("mine", {"anything": [1, "two", None]}, {})
    assert run.evaluation("mine") == {"anything": [1, "two", None]}
    (run.path / "evaluation" / "mine.json").write_text("[]", "utf-8")
    with pytest.raises(RunError, match=r"mine\.json: damaged: it is \[\]: expected a table"):
        run.evaluation("mine")
