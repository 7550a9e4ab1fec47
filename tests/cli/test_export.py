"""`thalweg export`."""

import json

import pytest
from click.testing import CliRunner

import thalweg as tw
from thalweg.cli.main import cli


def invoke(*words):
    return CliRunner().invoke(cli, [str(word) for word in words])


def test_a_run_is_published(digits_run, tmp_path):
    found = invoke("export", digits_run.path, "--dataset", tmp_path / "there", "--json")
    assert found.exit_code == 0, found.output
    said = json.loads(found.stdout)
    assert said["members"] == len(tw.load_population(said["population"])) == 3
    assert said["bytes"] == sum(file.stat().st_size for file in (tmp_path / "there").iterdir())


@pytest.mark.parametrize("run", ["nowhere", ""])
def test_a_run_that_is_none_is_refused(run, tmp_path):
    found = invoke("export", tmp_path / run, "--dataset", tmp_path / "there")
    assert found.exit_code == 1
    assert "hint:" in found.stderr
    assert not (tmp_path / "there").exists()


def test_a_place_that_is_taken_is_refused_before_the_data_are_read(digits_run, tmp_path, monkeypatch):
    monkeypatch.setattr("thalweg.recording.dataset_of", lambda *_: pytest.fail("read"))
    (tmp_path / "mine").write_text("mine")
    found = invoke("export", digits_run.path, "--dataset", tmp_path)
    assert found.exit_code == 1
    assert "nothing is overwritten" in found.stderr
