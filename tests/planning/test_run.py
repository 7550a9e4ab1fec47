import shutil
from dataclasses import replace

import pytest

from thalweg import runs
from thalweg.errors import EvaluationError, RunError
from thalweg.planning import run as module
from thalweg.planning.pace import Pace, Timed
from thalweg.planning.run import plan_run, train_pilot
from thalweg.recording import population_of

PACE = Pace(Timed(4, 60.0, 50.0, 70.0), Timed(36, 540.0, 500.0, 600.0), 30.0, 2, 2, "abacus")


@pytest.fixture
def twin(copied_run, tmp_path):
    """A second run of the same data."""
    shutil.copytree(copied_run.path, tmp_path / "twin")
    return runs.open(tmp_path / "twin")


@pytest.fixture
def paced(monkeypatch):
    """Return the recipes that were timed; each takes what `PACE` says."""
    timed = []
    monkeypatch.setattr(module, "pace_of", lambda recipe, *_, **more: timed.append((recipe, more)) or PACE)
    return timed


def test_a_run_is_planned_from_and_timed_here(copied_run, quarters_dataset, paced):
    found = plan_run(copied_run, dataset=quarters_dataset, half_width=0.05)
    assert (found.members, found.examples, found.notes) == (3, len(quarters_dataset.test), ())
    assert found.at(8).seconds == PACE.seconds(8)
    ((_, given),) = paced
    assert given["members"] == 3
    assert given["planned"] == (found.sure or found.needed or 32)


def test_minutes_may_be_left_out(copied_run, quarters_dataset, paced):
    found = plan_run(copied_run, dataset=quarters_dataset, half_width=0.05, minutes=False)
    assert (found.pace, paced) == (None, [])


def test_that_a_run_was_made_elsewhere_is_said(copied_run, quarters_dataset, paced):
    copied_run.update(processor={"model": "abacus", "cores": 7})
    (note,) = plan_run(copied_run, dataset=quarters_dataset).notes
    assert "another machine (abacus, 7 cores)" in note


def test_two_recipes_are_both_timed_and_one_is_once(copied_run, twin, quarters_dataset, paced):
    plan_run(copied_run, against=twin, dataset=quarters_dataset, difference=0.1)
    assert len(paced) == 1
    twin.update(recipe={**twin.record["recipe"], "batch_size": 4})
    found = plan_run(copied_run, against=twin, dataset=quarters_dataset, difference=0.1)
    assert [recipe.batch_size for recipe, _ in paced[1:]] == [8, 4]
    assert found.comparing is not None
    assert found.comparing.measured
    assert paced[-1][1]["planned"] == (found.comparing.needed or 32)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"diverged": [0, 1]}, "a plan from 3 members, of which 2 diverged"),
        ({"diverged": [0, 1, 2]}, "of which 3 diverged"),
        ({"members": 1}, "a plan from 1 member:"),
        ({"status": "training"}, "not finished"),
    ],
)
def test_what_no_plan_can_be_made_from_is_named(copied_run, quarters_dataset, change, message):
    copied_run.update(**change)
    with pytest.raises((EvaluationError, RunError), match=message) as caught:
        plan_run(copied_run, dataset=quarters_dataset)
    assert caught.value.hint


def test_members_that_were_trained_differently_are_refused(copied_run, quarters_dataset, small_recipe):
    recipe = {**copied_run.record["recipe"], "dropout": [0.0, 0.1, 0.2]}
    copied_run.update(recipe=recipe)
    with pytest.raises(EvaluationError, match="differ in dropout"):
        plan_run(copied_run, dataset=quarters_dataset)
    with pytest.raises(EvaluationError, match="differ in dropout"):
        train_pilot(replace(small_recipe, dropout=[0.0, 0.1]), quarters_dataset, members=2)


def test_a_run_against_itself_or_of_other_data_is_refused(copied_run, twin, quarters_dataset):
    with pytest.raises(RunError, match="against itself"):
        plan_run(copied_run, against=runs.open(copied_run.path), dataset=quarters_dataset, difference=0.1)
    twin.update(data={**twin.record["data"], "hash": "0" * 64, "name": "elsewhere"})
    with pytest.raises(RunError, match=r"other data \(elsewhere\)"):
        plan_run(copied_run, against=twin, dataset=quarters_dataset, difference=0.1)


def test_a_pilot_is_kept_and_its_epochs_are_timed(quarters_dataset, small_recipe, tmp_path):
    told = []
    pilot, few = train_pilot(
        small_recipe, quarters_dataset, members=3, seed=5, out=tmp_path / "pilot", progress=told.append
    )
    assert pilot.finished
    assert len(population_of(pilot)) == 3
    assert few is not None
    assert few.members == 3
    assert 0 < few.quickest <= few.seconds <= few.slowest
    assert len(told) == small_recipe.epochs
