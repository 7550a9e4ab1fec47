"""`write`: from runs, a study or a label audit to one HTML file, whole or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from thalweg.errors import RunError
from thalweg.figures.making import families_of
from thalweg.listening import among_parts, begin_part, hearing_parts
from thalweg.page.networks import BUDGET, LIGHT_BUDGET
from thalweg.places import given_path
from thalweg.record import Record
from thalweg.report.pad import pad_of
from thalweg.report.pages import comparison_page, report_page, study_page
from thalweg.report.reading import Sources, Subject, subjects_of
from thalweg.report.studied import Studied, studied
from thalweg.runs.files import write_atomically

NAME, COMPARISON_NAME = "report.html", "comparison.html"


@dataclass(frozen=True)
class Written:
    """What came of `write`: the file, how many members answer in it, what it shows and what it lacks."""

    path: Path
    bytes: int
    embedded_members: int
    findings: tuple[str, ...]
    unanswered: tuple[str, ...]


def write(
    sources: Sources,
    path: str | Path | None = None,
    *,
    plots_library: bool = True,
    comparisons: Sequence[Record] = (),
) -> Path:
    """Write a report as one self-contained HTML file and return its path.

    Main arguments:
        sources: a finished run, study or label audit, or its path; several runs, to be compared; or records
            by name as `evaluate` returns them, which have no networks to draw for.
        path: where to; `report.html` in its directory by default (`comparison.html` in the working
            directory for several runs, `report.html` there for records). A report that is there is replaced.

    Other arguments:
        plots_library: whether to include Plotly's JavaScript (about 5 MB), without which the charts are left
            out and their tables are shown.
        comparisons: of several runs, what `comparing.compare_pairs` found of them: their verdicts come first.
            Nothing is computed here, so a page made without them names the command that says it.

    The file asks nothing of the network and opens from a disk. Nothing is computed again and nothing needs
    JAX. Raises `RunError` for a run that is missing, unfinished, foreign, newer or damaged, and for a place
    that cannot be written; nothing half-written is left then.

    Examples:
        >>> from thalweg import report
        >>> report.write(run, "digits.html").name
        'digits.html'
    """
    return write_described(sources, path, plots_library=plots_library, comparisons=comparisons).path


def write_described(
    sources: Sources,
    path: str | Path | None = None,
    *,
    plots_library: bool = True,
    comparisons: Sequence[Record] = (),
    not_compared: Sequence[str] = (),
) -> Written:
    """Do what `write` does, and return what is in the file beside its path.

    `not_compared`: why pairs of runs are not among the `comparisons`.
    """
    study = studied(sources)
    if study is not None:
        return _write_study(study, path, plots_library=plots_library)
    with subjects_of(sources) as subjects:
        target = _target(path, subjects)
        _draw(subjects)
        if len(subjects) > 1:
            page = comparison_page(
                subjects, comparisons, not_compared=not_compared, plots_library=plots_library
            )
            embedded, names = 0, _names(subjects)
        else:
            pad = pad_of(subjects[0], budget=BUDGET if plots_library else LIGHT_BUDGET)
            page = report_page(subjects[0], pad, plots_library=plots_library)
            embedded, names = len(pad.members), _names(subjects)
        return Written(target, _write(page, target), embedded, *names)


def _draw(subjects: Sequence[Subject]) -> None:
    """Draw what every run shows, telling how far that is, before the page is put together."""
    if len(subjects) == 1:
        with among_parts(after=1):
            assert subjects[0].findings is not None
        count = len(families_of(subjects[0].run))
        begin_part("the page", count, count + 1)
        return
    for place, subject in enumerate(subjects):
        begin_part(f"drawing {subject.name}", place, len(subjects) + 1)
        with hearing_parts(None):
            assert subject.findings is not None
    begin_part("the page", len(subjects), len(subjects) + 1)


def _write_study(study: Studied, path: str | Path | None, *, plots_library: bool) -> Written:
    target = study.kept.path / NAME if path is None else _file(path)
    begin_part(f"drawing {study.title}", 0, 2)
    assert study.findings is not None
    begin_part("the page", 1, 2)
    page = study_page(study, plots_library=plots_library)
    return Written(target, _write(page, target), 0, tuple(each.name for each in study.findings), ())


def _write(page: str, target: Path) -> int:
    content = page.encode("utf-8")
    write_atomically(target, lambda temporary: temporary.write_bytes(content))
    return len(content)


def _names(subjects: Sequence[Subject]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    from thalweg.report.unanswered import unanswered

    shown = dict.fromkeys(finding.name for subject in subjects for finding in subject.findings)
    lacking = dict.fromkeys(
        each.name
        for subject in subjects
        for each in unanswered(subject.path, subject.evaluations, subject.kind)
        if each.command
    )
    return tuple(shown), tuple(lacking)


def _target(path: str | Path | None, subjects: Sequence[Subject]) -> Path:
    if path is None:
        if len(subjects) > 1:
            return Path(COMPARISON_NAME)
        return subjects[0].run.path / NAME if subjects[0].kept else Path(NAME)
    return _file(path)


def _file(path: str | Path) -> Path:
    target = given_path(path, "a report", RunError, remote=True)
    if target.is_dir():
        raise RunError(
            f"{path}: a directory is there; a report is a file.",
            hint=f"name the file, such as {target / NAME}.",
        )
    return target
