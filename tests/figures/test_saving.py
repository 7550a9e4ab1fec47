import json

import pytest

from thalweg import figures
from thalweg.errors import FigureError
from thalweg.figures import writing


@pytest.fixture
def written(monkeypatch):
    """Figure and scale of each drawing, by what is written in place of a browser's: its number."""
    calls = {}

    def write_images(drawn, files, *, width, scale):
        for place, file in enumerate(files):
            text = str(place)
            file.write_text(text, "utf-8")
            calls[text] = (drawn[place], scale[place])

    monkeypatch.setattr(writing, "write_images", write_images)
    return calls


def test_every_figure_is_written_in_every_format(evaluated_run, found, written, tmp_path):
    files = figures.save(evaluated_run, tmp_path / "out")
    drawn = {file: written.get(file.read_bytes().decode("latin-1")) for file in files}
    drawn = {file: one for file, one in drawn.items() if one is not None}
    names = {name for name, finding in found.items() if finding.figure is not None}
    assert {file.stem for file in drawn} == names
    assert len(drawn) == len(written) == 2 * len(names)
    for file, (figure, scale) in drawn.items():
        # in which order keys stand is left to Plotly
        assert json.loads(figure.to_json()) == json.loads(found[file.stem].figure.to_json())
        assert scale == (2 if file.suffix == ".png" else 1)


def test_a_figure_that_the_browser_did_not_draw_is_said(evaluated_run, tmp_path, monkeypatch):
    monkeypatch.setattr(writing, "write_images", lambda *given, **more: None)
    with pytest.raises(FigureError, match="not all figures were drawn") as caught:
        figures.save(evaluated_run, tmp_path / "out")
    assert "TMPDIR" in caught.value.hint


def test_pictures_are_written_as_they_are(evaluated_run, found, written, tmp_path):
    figures.save(evaluated_run, tmp_path, formats=("svg",))
    picture = tmp_path / "weights-picture-1.png"
    assert picture.read_bytes() == found["weights"].pictures[0].png


def test_an_unknown_format_is_refused_before_anything_is_written(evaluated_run, tmp_path):
    with pytest.raises(FigureError, match="Unknown format 'gif'"):
        figures.save(evaluated_run, tmp_path / "out", formats=("png", "gif"))
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("error", [ValueError("Image export requires the kaleido package"), RuntimeError("")])
def test_a_missing_browser_is_said_with_a_way_out(evaluated_run, tmp_path, monkeypatch, error):
    def fail(*_, **__):
        raise error

    monkeypatch.setattr(writing, "write_images", fail)
    with pytest.raises(FigureError, match=f"files: {str(error) or 'RuntimeError'}") as caught:
        figures.save(evaluated_run, tmp_path)
    assert "kaleido" in caught.value.hint
    assert "Chromium" in caught.value.hint


def test_a_folder_that_cannot_be_written_is_said(evaluated_run, tmp_path, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(writing, "write_images", full)
    with pytest.raises(FigureError, match="No space left"):
        figures.save(evaluated_run, tmp_path)


@pytest.mark.slow
def test_a_browser_draws_the_files(evaluated_run, tmp_path, monkeypatch):
    pytest.importorskip("kaleido")
    some = figures.findings(evaluated_run)[:1]
    monkeypatch.setattr("thalweg.figures.saving.findings", lambda run: some)
    try:
        png, svg = figures.save(evaluated_run, tmp_path)
    except FigureError as error:
        pytest.skip(f"no browser here: {error.message}")
    assert png.read_bytes().startswith(b"\x89PNG")
    assert "<svg" in svg.read_text("utf-8")
