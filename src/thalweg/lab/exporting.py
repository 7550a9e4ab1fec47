"""The lab as one file that opens offline, without a server and without training."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from thalweg import runs
from thalweg.errors import RunError
from thalweg.figures.directories import Kept
from thalweg.lab.lesson import Lesson
from thalweg.lab.opened import opened
from thalweg.lab.site import Site
from thalweg.places import given_path
from thalweg.runs.files import write_atomically


def export(
    sources: Iterable[Kept | str | Path] | Kept | str | Path,
    path: str | Path,
    *,
    lessons: Iterable[Lesson] = (),
    data_dir: str | None = None,
) -> Path:
    """Write the lab of a run, with studies and audits beside it, as one HTML file; return its path.

    The networks are in it and answer in the page; in the place of training it has the path that they took.
    Raises `RunError` for what cannot be opened and for a place that cannot be written.

    Examples:
        >>> from thalweg import lab
        >>> lab.export(run, "lab.html").name
        'lab.html'
    """
    runs.check_file(path)
    return write(Site(opened(sources, data_dir=data_dir), tuple(lessons)), path)


def write(site: Site, path: str | Path) -> Path:
    """Write the page of a site as one file."""
    content = site.whole().encode("utf-8")
    target = given_path(path, "the page", RunError)

    def put(temporary: Any) -> None:
        temporary.write_bytes(content)

    write_atomically(target, put)
    return target
