import dataclasses
import json

import numpy as np
import pytest

from thalweg import runs
from thalweg.errors import RunError, StudyError
from thalweg.studies import make_study, resume_study
from thalweg.studies.recorded import StudyInterrupted

from .toy import Settings, register


@pytest.fixture
def stop(monkeypatch):
    return register(monkeypatch)


def facts(study):
    return {name: study.record[name] for name in ("settings", "seed", "result", "status", "study", "data")}


def test_a_study_is_kept_with_all_that_belongs_to_it(stop, quarters_dataset, tmp_path):
    seen = []
    study, record = make_study(
        "toy",
        quarters_dataset,
        Settings(scale=2.0, note="kept"),
        seed=4,
        out=tmp_path / "toy",
        progress=lambda *place: seen.append(place),
        started=lambda study: seen.append(study.path),
        command=("thalweg", "study", "toy"),
    )
    assert seen == [tmp_path / "toy", ("part 0", 0, 3), ("part 1", 1, 3), ("part 2", 2, 3)]
    kept = runs.open_study(study.path)
    assert kept.finished
    assert kept.result == record.to_json()
    assert kept.record["settings"]["scale"] == 2.0
    assert (kept.record["seed"], kept.record["data"]["name"]) == (4, "quarters")
    assert kept.record["command"] == ["thalweg", "study", "toy"]
    assert kept.record["seconds"] >= 0
    np.testing.assert_array_equal(kept.arrays()["values"], record.values)
    np.testing.assert_array_equal(kept.table("draws")["value"], record.values)


def test_what_is_stopped_goes_on_as_if_it_had_not_been(stop, quarters_dataset, tmp_path):
    whole, _ = make_study("toy", quarters_dataset, seed=1, out=tmp_path / "whole")
    stop.at, stop.made = 2, []
    with pytest.raises(StudyInterrupted) as stopped:
        make_study("toy", quarters_dataset, seed=1, out=tmp_path / "stopped")
    path = tmp_path / "stopped"
    assert stopped.value.command == f"thalweg study toy --resume {path}"
    assert not runs.open_study(path).finished
    with pytest.raises(RunError, match="not finished") as error:
        _ = stopped.value.study.result
    assert str(path) in error.value.hint
    stop.at = None
    resumed, _ = resume_study(path)
    assert stop.made == [0, 1, 2]
    assert facts(resumed) == facts(whole)
    np.testing.assert_array_equal(resumed.arrays()["values"], whole.arrays()["values"])


def test_a_finished_study_is_added_to(stop, quarters_dataset, tmp_path):
    study, _ = make_study("toy", quarters_dataset, out=tmp_path / "toy")
    stop.made = []
    larger, record = resume_study(study.path, settings=lambda old: dataclasses.replace(old, pieces=5))
    assert stop.made == [3, 4]
    assert len(record.values) == 20
    assert larger.record["settings"]["pieces"] == 5
    np.testing.assert_array_equal(larger.arrays()["values"][:12], study.arrays()["values"][:12])


def test_the_result_of_other_settings_is_no_result(stop, quarters_dataset, tmp_path):
    study, _ = make_study("toy", quarters_dataset, out=tmp_path / "toy")
    stop.at = 4
    with pytest.raises(StudyInterrupted):
        resume_study(study.path, settings=lambda old: dataclasses.replace(old, pieces=5))
    assert not runs.open_study(study.path).finished


@pytest.mark.parametrize("change", [{"pieces": 100}, {"pieces": 5}])
def test_a_finished_study_outlives_a_failed_addition(stop, quarters_dataset, tmp_path, change):
    study, record = make_study("toy", quarters_dataset, out=tmp_path / "toy")
    stop.at, stop.error = 3, StudyError
    with pytest.raises(StudyError):
        resume_study(study.path, settings=lambda old: dataclasses.replace(old, **change))
    kept = runs.open_study(study.path)
    assert kept.finished
    assert kept.result == record.to_json()
    assert kept.record["settings"]["pieces"] == 3


def test_a_study_that_cannot_be_made_leaves_nothing_behind(stop, quarters_dataset, tmp_path):
    stop.at, stop.error = 0, StudyError
    with pytest.raises(StudyError):
        make_study("toy", quarters_dataset, out=tmp_path / "toy")
    assert not (tmp_path / "toy").exists()


def test_a_study_that_fails_later_keeps_its_parts(stop, quarters_dataset, tmp_path):
    stop.at, stop.error = 1, StudyError
    with pytest.raises(StudyError):
        make_study("toy", quarters_dataset, out=tmp_path / "toy")
    assert runs.open_study(tmp_path / "toy").parts.load("uniform 0") is not None


def test_other_data_are_refused(stop, quarters_dataset, tmp_path):
    study, _ = make_study("toy", quarters_dataset, out=tmp_path / "toy")
    other = dataclasses.replace(quarters_dataset, train_part=quarters_dataset.train.take(slice(0, 50)))
    with pytest.raises(RunError, match="not the data that this was made of"):
        resume_study(study.path, dataset=other)


def test_arrays_in_memory_must_be_given_again(stop, quarters_dataset, tmp_path):
    study, first = make_study("toy", dataclasses.replace(quarters_dataset, source=""), out=tmp_path / "toy")
    with pytest.raises(RunError, match="arrays in memory"):
        resume_study(study.path)
    _, again = resume_study(study.path, dataset=quarters_dataset)
    np.testing.assert_array_equal(first.values, again.values)


def test_settings_of_another_study_are_refused(stop, quarters_dataset, tmp_path):
    with pytest.raises(StudyError, match="settings of toy are a dict: expected Settings"):
        make_study("toy", quarters_dataset, {"pieces": 3}, out=tmp_path / "toy")
    assert not (tmp_path / "toy").exists()


def test_nothing_is_overwritten(stop, quarters_dataset, tmp_path):
    make_study("toy", quarters_dataset, out=tmp_path / "toy")
    before = (tmp_path / "toy" / "study.json").read_bytes()
    with pytest.raises(RunError, match="not empty, and nothing is overwritten"):
        make_study("toy", quarters_dataset, out=tmp_path / "toy")
    assert (tmp_path / "toy" / "study.json").read_bytes() == before


def test_the_record_is_json(stop, quarters_dataset, tmp_path):
    study, _ = make_study("toy", quarters_dataset, out=tmp_path / "toy")
    assert json.loads((study.path / "study.json").read_text("utf-8"))["status"] == "finished"
