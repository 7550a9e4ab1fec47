import json

import pytest

from thalweg.cli import terminal

from .conftest import only_json


def test_the_path_on_stdout_and_nothing_else(thalweg, copied_run):
    result = thalweg("report", copied_run.path, "--without-plots-library")
    assert result.exit_code == 0
    assert result.stdout == f"{copied_run.path / 'report.html'}\n"
    assert "Not measured: accuracy, " in result.stderr
    assert (copied_run.path / "report.html").read_text("utf-8").startswith("<!doctype html>")


def test_json(thalweg, copied_run, tmp_path):
    page = tmp_path / "page.html"
    found = only_json(thalweg("report", copied_run.path, "-o", page, "--without-plots-library", "--json"))
    assert found["report"] == str(page)
    assert found["bytes"] == page.stat().st_size
    assert found["embedded_members"] == 0  # its pictures are too small for a pad
    assert found["findings"]
    assert "accuracy" in found["not_measured"]


def test_quiet(thalweg, copied_run):
    result = thalweg("report", copied_run.path, "--without-plots-library", "--quiet")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "")


def test_several_runs_are_compared(thalweg, copied_run, finished_run, tmp_path):
    page = tmp_path / "both.html"
    result = thalweg("report", copied_run.path, finished_run.path, "-o", page)
    assert result.exit_code == 0
    text = page.read_text("utf-8")
    assert "2 runs compared" in text
    verdict = only_json(thalweg("compare", copied_run.path, finished_run.path, "--json"))["verdict"]
    assert f"{verdict[0].upper()}{verdict[1:]}." in text
    assert verdict in result.stderr


def test_runs_whose_data_are_gone_are_shown_and_said_not_to_be_compared(
    thalweg, copied_run, finished_run, tmp_path
):
    copied_run.update(data={**copied_run.record["data"], "hash": "0" * 64, "name": "others"})
    page = tmp_path / "both.html"
    result = thalweg("report", copied_run.path, finished_run.path, "-o", page, "--without-plots-library")
    assert result.exit_code == 0
    assert "Not compared: " in result.stderr
    assert "cannot be compared" in page.read_text("utf-8")


def test_figures_are_saved_beside(thalweg, copied_run, tmp_path, monkeypatch):
    from thalweg import figures

    monkeypatch.setattr(figures, "save", lambda run, folder: [folder / f"{run.path.name}.png"])
    words = ("--without-plots-library", "--save-figures", tmp_path / "figures", "--json")
    found = only_json(thalweg("report", copied_run.path, *words))
    assert found["figures"] == [str(tmp_path / "figures" / f"{copied_run.path.name}.png")]


def test_mistakes_are_said_by_name(thalweg, copied_run, tmp_path):
    result = thalweg("report", tmp_path)
    assert result.exit_code == 1
    assert "not a run" in result.stderr
    assert "hint: " in result.stderr
    (copied_run.path / "run.json").write_text(json.dumps({"format": 99}), "utf-8")
    result = thalweg("report", copied_run.path)
    assert result.exit_code == 1
    assert "format 99" in result.stderr
    assert thalweg("report").exit_code == 2


def test_a_place_that_cannot_be_is_refused_before_anything_is_read(
    thalweg, copied_run, tmp_path, monkeypatch
):
    from thalweg import figures

    monkeypatch.setattr(figures, "opened", lambda run: pytest.fail("the run was read"))
    (tmp_path / "file").write_text("")
    for words in (
        ("-o", tmp_path),
        ("-o", tmp_path / "file" / "x.html"),
        ("--save-figures", tmp_path / "file"),
    ):
        result = thalweg("report", copied_run.path, *words)
        assert (result.exit_code, result.stdout) == (1, ""), words
        assert "hint: " in result.stderr


def test_a_study_is_reported_too(thalweg, tmp_path):
    from tests.figures.studies import made_up
    from tests.figures.studies.kept import write_study

    study = write_study("optimisers", made_up.optimisers(), tmp_path / "study")
    found = only_json(thalweg("report", study.path, "--without-plots-library", "--json"))
    assert found["report"] == str(study.path / "report.html")
    assert found["findings"] == ["optimisers-final", "optimisers-grid"]
    assert found["runs"] == [str(study.path)]


@pytest.fixture
def shown(monkeypatch):
    """Each part that a terminal is told of: name, place and count."""
    seen = []
    monkeypatch.setattr(terminal.PartsState, "show", lambda self, *told: seen.append(told))
    return seen


def test_it_says_how_far_it_is(thalweg, shown, copied_run, finished_run, tmp_path):
    assert thalweg("report", copied_run.path, "-o", tmp_path / "one.html").exit_code == 0
    *drawn, page = shown
    assert [place for _, place, _ in shown] == list(range(len(shown)))
    assert {count for *_, count in shown} == {len(shown)}
    assert page[0] == "the page"
    assert all(name.startswith("drawing ") for name, *_ in drawn)
    shown.clear()
    thalweg("report", copied_run.path, finished_run.path, "-o", tmp_path / "both.html")
    assert [(place, count) for _, place, count in shown] == [(0, 4), (1, 4), (2, 4), (3, 4)]
    assert " against " in shown[0][0]
    assert shown[-1][0] == "the page"
    shown.clear()
    thalweg("compare", copied_run.path, finished_run.path)
    assert [place[1:] for place in shown] == [(0, 3), (1, 3), (2, 3)]
