"""Every two runs of the same data are compared; why others are not is said."""

import shutil

import pytest

from thalweg import comparing, runs


@pytest.fixture
def twins(finished_run, tmp_path):
    """Two copies of one run, in directories of different and of the same name."""
    places = (tmp_path / "a" / "run", tmp_path / "b" / "run", tmp_path / "other")
    for place in places:
        shutil.copytree(finished_run.path, place)
    return [runs.open(place) for place in places]


def test_every_two_are_compared_on_data_that_are_loaded_once(twins, quarters_dataset, monkeypatch):
    loaded = []

    def load(run, data_dir):
        loaded.append(run.path)
        return quarters_dataset

    monkeypatch.setattr(comparing, "dataset_of", load)
    found, reasons = comparing.compare_pairs(twins)
    assert [each.difference.measured.value for each in found] == [0, 0, 0]
    assert len(loaded) == 1
    assert reasons == []
    together = 1 - 0.05 / 3  # the intervals of all three pairs hold together
    alone = comparing.compare_runs(twins[0], twins[2], dataset=quarters_dataset, level=together)
    assert found[1].to_json() == alone.to_json()


def test_runs_of_one_name_are_told_apart_by_their_paths(twins, quarters_dataset):
    found = comparing.compare_runs(twins[0], twins[1], dataset=quarters_dataset)
    assert found.names == (str(twins[0].path), str(twins[1].path))
    found = comparing.compare_runs(twins[0], twins[2], dataset=quarters_dataset)
    assert found.names == ("small (run)", "small (other)")


def test_why_others_are_not_compared_is_said_once(twins):
    twins[2].update(data={**twins[2].record["data"], "hash": "0" * 64, "name": "elsewhere"})
    found, reasons = comparing.compare_pairs([twins[0], twins[2]])
    assert found == []
    (reason,) = reasons
    assert "cannot be compared" in reason
    assert "elsewhere" in reason
