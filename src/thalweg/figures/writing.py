"""Charts as files, drawn by a browser that kaleido starts: PNG, SVG, PDF."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import plotly.graph_objects as go
from plotly.io import write_images

from thalweg.errors import FigureError

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
    try:
        write_images(figures, files, width=WIDTH, scale=scales)  # type: ignore[arg-type]
    except OSError as error:
        raise FigureError(
            f"{files[0].parent}: cannot be written: {error.strerror or error}.", hint="choose another folder."
        ) from None
    except (
        Exception
    ) as error:  # kaleido's own errors have no common class, and differ from version to version
        raise FigureError(
            f"{files[0].parent}: figures cannot be turned into files: {_first_line(error)}",
            hint="pip install 'thalweg[figures]' (kaleido), and install Chromium or Chrome (BROWSER_PATH "
            "names one elsewhere).",
        ) from error


def write_bytes(path: Path, content: bytes) -> None:
    """Write a picture that is one already; raises `FigureError` for a place that cannot be written."""
    try:
        path.write_bytes(content)
    except OSError as error:
        raise FigureError(
            f"{path.parent}: cannot be written: {error.strerror or error}.", hint="choose another folder."
        ) from None


def _first_line(error: Exception) -> str:
    text = str(error).strip()
    return text.splitlines()[0] if text else type(error).__name__
