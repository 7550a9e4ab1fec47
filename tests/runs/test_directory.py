import re

import pytest

from thalweg import runs
from thalweg.errors import RunError


def test_the_default_name_is_time_recipe_and_hash(tmp_path, record):
    run = runs.create(root=tmp_path / "runs", recipe_name="my recipe/2", record=record)
    assert run.path.parent == tmp_path / "runs"
    assert re.fullmatch(r"\d{8}T\d{6}Z-my-recipe-2-[0-9a-f]{8}", run.path.name)
    assert runs.open(run.path).record == run.record == {"format": 1, "status": "training", **record}


def test_two_runs_within_a_second_have_different_directories(tmp_path, record):
    made = {runs.create(root=tmp_path, recipe_name="same", record=record).path for _ in range(4)}
    assert len(made) == 4


def test_out_is_the_run_directory_itself_and_may_exist_empty(tmp_path, record):
    (tmp_path / "here").mkdir()
    assert runs.create(tmp_path / "here", recipe_name="x", record=record).path == tmp_path / "here"
    assert (tmp_path / "here" / "run.json").is_file()


def test_a_run_is_never_overwritten(run, record):
    before = (run.path / "run.json").read_bytes()
    with pytest.raises(RunError, match="never overwritten") as error:
        runs.create(run.path, recipe_name="x", record={**record, "seed": 9})
    assert f"--resume {run.path}" in error.value.hint
    assert (run.path / "run.json").read_bytes() == before


def test_a_directory_with_anything_in_it_is_left_alone(tmp_path, record):
    (tmp_path / "thesis.txt").write_text("three years of work")
    with pytest.raises(RunError, match="not empty"):
        runs.create(tmp_path, recipe_name="x", record=record)
    assert [entry.name for entry in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_file_in_the_way_is_named(tmp_path, record):
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match="a file is there"):
        runs.create(tmp_path / "file", recipe_name="x", record=record)
    with pytest.raises(RunError, match="cannot be made"):
        runs.create(tmp_path / "file" / "below", recipe_name="x", record=record)


@pytest.mark.parametrize("out", [True, False])
def test_a_place_that_is_not_ours_to_write_in_is_refused(tmp_path, monkeypatch, out):
    monkeypatch.setattr("os.access", lambda path, mode: False)
    with pytest.raises(RunError, match="nothing may be written in") as error:
        runs.check_place(tmp_path / "a" / "b" if out else None, root=tmp_path / "runs")
    assert "--out" in error.value.hint
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_can_be_had_is_not_made_by_asking(tmp_path):
    runs.check_place(tmp_path / "a" / "b")
    runs.check_place(None, root=tmp_path / "runs")
    runs.check_file(tmp_path / "c" / "page.html")
    assert list(tmp_path.iterdir()) == []


def test_a_file_cannot_be_where_a_directory_is(tmp_path):
    with pytest.raises(RunError, match="a directory is there"):
        runs.check_file(tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match="is a file"):
        runs.check_file(tmp_path / "file" / "page.html")


def test_a_path_that_does_not_exist_suggests_the_near_match(run):
    with pytest.raises(RunError, match="no such run") as error:
        runs.open(run.path.with_name("runn"))
    assert "Did you mean 'run'?" in error.value.hint


def test_a_directory_that_is_no_run_is_refused(tmp_path):
    with pytest.raises(RunError, match=r"not a run: it has no run\.json"):
        runs.open(tmp_path)


def test_the_folder_of_runs_suggests_one_of_them(run):
    with pytest.raises(RunError) as error:
        runs.open(run.path.parent)
    assert str(run.path) in error.value.hint


def test_the_record_itself_opens_its_run(run):
    assert runs.open(run.path / "run.json").path == run.path


def test_a_damaged_record_is_named(run):
    (run.path / "run.json").write_text("{")
    with pytest.raises(RunError, match=r"run\.json: damaged"):
        runs.open(run.path)
