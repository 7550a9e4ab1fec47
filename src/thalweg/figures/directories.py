"""What findings are drawn from: the directory of a run, of a study, or of a label audit."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from thalweg import runs
from thalweg.errors import RunError
from thalweg.places import given_path
from thalweg.runs import audit, run, study
from thalweg.runs.audit import AuditRun, open_audit
from thalweg.runs.run import Run
from thalweg.runs.study import StudyRun

Kept = Run | StudyRun | AuditRun
"""What is kept in a directory."""


def opened(source: Kept | str | Path) -> Kept:
    """Return what `source` is, or is the path of: a run, a study or a label audit.

    Anything else that has a `path` is opened by that. Raises `RunError` for a path that is none of them.
    """
    if isinstance(source, Kept):
        return source
    path = given_path(getattr(source, "path", source), "a run, a study or an audit", RunError, remote=True)
    folder = path.parent if path.suffix == ".json" else path
    for file, open_it in _READERS.items():
        if (folder / file).is_file():
            return open_it(folder)
    return runs.open(path)  # says what is wrong with it


_READERS: dict[str, Callable[[Path], Kept]] = {
    run.FILE: runs.open,
    study.FILE: runs.open_study,
    audit.FILE: open_audit,
}
