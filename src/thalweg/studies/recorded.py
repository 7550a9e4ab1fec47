"""Make a study on record: with its settings, result and tables kept in a directory, and resumable."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from thalweg import runs, spec
from thalweg.data import facts
from thalweg.data.dataset import Dataset
from thalweg.errors import StudyError
from thalweg.record import Record
from thalweg.runs.study import UNFINISHED, StudyRun
from thalweg.stops import when_stopped
from thalweg.studies.catalogue import Progress, Study, find


class StudyInterrupted(KeyboardInterrupt):
    """A study stopped by Ctrl-C. `study` holds its finished parts, and `resume_study` goes on."""

    def __init__(self, study: StudyRun):
        super().__init__(f"{study.path}: stopped.")
        self.study = study
        self.command = f"thalweg study {study.name} --resume {study.path}"


def make_study(
    name: str,
    dataset: Dataset,
    settings: Any = None,
    *,
    seed: int = 0,
    out: str | Path | None = None,
    progress: Progress | None = None,
    started: Callable[[StudyRun], None] | None = None,
    command: Sequence[str] = (),
) -> tuple[StudyRun, Record]:
    """Make a study of `dataset` and keep it in a new directory; returns the directory and the record.

    Main arguments:
        name: from `STUDIES`.
        settings: the study's `Settings`, its defaults when None.
        out: the directory itself, by default a new one under `runs/`.

    Other arguments:
        progress: called before each part of the study.
        started: called with the directory before the first part, when the study has refused nothing.
        command: the words of the command line, for the record.

    Raises `StudyError` for an unknown study, `RunError` when `out` holds anything, `StudyInterrupted` on
    Ctrl-C, and as the study does. After any error but Ctrl-C no directory is left behind unless a part of the
    study was finished.

    Examples:
        >>> from thalweg import studies
        >>> settings = studies.find("optimisers").settings(optimisers=("sgd",), members=2, rates=2, epochs=1)
        >>> kept, found = studies.make_study("optimisers", digits, settings, out="study")
        >>> kept
        StudyRun('study': optimisers, finished)
    """
    study = find(name)
    settings = study.settings() if settings is None else settings
    if not isinstance(settings, study.settings):
        raise StudyError(
            f"settings of {name} are a {type(settings).__name__}: expected {study.settings.__qualname__}.",
            hint=f"make them with thalweg.studies.find({name!r}).settings(...).",
        )
    record = {
        "settings": spec.to_table(settings),
        "seed": int(seed),
        "data": facts.data_facts(dataset),
        "command": list(command),
        "started": runs.utc_now(),
        "seconds": 0.0,
        **runs.describe_machine(),
    }
    kept = runs.create_study(out, name=name, record=record)
    progress = _announced(kept, started, progress)
    with kept.held():
        try:
            return kept, _make(kept, study, settings, dataset=dataset, progress=progress)
        except Exception:
            kept.discard()
            raise


def resume_study(
    path: str | Path,
    *,
    dataset: Dataset | None = None,
    data_dir: str | Path | None = None,
    progress: Progress | None = None,
    settings: Callable[[Any], Any] | None = None,
) -> tuple[StudyRun, Record]:
    """Go on with a study that was stopped, or add to a finished one.

    `settings` turns the kept settings into new ones (more members, say); parts that are kept are not made
    again where they still apply. The data are loaded from where they came from, or given as `dataset`.

    Raises `RunError` when the study or its data are not what they were, and as the study does; after any
    error but Ctrl-C the study is what it was.
    """
    kept = runs.open_study(path)
    study = find(kept.name)
    chosen = study.settings_from(kept.record["settings"])
    if settings is not None:
        chosen = settings(chosen)
    if dataset is None:
        dataset = facts.load_again(kept.path, kept.record["data"], data_dir)
    else:
        dataset = facts.as_read(kept.path, kept.record["data"], dataset)
    with kept.held():
        before = {name: kept.record[name] for name in ("status", "settings")}
        # a result of other settings is no result of these: until there is a new one, it is not finished
        kept.update(status=UNFINISHED, settings=spec.to_table(chosen))
        try:
            return kept, _make(kept, study, chosen, dataset=dataset, progress=progress)
        except Exception:
            kept.update(**before)
            raise


def _announced(
    kept: StudyRun, started: Callable[[StudyRun], None] | None, progress: Progress | None
) -> Progress:
    """Return a progress that calls `started` first: a study refuses before its first part."""
    waiting = [] if started is None else [started]

    def tell(what: str, place: int, count: int) -> None:
        while waiting:
            waiting.pop()(kept)
        if progress is not None:
            progress(what, place, count)

    return tell


def _make(kept: StudyRun, study: Study, settings: Any, *, dataset: Dataset, progress: Progress | None) -> Any:
    began = time.monotonic()
    took = lambda: round(kept.record.get("seconds", 0.0) + time.monotonic() - began, 3)  # noqa: E731

    def interrupted(_: KeyboardInterrupt) -> StudyInterrupted:
        kept.update(seconds=took())
        return StudyInterrupted(kept)

    with when_stopped(interrupted):
        record = study.make(dataset, settings, seed=kept.record["seed"], progress=progress, parts=kept.parts)
    tables = getattr(record, "tables", dict)()
    kept.finish(record.to_json(), record.arrays(), tables, seconds=took(), finished=runs.utc_now())
    return record
