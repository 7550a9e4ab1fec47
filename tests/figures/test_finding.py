from __future__ import annotations

import subprocess
import sys

import plotly.graph_objects as go
import pytest

from thalweg.errors import FigureError
from thalweg.figures import writing
from thalweg.figures.finding import Finding, Picture, Table

WORDS = ("noise", "noise", "A title", "A sentence.", "How.")
DRAWN = Finding(*WORDS, go.Figure(), Table((), ()))
PICTURES = Finding(*WORDS, None, Table((), ()), (Picture(b"png", "A caption."),))
NEITHER = Finding(*WORDS, None, Table((), ()))


@pytest.fixture
def written(monkeypatch):
    calls = []

    def write_images(drawn, files, **how):
        calls.append((drawn, how))
        files[0].write_text("drawn", "utf-8")

    monkeypatch.setattr(writing, "write_images", write_images)
    return calls


@pytest.mark.parametrize("ending", ["png", "svg", "pdf", "PNG"])
def test_a_figure_is_written_by_its_ending(written, tmp_path, ending):
    path = DRAWN.write_image(tmp_path / f"one.{ending}")
    ((drawn, how),) = written
    assert drawn == [DRAWN.figure]
    assert path == tmp_path / f"one.{ending}"
    assert path.read_text("utf-8") == "drawn"
    assert how["scale"] == [2 if ending.lower() == "png" else 1]


def test_pictures_are_written_as_they_are(written, tmp_path):
    assert PICTURES.write_image(tmp_path / "one.png").read_bytes() == b"png"
    assert not written
    with pytest.raises(FigureError, match="cannot be written"):
        PICTURES.write_image(tmp_path / "nowhere" / "one.png")


@pytest.mark.parametrize(
    ("finding", "name", "said"),
    [
        (DRAWN, "one.gif", "'gif'"),
        (DRAWN, "one", "no ending"),
        (PICTURES, "one.svg", "pictures alone"),
        (NEITHER, "one.png", "pictures alone"),
    ],
)
def test_what_cannot_be_written_is_named(written, tmp_path, finding, name, said):
    with pytest.raises(FigureError, match=said) as caught:
        finding.write_image(tmp_path / name)
    assert caught.value.hint
    assert not written


def test_a_finding_is_shown_by_plotly(monkeypatch):
    shown = []
    monkeypatch.setattr(go.Figure, "show", lambda figure: shown.append(figure))
    DRAWN.show()
    assert shown == [DRAWN.figure]
    with pytest.raises(FigureError, match="pictures alone"):
        PICTURES.show()


WITHOUT_KALEIDO = """
import sys
sys.modules["kaleido"] = None
import plotly.graph_objects as go
from thalweg.errors import FigureError
from thalweg.figures.finding import Finding, Table
try:
    Finding("a", "b", "c", "d", "e", go.Figure(), Table((), ())).write_image("one.png")
except FigureError as error:
    print(error)
"""


def test_without_kaleido_it_is_said_how_to_get_it(tmp_path):
    ran = subprocess.run(
        [sys.executable, "-c", WITHOUT_KALEIDO], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert "thalweg[figures]" in ran.stdout, ran.stdout + ran.stderr
