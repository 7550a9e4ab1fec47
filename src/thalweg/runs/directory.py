"""Where runs are: making a new run directory, and opening one that exists."""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from thalweg.errors import RunError, near_match
from thalweg.places import given_path
from thalweg.remote import RemotePath
from thalweg.runs.lock import working_in
from thalweg.runs.record import FILE, FORMAT, TRAINING, read_record
from thalweg.runs.run import Run
from thalweg.temporary import is_left_over, not_written

LONGEST_TITLE = 60
"""Letters of what was made, in the name of a directory; a file name has 255 at most."""


def create(
    out: str | Path | None = None,
    *,
    root: str | Path = "runs",
    recipe_name: str,
    record: Mapping[str, Any],
) -> Run:
    """Make a run directory and write its record, with status `training`.

    `out` is the run directory itself; without it, `<root>/<UTC time>-<recipe_name>-<short hash>`. The hash
    is of `record`. Raises `RunError` when the directory holds anything already.
    """
    with new_directory(out, root=root, title=recipe_name, record=record) as path:
        run = Run(path, {"format": FORMAT, "status": TRAINING, **record})
        run.update()
    return run


@contextmanager
def new_directory(
    out: str | Path | None, *, root: str | Path, title: str, record: Mapping[str, Any]
) -> Iterator[Path]:
    """Make the directory `out`, or `<root>/<UTC time>-<title>-<short hash of record>`, to write its record.

    Of processes that want the same one at the same moment one gets it: it is locked until the record is
    written, and looked into once more before. After an error a directory that was made is gone.

    Raises `RunError` when it holds anything already.
    """
    check_place(out, root=root)
    given = None if out is None else given_path(out, "a run, a study or an audit", RunError, remote=True)
    path, is_ours = _made(given, Path(root), title, record)
    try:
        with working_in(path):
            _refuse_occupied(path)
            yield path
    except BaseException:
        if is_ours:
            with suppress(OSError):  # something was kept in it, or somebody else has it
                path.rmdir()
        raise


def _made(out: Path | None, root: Path, title: str, record: Mapping[str, Any]) -> tuple[Path, bool]:
    """Return the directory, and whether it was made here; one that is given may be there and empty."""
    names = _new_names(root, title, record) if out is None else iter((out,))
    for path in names:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.mkdir()
        except FileExistsError:
            if out is not None and path.is_dir():
                return path, False
            if out is None and path.parent.is_dir():
                continue  # the same was started twice within a second: the next name
            raise RunError(
                f"{path}: a file is in the way.", hint="choose another place with --out."
            ) from None
        except OSError as error:
            raise RunError(
                f"{path}: the run directory cannot be made: {error.strerror or error}.",
                hint="choose another place with --out.",
            ) from None
        return path, True
    raise AssertionError("names do not end")


def check_place(out: str | Path | None, *, root: str | Path = "runs") -> None:
    """Raise `RunError` where a run, a study or an audit can have no directory `out`, or no new one in `root`.

    For whoever would know it before data are read or anything is computed.
    """
    path = Path(root) if out is None else given_path(out, "a run, a study or an audit", RunError, remote=True)
    if out is not None:
        _refuse_occupied(path)
    _refuse_unwritable(path, "made", hint="choose another place with --out.")


def check_file(path: str | Path) -> None:
    """Raise `RunError` where the file `path` cannot be written: a directory, or a folder not to write in."""
    path = given_path(path, "a file to write", RunError, remote=True)
    if path.is_dir():
        raise RunError(f"{path}: a directory is there; this is a file.", hint="name the file.")
    _refuse_unwritable(path.parent, "written in", hint="choose another place, where you may write.")


def _refuse_unwritable(folder: Path, done: str, *, hint: str) -> None:
    if isinstance(folder, RemotePath):
        try:
            folder.refuse_missing_store()
        except OSError as error:
            raise not_written(folder, error) from None
        return
    above = folder
    try:
        while not above.exists() and above != above.parent:
            above = above.parent
        why = "" if above.is_dir() else f"{above} is a file"
        if not why and not os.access(above, os.W_OK | os.X_OK):
            why = f"nothing may be written in {above.absolute()}"
    except (OSError, ValueError) as error:  # a ValueError: no path at all
        why = str(getattr(error, "strerror", None) or error)
    if why:
        raise RunError(f"{folder}: cannot be {done}: {why}.", hint=hint)


def open(path: str | Path) -> Run:
    """Open the run directory `path`.

    Raises `RunError` for a path that does not exist (with the near match), is not a run, is of a newer
    format, or whose record is damaged.

    Examples:
        >>> from thalweg import runs
        >>> runs.open(run.path)
        Run('...': 4 members of custom, trained)
        >>> run.evaluations()
        ['accuracy'...]
    """
    path = given_path(path, "a run", RunError, remote=True)
    if path.name == FILE and path.is_file():
        path = path.parent
    if not path.exists():
        raise RunError(
            f"{path}: no such run.",
            hint=f"give the directory that thalweg train or thalweg run printed.{_nearest(path)}",
        )
    if not (path / FILE).is_file():
        raise RunError(f"{path}: not a run: it has no {FILE}.", hint=_inside(path))
    return Run(path, read_record(path))


def _new_names(root: Path, recipe_name: str, record: Mapping[str, Any]) -> Iterator[Path]:
    now = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    digest = hashlib.sha256(json.dumps(record, sort_keys=True, default=str).encode()).hexdigest()[:8]
    readable = re.sub(r"[^A-Za-z0-9_.-]+", "-", recipe_name).strip("-.")[:LONGEST_TITLE] or "recipe"
    yield root / f"{now}-{readable}-{digest}"
    for attempt in itertools.count(2):
        yield root / f"{now}-{readable}-{digest}-{attempt}"


def _refuse_occupied(path: Path) -> None:
    if not path.exists():
        return
    if not path.is_dir():
        raise RunError(
            f"{path}: a file is there; a run is a directory.", hint="choose another place with --out."
        )
    if (path / FILE).exists():
        raise RunError(
            f"{path}: a run is there already, and runs are never overwritten.",
            hint=f"continue it with thalweg train --resume {path}, or choose another place with --out.",
        )
    if not all(is_left_over(inside) for inside in path.iterdir()):
        raise RunError(
            f"{path}: the directory is not empty, and nothing is overwritten.",
            hint="choose another place with --out.",
        )


def _nearest(path: Path) -> str:
    return near_match(path.name, _runs_in(path.parent))


def _inside(path: Path) -> str:
    found = _runs_in(path) if path.is_dir() else []
    if found:
        return f"it holds runs: give one of them, such as {path / found[-1]}."
    return "give a directory that thalweg train or thalweg run wrote."


def _runs_in(folder: Path) -> list[str]:
    if not folder.is_dir():
        return []
    return sorted(entry.name for entry in folder.iterdir() if (entry / FILE).is_file())
