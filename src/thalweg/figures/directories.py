"""What findings are drawn from: the directory of a run, of a study, or of a label audit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from thalweg import runs
from thalweg.errors import RunError
from thalweg.runs.files import reading
from thalweg.runs.record import checked
from thalweg.runs.run import Run
from thalweg.runs.study import StudyRun

if TYPE_CHECKING:
    import numpy as np
    import polars

AUDIT_FILE = "audit.json"


@dataclass(frozen=True)
class KeptAudit:
    """The directory of a finished label audit. `record` is the content of its `audit.json`."""

    path: Path
    record: Mapping[str, Any]

    @property
    def result(self) -> Mapping[str, Any]:
        """The numbers of the audit."""
        return self.record["result"]

    def arrays(self) -> dict[str, np.ndarray]:
        """Return the arrays of the audit by name. Raises `RunError` when they are missing or damaged."""
        import zipfile
        import zlib

        import numpy as np

        path = self.path / "audit.npz"
        with reading(path, zipfile.BadZipFile, ValueError, EOFError, zlib.error):
            # opened here, so that it is closed when NumPy finds it damaged
            with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
                return {name: arrays[name] for name in arrays.files}

    def table(self) -> polars.DataFrame:
        """Return a row for each label. Raises `RunError` when the file is missing or damaged."""
        import polars

        path = self.path / "audit.parquet"
        with reading(path, polars.exceptions.PolarsError):
            return polars.read_parquet(path)


Kept = Run | StudyRun | KeptAudit
"""What is kept in a directory."""


def opened(source: Any) -> Kept:
    """Return what `source` is, or is the path of: a run, a study or a label audit.

    Anything else that has a `path` is opened by that. Raises `RunError` for a path that is none of them, and
    for a study or an audit that is not finished.
    """
    if isinstance(source, Run):
        return source
    if isinstance(source, StudyRun | KeptAudit):
        return _finished(source)
    path = Path(getattr(source, "path", source))
    folder = path.parent if path.suffix == ".json" else path
    for file, open_it in _READERS.items():
        if (folder / file).is_file():
            return open_it(folder)
    return runs.open(path)  # says what is wrong with it


def _study(path: Path) -> Kept:
    return _finished(runs.open_study(path))


def _audit(path: Path) -> Kept:
    record = checked(path / AUDIT_FILE, {"status": str}, what="label audit")
    return _finished(KeptAudit(path, record))


def _finished(kept: StudyRun | KeptAudit) -> Kept:
    if kept.record.get("status") == "finished":
        return kept
    audit = isinstance(kept, KeptAudit)
    what, command = ("audit", "audit") if audit else ("study", f"study {kept.name}")
    raise RunError(
        f"{kept.path}: this {what} is not finished, so there is nothing to show.",
        hint=f"finish it with: thalweg {command} --resume {kept.path}",
    )


_READERS: dict[str, Callable[[Path], Kept]] = {
    "run.json": runs.open,
    "study.json": _study,
    AUDIT_FILE: _audit,
}
