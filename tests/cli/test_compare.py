import shutil

from .conftest import only_json


def test_a_run_against_itself_shows_no_difference(thalweg, copied_run, tmp_path):
    twin = tmp_path / "twin"
    shutil.copytree(copied_run.path, twin)
    found = only_json(thalweg("compare", copied_run.path, twin, "--json"))
    assert found["difference"]["value"] == 0
    result = thalweg("compare", copied_run.path, twin)
    assert result.exit_code == 0
    assert "no difference shown" in result.stdout


def test_runs_of_different_data_are_refused(thalweg, copied_run, tmp_path):
    other = tmp_path / "other"
    shutil.copytree(copied_run.path, other)
    from thalweg import runs

    run = runs.open(other)
    run.update(data={**run.record["data"], "hash": "0" * 64, "name": "elsewhere"})
    result = thalweg("compare", copied_run.path, other)
    assert result.exit_code == 1
    assert "cannot be compared" in result.stderr
