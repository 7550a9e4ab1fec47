"""Figures as files of one folder: everything that a run, a study or an audit holds."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from thalweg.errors import FigureError
from thalweg.figures.directories import Kept
from thalweg.figures.finding import Finding
from thalweg.figures.making import findings
from thalweg.figures.writing import known_formats, write, write_bytes
from thalweg.places import given_path
from thalweg.temporary import against


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
    chosen = known_formats(formats)
    target = given_path(folder, "figures", FigureError)
    found = findings(run)
    _make(target)
    written = [target / f"{finding.name}.{name}" for finding in found if finding.figure for name in chosen]
    if written:
        write([finding.figure for finding in found if finding.figure for _ in chosen], written)
    for finding in found:
        written += _picture_files(finding, target)
    return written


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FigureError(
            f"{folder}: cannot be made: {error.strerror or error}.", hint=against(error)
        ) from None


def _picture_files(finding: Finding, folder: Path) -> list[Path]:
    files = []
    for place, picture in enumerate(finding.pictures, start=1):
        files.append(folder / f"{finding.name}-picture-{place}.png")
        write_bytes(files[-1], picture.png)
    return files
