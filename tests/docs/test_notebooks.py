"""The notebooks run from top to bottom, show something, and are kept without outputs."""

from __future__ import annotations

import json

import pytest

from tests.docs.reading import ROOT, run

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def _cells(path):
    return json.loads(path.read_text())["cells"]


def test_there_are_three():
    assert [path.stem for path in NOTEBOOKS] == ["1-lesson", "2-audit", "3-minima"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_valid_and_kept_without_outputs(path):
    content = json.loads(path.read_text())
    assert (content["nbformat"], content["nbformat_minor"]) == (4, 5)
    identifiers = [cell["id"] for cell in content["cells"]]
    assert len(set(identifiers)) == len(identifiers)
    code = [cell for cell in content["cells"] if cell["cell_type"] == "code"]
    assert code
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_and_shows_something(path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    displayed = []
    namespace = {"__name__": "notebook", "display": displayed.append}
    shown = ""
    for number, cell in enumerate(_cells(path), start=1):
        if cell["cell_type"] == "code":
            output, value = run("".join(cell["source"]), namespace, name=f"{path.name}:{number}")
            shown += output
            if value is not None:
                displayed.append(value)
    assert shown
    assert displayed
    assert all(_is_drawn(value) for value in displayed)


def _is_drawn(value):
    """Whether a notebook finds something to draw in `value`."""
    html = getattr(value, "_repr_html_", None)
    return bool(html() if html is not None else repr(value))
