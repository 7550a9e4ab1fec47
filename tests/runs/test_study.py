import json
import re

import numpy as np
import polars
import pytest

from thalweg import runs
from thalweg.errors import RunError


@pytest.fixture
def record():
    return {"settings": {"pieces": 3}, "seed": 0, "data": {"name": "toy"}}


@pytest.fixture
def study(tmp_path, record):
    return runs.create_study(tmp_path / "study", name="toy", record=record)


def test_a_new_study_is_unfinished(study):
    kept = runs.open_study(study.path)
    assert (kept.name, kept.finished) == ("toy", False)
    assert repr(kept) == f"StudyRun({str(study.path)!r}: toy, unfinished)"
    with pytest.raises(RunError, match="not finished"):
        _ = kept.result


def test_a_study_is_named_after_its_time_and_kind(tmp_path, record):
    study = runs.create_study(root=tmp_path, name="toy", record=record)
    assert re.fullmatch(r"\d{8}T\d{6}Z-study-toy-[0-9a-f]{8}", study.path.name)
    assert runs.create_study(root=tmp_path, name="toy", record=record).path != study.path


def test_a_study_is_opened_by_its_record_too(study):
    assert runs.open_study(study.path / "study.json").path == study.path


def test_parts_come_back_as_they_were(study):
    arrays = {"a": np.arange(6.0).reshape(2, 3).T, "b": np.array([True, False]), "c": np.zeros(0, np.uint16)}
    study.parts.save("width 8/true", arrays)
    found = runs.open_study(study.path).parts.load("width 8/true")
    assert found.keys() == arrays.keys()
    for name, array in arrays.items():
        assert found[name].dtype == array.dtype
        np.testing.assert_array_equal(found[name], array)
    assert study.parts.load("width 8/false") is None
    assert [path.parent for path in study.path.rglob("*.safetensors")] == [study.path / "parts"]


def test_a_damaged_part_is_named(study):
    study.parts.save("one", {"a": np.zeros(100)})
    path = study.path / "parts" / "one.safetensors"
    path.write_bytes(path.read_bytes()[:50])
    with pytest.raises(RunError, match=r"one\.safetensors: damaged"):
        study.parts.load("one")


def test_a_finished_study_has_its_result_arrays_and_tables(study):
    study.finish({"mean": 1.0}, {"x": np.eye(2)}, {"rows": polars.DataFrame({"a": [1, 2]})}, seconds=2.0)
    kept = runs.open_study(study.path)
    assert kept.finished
    assert kept.result == {"mean": 1.0}
    assert kept.record["seconds"] == 2.0
    np.testing.assert_array_equal(kept.arrays()["x"], np.eye(2))
    assert kept.table("rows")["a"].to_list() == [1, 2]


def test_a_study_finished_again_keeps_nothing_of_the_old_result(study):
    study.finish({}, {"x": np.eye(2)}, {"rows": polars.DataFrame({"a": [1]})})
    study.finish({"mean": 2.0}, {}, {})
    assert study.arrays() == {}
    with pytest.raises(RunError, match=r"rows\.parquet: this file of the run is missing"):
        study.table("rows")


def test_nothing_is_pickled(study):
    with pytest.raises(RunError, match="Python objects"):
        study.finish({}, {"x": np.asarray(["a", None], dtype=object)}, {})
    assert not runs.open_study(study.path).finished


def test_damaged_arrays_are_named(study):
    study.finish({}, {"x": np.zeros(100)}, {})
    path = study.path / "study.npz"
    path.write_bytes(path.read_bytes()[:60])
    with pytest.raises(RunError, match=r"study\.npz: damaged"):
        study.arrays()


def test_a_damaged_table_is_named(study):
    study.finish({}, {}, {"rows": polars.DataFrame({"a": [1]})})
    (study.path / "rows.parquet").write_bytes(b"PAR1 and nothing")
    with pytest.raises(RunError, match=r"rows\.parquet: damaged"):
        study.table("rows")


def test_a_study_without_parts_is_taken_back(study):
    study.discard()
    assert not study.path.exists()


@pytest.mark.parametrize("how", ["part", "finished"])
def test_what_was_made_is_not_taken_back(study, how):
    if how == "part":
        study.parts.save("one", {"a": np.zeros(1)})
    else:
        study.finish({}, {}, {})
    study.discard()
    assert runs.open_study(study.path).name == "toy"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", r"study\.json: damaged"),
        ("[]", "states no format"),
        ('{"format": 99}', "written in format 99"),
        ('{"format": 1, "status": "finished", "study": 3}', "study is 3: expected a text"),
        (
            '{"format": 1, "status": "finished", "study": "toy", "settings": []}',
            r"settings is \[\]: expected a table",
        ),
    ],
)
def test_a_damaged_record_is_named(study, content, message):
    (study.path / "study.json").write_text(content, "utf-8")
    with pytest.raises(RunError, match=message) as error:
        runs.open_study(study.path)
    assert error.value.hint


def test_what_is_no_study_is_said_to_be_none(tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(RunError, match=r"not a study: it has no study\.json"):
        runs.open_study(tmp_path / "empty")
    with pytest.raises(RunError, match="no such study"):
        runs.open_study(tmp_path / "nowhere")


def test_an_occupied_directory_is_refused(study, record):
    with pytest.raises(RunError, match="not empty"):
        runs.create_study(study.path, name="toy", record=record)
    assert json.loads((study.path / "study.json").read_text("utf-8"))["study"] == "toy"


def test_old_tables_stay_where_the_disk_refuses_new_ones(study, monkeypatch):
    old = polars.DataFrame({"a": [1]})
    study.finish({"n": 1}, {"numbers": np.ones(1)}, {"table": old, "gone": old})
    write = polars.DataFrame.write_parquet

    def refuse(self, file, **how):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(polars.DataFrame, "write_parquet", refuse)
    with pytest.raises(RunError, match="No space left"):
        study.finish({"n": 2}, {}, {"table": polars.DataFrame({"a": [2]})})
    assert study.table("table").equals(old)
    assert study.arrays()["numbers"].tolist() == [1.0]
    monkeypatch.setattr(polars.DataFrame, "write_parquet", write)
    study.finish({"n": 2}, {}, {"table": polars.DataFrame({"a": [2]})})
    assert study.table("table")["a"].to_list() == [2]
    assert sorted(path.name for path in study.path.iterdir()) == ["study.json", "table.parquet"]
