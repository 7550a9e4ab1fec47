"""What a study leaves on disk: its settings, its result, and the parts of one that was stopped."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from thalweg.errors import RunError
from thalweg.places import given_path
from thalweg.runs.directory import new_directory
from thalweg.runs.files import (
    read_arrays,
    read_table,
    read_tensors,
    write_arrays,
    write_atomically,
    write_json,
    write_tensors,
)
from thalweg.runs.lock import working_in
from thalweg.runs.record import FORMAT, read_described
from thalweg.temporary import LOCK, refuse_gone

if TYPE_CHECKING:
    import numpy as np
    import polars

FILE = "study.json"
UNFINISHED, FINISHED = "unfinished", "finished"


class Parts:
    """Results of finished parts of a study, by name, so that one that is stopped loses only a part."""

    def __init__(self, folder: Path):
        self.folder = folder

    def load(self, name: str) -> dict[str, np.ndarray] | None:
        """Return the arrays kept under `name`, or None. Raises `RunError` when the file is damaged."""
        path = self._path(name)
        return read_tensors(path)[0] if path.exists() else None

    def save(self, name: str, arrays: Mapping[str, np.ndarray]) -> None:
        """Keep `arrays` under `name`, in one atomic write."""
        refuse_gone(self.folder.parent)
        write_tensors(self._path(name), arrays, {})

    def _path(self, name: str) -> Path:
        return self.folder / f"{re.sub(r'[^A-Za-z0-9_.-]+', '-', name)}.safetensors"


class StudyRun:
    """The directory of one study. `path` is the directory and `record` the content of its `study.json`.

    Beside it: `study.npz` (arrays of the result), `<table>.parquet`, and `parts/`, with which it can go on
    or be added to.
    """

    def __init__(self, path: Path, record: dict[str, Any]):
        self.path = path
        self.record = record

    @property
    def name(self) -> str:
        """Which study it is."""
        return self.record["study"]

    @property
    def finished(self) -> bool:
        """Whether it came to its end."""
        return self.record["status"] == FINISHED

    @property
    def result(self) -> dict[str, Any]:
        """The numbers of the finished study. Raises `RunError` if unfinished or damaged."""
        if not self.finished:
            raise RunError(
                f"{self.path}: this study is not finished.",
                hint=f"finish it with: thalweg study {self.name} --resume {self.path}",
            )
        from thalweg.runs import results

        return results.study(self.name, self.record, self.path / FILE)

    @property
    def parts(self) -> Parts:
        """Where the finished parts are kept."""
        return Parts(self.path / "parts")

    def held(self) -> AbstractContextManager[None]:
        """Let no other process work on the study meanwhile; see `working_in`."""
        return working_in(self.path)

    def update(self, **entries: Any) -> None:
        """Set entries of the record and write `study.json`."""
        refuse_gone(self.path)
        record = {**self.record, **entries}
        write_json(self.path / FILE, record)
        self.record = record

    def finish(
        self,
        result: Mapping[str, Any],
        arrays: Mapping[str, np.ndarray],
        tables: Mapping[str, polars.DataFrame],
        **entries: Any,
    ) -> None:
        """Write the result, its arrays and tables in place of older ones, and mark the study as finished.

        New ones stand before old ones go: where the disk refuses, what was there is there.
        """
        refuse_gone(self.path)
        new = {self.path / f"{name}.parquet": table for name, table in tables.items()}
        old = {self.path / "study.npz", *self.path.glob("[!.]*.parquet")}
        for path, table in new.items():
            write_atomically(path, table.write_parquet)
        if arrays:
            write_arrays(self.path / "study.npz", arrays)
            old.discard(self.path / "study.npz")
        self.update(status=FINISHED, result=dict(result), **entries)
        for path in old - set(new):
            path.unlink(missing_ok=True)

    def arrays(self) -> dict[str, np.ndarray]:
        """Return the arrays of the result by name; none when it has none. Raises `RunError` if damaged."""
        path = self.path / "study.npz"
        return read_arrays(path) if path.exists() else {}

    def table(self, name: str) -> polars.DataFrame:
        """Return a table of the result. Raises `RunError` when it is missing or damaged."""
        return read_table(self.path / f"{name}.parquet")

    def discard(self) -> None:
        """Take back a study of which no part was finished. Anything that was made stays."""
        if self.parts.folder.exists() or self.finished:
            return
        (self.path / FILE).unlink(missing_ok=True)
        (self.path / LOCK).unlink(missing_ok=True)  # whoever discards holds it
        with suppress(OSError):  # something else is in it
            self.path.rmdir()

    def __repr__(self) -> str:
        return f"StudyRun({str(self.path)!r}: {self.name}, {self.record['status']})"


def create_study(
    out: str | Path | None = None, *, root: str | Path = "runs", name: str, record: Mapping[str, Any]
) -> StudyRun:
    """Make the directory of a study and write its record.

    `out` is the directory itself; without it, `<root>/<UTC time>-study-<name>-<short hash>`. Raises
    `RunError` when it holds anything already.
    """
    with new_directory(out, root=root, title=f"study-{name}", record=record) as path:
        study = StudyRun(path, {"format": FORMAT, "status": UNFINISHED, "study": name, **record})
        study.update()
    return study


def open_study(path: str | Path) -> StudyRun:
    """Open the directory of a study.

    Raises `RunError` for a path that is not a study's, is of a newer format, or whose record is damaged.
    """
    path = given_path(path, "a study", RunError, remote=True)
    if path.name == FILE and path.is_file():
        path = path.parent
    if not (path / FILE).is_file():
        what = f"not a study: it has no {FILE}" if path.exists() else "no such study"
        raise RunError(f"{path}: {what}.", hint="give the directory that thalweg study printed.")
    from thalweg.runs.envelopes import StudyRecord

    return StudyRun(path, read_described(path / FILE, StudyRecord, what="study"))
