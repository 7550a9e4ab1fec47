"""Figures as files: PNG, SVG, PDF."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import plotly.graph_objects as go
from plotly.io import write_images

from thalweg.errors import FigureError
from thalweg.figures.directories import Kept
from thalweg.figures.finding import Finding
from thalweg.figures.making import findings
from thalweg.places import given_path

FORMATS = ("png", "svg", "pdf")
WIDTH, SCALE = 800, 2


def save(run: Kept, folder: str | Path, *, formats: Iterable[str] = ("png", "svg")) -> list[Path]:
    """Write every figure and picture of `run` into `folder` and return the files.

    `run`: a run, a study or a label audit. `formats`: of png, svg, pdf; pictures are PNG always. Figures are
    800 pixels wide (PNG at twice that), with a clear background. Raises `FigureError` where kaleido or a
    browser is missing, and for an unknown format; `RunError` as `findings` does.

    Examples:
        >>> from thalweg import figures
        >>> figures.save(run, "figures", formats=["svg"])  # doctest: +SKIP
        [PosixPath('figures/accuracy.svg'), ...]
    """
    chosen = _known(formats)
    target = given_path(folder, "figures", FigureError)
    found = findings(run)
    target.mkdir(parents=True, exist_ok=True)
    written = [target / f"{finding.name}.{name}" for finding in found if finding.figure for name in chosen]
    if written:
        _write([finding.figure for finding in found if finding.figure for _ in chosen], written)
    for finding in found:
        written += _picture_files(finding, target)
    return written


def _known(formats: Iterable[str]) -> tuple[str, ...]:
    chosen = (formats,) if isinstance(formats, str) else tuple(formats)
    for name in chosen:
        if name not in FORMATS:
            raise FigureError(f"Unknown format {name!r}.", hint=f"choose from {', '.join(FORMATS)}.")
    return chosen


def _write(figures: list[go.Figure], files: list[Path]) -> None:
    """Write all of them with one browser: starting one takes longer than drawing."""
    scales = [SCALE if file.suffix == ".png" else 1 for file in files]
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
            hint="pip install kaleido, and install Chromium or Chrome (BROWSER_PATH names one elsewhere).",
        ) from error


def _picture_files(finding: Finding, folder: Path) -> list[Path]:
    files = []
    for place, picture in enumerate(finding.pictures, start=1):
        files.append(folder / f"{finding.name}-picture-{place}.png")
        files[-1].write_bytes(picture.png)
    return files


def _first_line(error: Exception) -> str:
    text = str(error).strip()
    return text.splitlines()[0] if text else type(error).__name__
