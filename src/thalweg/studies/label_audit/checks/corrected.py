"""A corrected copy of the audited data: only labels change that people called wrong and gave a class for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from thalweg.data.corrected_copies import Place, copy_archive, copy_folder, copy_table
from thalweg.data.dataset import Dataset
from thalweg.data.tables import is_table
from thalweg.errors import RunError, StudyError
from thalweg.places import given_path
from thalweg.remote import is_url
from thalweg.runs.audit import AuditRun
from thalweg.runs.directory import check_file
from thalweg.studies.label_audit.checks.answers import Answer
from thalweg.studies.label_audit.checks.on_disk import places_in
from thalweg.studies.label_audit.kept import load_again
from thalweg.studies.label_audit.pool import Pool, pool_of
from thalweg.temporary import against, folder_beside
from thalweg.written import system_errors


def write_corrected(
    kept: AuditRun,
    content: Mapping[str, Any],
    answers: Sequence[Answer],
    target: str | Path,
    *,
    data_dir: str | Path | None = None,
) -> int:
    """Write a copy of an audit's data to `target`, with the labels corrected that people gave a class for.

    A table (CSV, Parquet), an .npz archive, or a folder of pictures, which are moved to the folders of their
    classes. All else stays as it is. Returns how many labels were changed.

    Raises `StudyError` where there is nothing to change, something is at `target`, or the data are of
    another form; `RunError` where they are not what they were when they were audited.
    """
    target = given_path(target, "a corrected copy", StudyError)
    wanted = {place: answer.correct for place, answer in enumerate(answers) if answer.correct is not None}
    source = source_of(kept, target)
    if not wanted:
        raise StudyError(
            "no label was called wrong with the class that is right, so there is nothing to correct.",
            hint="write the class into the column correct_label.",
        )
    dataset = _as_audited(kept, data_dir)
    pool = pool_of(dataset, None, kept.record["split"])
    places = places_in(pool, content)
    names = list(pool.train.class_names)
    classes = {int(places[place]): names.index(name) for place, name in wanted.items()}
    put_copy(target, lambda draft: _copied(source, draft, dataset, pool, classes))
    return len(classes)


def put_copy(target: Path, copy: Callable[[Path], object]) -> None:
    """Let `copy` write to a place beside `target`, of the same name, and move what is there to `target`.

    Raises `RunError` where it cannot be written.
    """
    try:
        with folder_beside(target) as folder, system_errors():
            draft = folder / target.name  # a name says of what form a file is
            copy(draft)
            draft.rename(target)
    except OSError as error:
        raise RunError(
            f"{target}: cannot be written: {error.strerror or error}.", hint=against(error)
        ) from None


def refuse_target(target: str | Path) -> None:
    """Raise where a corrected copy cannot be written, or something is there already."""
    if given_path(target, "a corrected copy", StudyError).exists():
        raise StudyError(
            f"{target}: something is there already; nothing is overwritten.", hint="name another."
        )
    check_file(target)


def source_of(kept: AuditRun, target: str | Path) -> Path:
    """Return where the data of an audit are, if they are of a form that a copy is written in.

    Raises `StudyError` for another form, and for a `target` that does not fit or where something is.
    """
    target = given_path(target, "a corrected copy", StudyError)
    refuse_target(target)
    facts = kept.record["data"]
    if is_url(facts.get("source")):
        raise StudyError(
            f"{facts['source']}: a URL; copies are written of what is on this machine.",
            hint="copy the data here, and correct the rows that the file with the answers names.",
        )
    source = Path(facts.get("source") or "")
    if facts.get("test_source"):
        raise StudyError(
            f"{kept.path} is of two files, {source} and {facts['test_source']}.",
            hint="correct them by hand: the file with the answers names the file and the row of each.",
        )
    if not (is_table(source) or source.suffix == ".npz" or source.is_dir()):
        raise StudyError(
            f"{facts.get('source') or 'arrays in memory'}: no table, .npz archive or folder of pictures, "
            "so no copy is written.",
            hint="correct them by hand: the file with the answers names each example.",
        )
    if source.is_dir() and target.absolute().is_relative_to(source.absolute()):
        raise StudyError(f"{target} is inside {source}, which is copied.", hint="choose a place outside it.")
    ending = "".join(source.suffixes[-2:]) if source.name.endswith(".gz") else source.suffix
    if source.is_file() and not target.name.lower().endswith(ending.lower()):
        raise StudyError(
            f"{target}: expected a name that ends with {ending}, as {source.name} does.",
            hint="the copy is of the same form as the data.",
        )
    return source


def _as_audited(kept: AuditRun, data_dir: str | Path | None) -> Dataset:
    try:
        return load_again(kept, data_dir)
    except RunError as error:
        raise RunError(
            error.message, hint="put the data back as they were audited, or audit the changed ones."
        ) from None


def _copied(source: Path, draft: Path, dataset: Dataset, pool: Pool, classes: Mapping[int, int]) -> None:
    """Write the copy, each label as that of another example of its class."""
    identity = pool.judged.identity
    if source.is_dir():
        if identity is None or identity.file is None:
            raise StudyError(f"{source} is no folder of pictures by class.", hint="correct it by hand.")
        names = pool.train.class_names
        copy_folder(
            source, draft, {str(identity.file[place]): names[number] for place, number in classes.items()}
        )
        return
    whole = pool_of(dataset, None, "all")
    like = {number: int(np.flatnonzero(whole.judged.labels == number)[0]) for number in classes.values()}
    if is_table(source):
        own, rows = _rows(pool), _rows(whole)
        changes = {int(own[place]): int(rows[like[number]]) for place, number in classes.items()}
        copy_table(source, draft, dataset.reading, changes)
        return
    changes = {_in_arrays(pool, place): _in_arrays(whole, like[number]) for place, number in classes.items()}
    copy_archive(source, draft, changes)


def _rows(pool: Pool) -> np.ndarray:
    """Return the rows of the judged examples in their table."""
    identity = pool.judged.identity
    assert identity is not None
    assert identity.row is not None  # every table has rows
    return identity.row


def _in_arrays(pool: Pool, example: int) -> Place:
    """Return where an example stands in the arrays of an archive; without a test part, all is train."""
    identity = pool.judged.identity
    if identity is not None and identity.index is not None:
        return "train", int(identity.index[example])
    return str(pool.part[example]), int(pool.example[example])
