"""What a label audit leaves on disk."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from thalweg.errors import RunError
from thalweg.places import given_path
from thalweg.runs.files import read_arrays, read_table
from thalweg.runs.record import read_described
from thalweg.runs.tables import read_columns

if TYPE_CHECKING:
    import numpy as np
    import polars

FILE, TABLE, ISSUES = "audit.json", "audit.parquet", "issues.parquet"
UNFINISHED, FINISHED = "unfinished", "finished"


@dataclass(frozen=True)
class AuditRun:
    """The directory of an audit: `audit.json`, `audit.parquet`, `audit.csv`, `audit.npz` (answers, gallery),
    and, where any were found, `issues.parquet` and `issues.csv`.

    `record` is the content of `audit.json`.
    """

    path: Path
    record: dict[str, Any]

    @property
    def finished(self) -> bool:
        """Whether it came to its end."""
        return self.record["status"] == FINISHED

    @property
    def result(self) -> dict[str, Any]:
        """The numbers of the finished audit. Raises `RunError` if unfinished or damaged."""
        if not self.finished:
            raise RunError(
                f"{self.path}: this audit is not finished, so there is nothing to show.",
                hint=f"finish it with: thalweg audit --resume {self.path}",
            )
        from thalweg.runs import results

        return results.study("audit", self.record, self.path / FILE)

    def arrays(self) -> dict[str, np.ndarray]:
        """Return the arrays of the audit by name. Raises `RunError` when they are missing or damaged."""
        return read_arrays(self.path / "audit.npz")

    def table(self) -> polars.DataFrame:
        """Return a row for each label. Raises `RunError` when the file is missing or damaged."""
        return read_columns(
            self.path / TABLE, whole="example", numbers="suspicion", words="split label suggested_label"
        )

    def issues(self) -> polars.DataFrame | None:
        """Return a row for each copy, outlier and contradiction; None where none was kept.

        Raises `RunError` when the file is damaged.
        """
        return read_table(self.path / ISSUES) if (self.path / ISSUES).is_file() else None


def open_audit(path: str | Path) -> AuditRun:
    """Open the directory of an audit. Raises `RunError` for anything else."""
    path = given_path(path, "an audit", RunError, remote=True)
    path = path.parent if path.name == FILE else path
    if not (path / FILE).is_file():
        what = f"not an audit: it has no {FILE}" if path.exists() else "no such audit"
        raise RunError(f"{path}: {what}.", hint="give the directory that thalweg audit printed.")
    from thalweg.runs.envelopes import AuditRecord

    return AuditRun(path, read_described(path / FILE, AuditRecord, what="label audit"))
