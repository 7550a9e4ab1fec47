"""What training leaves on disk: the seam between computing and showing. Nothing here needs JAX."""

from typing import TYPE_CHECKING

from thalweg.lazily import lazily

if TYPE_CHECKING:
    from thalweg.runs.audit import AuditRun as AuditRun, open_audit as open_audit
    from thalweg.runs.checkpoint import RunCheckpoint as RunCheckpoint
    from thalweg.runs.directory import (
        check_file as check_file,
        check_place as check_place,
        create as create,
        open as open,
    )
    from thalweg.runs.machine import describe_machine as describe_machine
    from thalweg.runs.record import FORMAT as FORMAT, utc_now as utc_now
    from thalweg.runs.run import Run as Run
    from thalweg.runs.study import (
        StudyRun as StudyRun,
        create_study as create_study,
        open_study as open_study,
    )

lazily(__name__)
