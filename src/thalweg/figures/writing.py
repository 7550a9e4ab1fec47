"""Charts as files, drawn by a browser that kaleido starts: PNG, SVG, PDF."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

import plotly.graph_objects as go
from plotly.io import write_images

from thalweg.errors import FigureError
from thalweg.temporary import against
from thalweg.written import write_whole

FORMATS = ("png", "svg", "pdf")
WIDTH, SCALE = 800, 2


def known_formats(formats: Iterable[str]) -> tuple[str, ...]:
    """Return the formats asked for, one or several; raises `FigureError` for one that there is not."""
    chosen = (formats,) if isinstance(formats, str) else tuple(formats)
    for name in chosen:
        if name not in FORMATS:
            raise FigureError(f"Unknown format {name!r}.", hint=f"choose from {', '.join(FORMATS)}.")
    return chosen


def write(figures: list[go.Figure], files: list[Path]) -> None:
    """Write all of them with one browser: starting one takes longer than drawing.

    Raises `FigureError` where kaleido or a browser is missing, and for a folder that cannot be written.
    """
    scales = [SCALE if file.suffix.lower() == ".png" else 1 for file in files]
    with tempfile.TemporaryDirectory(prefix="thalweg-") as folder:
        drawn = [Path(folder) / f"{number}{file.suffix}" for number, file in enumerate(files)]
        _draw(figures, drawn, scales, files[0].parent)
        for made, file in zip(drawn, files, strict=True):
            _put(file, partial(shutil.copyfile, made))


def _draw(figures: list[go.Figure], drawn: list[Path], scales: list[int], place: Path) -> None:
    """Have the browser draw: not in the place itself, since Plotly says nothing of a picture not written."""
    try:
        write_images(figures, drawn, width=WIDTH, scale=scales)  # type: ignore[arg-type]
        if not all(made.is_file() and made.stat().st_size for made in drawn):
            raise FigureError(
                f"{place}: not all figures were drawn.",
                hint=f"see that there is room in {drawn[0].parent.parent} (TMPDIR names another place), and "
                "draw them again.",
            )
    except FigureError:
        raise
    except Exception as error:  # kaleido's own have no common class, and differ from version to version
        raise FigureError(
            f"{place}: figures cannot be turned into files: {_first_line(error)}",
            hint="pip install 'thalweg[figures]' (kaleido), and install Chromium or Chrome (BROWSER_PATH "
            "names one elsewhere).",
        ) from error


def write_bytes(path: Path, content: bytes) -> None:
    """Write a picture that is one already; raises `FigureError` for a place that cannot be written."""
    _put(path, lambda temporary: temporary.write_bytes(content))


def _put(path: Path, write: Callable[[Path], object]) -> None:
    try:
        write_whole(path, write)
    except OSError as error:
        raise FigureError(
            f"{path}: cannot be written: {error.strerror or error}.", hint=against(error)
        ) from None


def _first_line(error: Exception) -> str:
    text = str(error).strip()
    return text.splitlines()[0] if text else type(error).__name__
