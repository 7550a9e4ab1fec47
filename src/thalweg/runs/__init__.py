"""What training leaves on disk: the seam between computing and showing. Nothing here needs JAX."""

from __future__ import annotations

from typing import TYPE_CHECKING

from thalweg.lazily import lazily

if TYPE_CHECKING:
    from thalweg.runs.audit import AuditRun as AuditRun
    from thalweg.runs.audit import open_audit as open_audit
    from thalweg.runs.checkpoint import RunCheckpoint as RunCheckpoint
    from thalweg.runs.directory import create as create
    from thalweg.runs.directory import open as open
    from thalweg.runs.machine import describe_machine as describe_machine
    from thalweg.runs.record import FORMAT as FORMAT
    from thalweg.runs.record import utc_now as utc_now
    from thalweg.runs.run import Run as Run
    from thalweg.runs.study import StudyRun as StudyRun
    from thalweg.runs.study import create_study as create_study
    from thalweg.runs.study import open_study as open_study

lazily(__name__)
