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


def test_runs_that_share_a_seed_are_said_to_share_luck(thalweg, copied_run, tmp_path):
    twin = tmp_path / "twin"
    shutil.copytree(copied_run.path, twin)
    said = thalweg("compare", copied_run.path, twin).stdout
    for word in ("What differs", "nothing", "share seed", "same weights"):
        assert word in said
    found = only_json(thalweg("compare", copied_run.path, twin, "--json"))
    assert found["circumstances"]["differs"] == {}


def test_three_runs_are_ranked(thalweg, copied_run, tmp_path):
    twins = [tmp_path / "one", tmp_path / "other"]
    for twin in twins:
        shutil.copytree(copied_run.path, twin)
    from thalweg import runs

    runs.open(twins[0]).update(seed=71)
    found = only_json(thalweg("compare", copied_run.path, *twins, "--json"))
    assert len(found["pairs"]) == 3
    assert list(found["ranks"].values()) == [[1, 3]] * 3
    assert found["circumstances"]["differs"]["seed"][1] == "71"
    result = thalweg("compare", copied_run.path, *twins)
    said = " ".join(result.stdout.split())
    assert "no difference between any two is shown" in said
    assert "2 of them share seed" in said


def test_one_run_alone_or_twice_is_refused(thalweg, copied_run):
    assert thalweg("compare", copied_run.path).exit_code == 2
    result = thalweg("compare", copied_run.path, copied_run.path)
    assert result.exit_code == 1
    assert "named twice" in result.stderr
