import pytest

from thalweg import runs
from thalweg.evaluation import EVALUATIONS

from .conftest import only_json


@pytest.fixture
def copied(copied_run):
    return copied_run.path


def test_json_is_keyed_by_evaluation_and_kept_in_the_run(thalweg, copied):
    found = only_json(thalweg("evaluate", copied, "--json"))
    run = runs.open(copied)
    assert set(found) == set(run.evaluations()) == set(EVALUATIONS)
    assert found == {name: run.evaluation(name) for name in found}


def test_only_what_is_asked_for(thalweg, copied):
    assert list(only_json(thalweg("evaluate", copied, "--only", "noise", "--json"))) == ["noise"]
    assert runs.open(copied).evaluations() == ["noise"]


def test_a_table_for_a_reader(thalweg, copied):
    result = thalweg("evaluate", copied, "--only", "accuracy")
    assert result.exit_code == 0
    assert result.stderr == ""
    assert "How often is one network right" in result.stdout
    assert result.stdout.splitlines()[-1] == f"kept in {copied / 'evaluation'}"


def test_an_unknown_evaluation_suggests_the_near_match(thalweg, copied):
    result = thalweg("evaluate", copied, "--only", "acuracy,noise")
    assert result.exit_code == 1
    assert "Did you mean 'accuracy'?" in result.stderr


def test_a_run_that_is_not_there_suggests_the_near_match(thalweg, copied):
    result = thalweg("evaluate", copied.with_name("rum"))
    assert result.exit_code == 1
    assert "Did you mean 'run'?" in result.stderr


def test_an_unfinished_run_says_how_to_finish_it(thalweg, copied):
    runs.open(copied).update(status="training")
    result = thalweg("evaluate", copied)
    assert result.exit_code == 1
    assert f"hint: finish it with: thalweg train --resume {copied}" in result.stderr
