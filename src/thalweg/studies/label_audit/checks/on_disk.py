"""Checked labels of an audit on disk: labels drawn from a finished one, and the count kept with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from thalweg.data.dataset import Dataset
from thalweg.errors import StudyError
from thalweg.measured import to_plain
from thalweg.places import given_path
from thalweg.remote import is_url
from thalweg.runs.audit import FILE, AuditRun, open_audit
from thalweg.runs.checks import KeptDraw, open_draw, write_draw
from thalweg.runs.files import write_json
from thalweg.studies.label_audit.checks.answers import Answer, CheckFile, answers_of, read_check_file
from thalweg.studies.label_audit.checks.checked import Checked, count_checked
from thalweg.studies.label_audit.checks.to_check import ToCheck, labels_to_check, with_rows
from thalweg.studies.label_audit.kept import load_again
from thalweg.studies.label_audit.pool import Pool, pool_of


def draw_to_check(
    kept: AuditRun, count: int, *, seed: int = 0, data_dir: str | Path | None = None
) -> ToCheck:
    """Draw labels of a finished audit, with their pictures or rows, and keep what was drawn with it.

    The data are read again, and must be what they were. Of arrays in memory there is nothing to read, and
    neither pictures nor rows are kept. Raises as `labels_to_check`, and `RunError` for an audit that is not
    finished, or data that are not what they were.
    """
    drawn = labels_to_check(kept.table(), kept.result["classes"], count, seed=seed)
    if kept.record["data"].get("source"):
        drawn = _shown(drawn, load_again(kept, data_dir), kept)
    write_draw(kept, dict(drawn.content), drawn.pictures)
    return drawn


def _shown(drawn: ToCheck, dataset: Dataset, kept: AuditRun) -> ToCheck:
    """Return the same with the pictures or the rows of the labels that were drawn."""
    pool = pool_of(dataset, None, kept.record["split"])
    places = places_in(pool, drawn.content)
    judged = pool.judged
    if judged.identity is not None:
        drawn = with_rows(drawn, judged.identity.cells(places))
    if not judged.is_images:
        return drawn
    shown = replace(drawn, pictures=judged.raw[places])
    source = kept.record["data"]["source"]
    folder = Path(source)
    if (
        is_url(source)
        or not folder.is_dir()
        or "file" not in drawn.content["columns"]
        or "test_source" in kept.record["data"]
    ):
        return shown
    labels = [{**label, "picture": str(folder / label["file"])} for label in drawn.content["to_look_at"]]
    return replace(shown, content={**drawn.content, "to_look_at": labels})


def places_in(pool: Pool, content: Mapping[str, Any]) -> np.ndarray:
    """Return where the labels of a draw stand among the examples that were judged, int [drawn]."""
    found = {
        key: place for place, key in enumerate(zip(pool.part.tolist(), pool.example.tolist(), strict=True))
    }
    return np.array([found[entry["split"], entry["example"]] for entry in content["to_look_at"]])


def open_checked(path: str | Path, audit: str | Path | None = None) -> tuple[CheckFile, AuditRun, KeptDraw]:
    """Return a file of labels to check with the audit and the draw that it is of.

    `audit`: where the audit is now, if it is not where the file says. Raises `StudyError` as
    `read_check_file` does and where the audit is not there, `RunError` for a draw that it does not have.
    """
    file = read_check_file(path)
    place = given_path(audit or file.audit or ".", "an audit", StudyError, remote=True)
    if audit is None and not (file.audit and (place / FILE).is_file()):
        where = (
            f"its audit is no more at {file.audit}" if file.audit else "it does not say which audit it is of"
        )
        raise StudyError(f"{path}: {where}.", hint=f"say where it is: thalweg audit AUDIT --checked {path}")
    kept = open_audit(place)
    return file, kept, open_draw(kept, file.draw)


def checked_labels(file: CheckFile, kept: AuditRun, draw: KeptDraw) -> tuple[Checked, list[Answer]]:
    """Return how many labels are wrong by the answers in a file, and keep it with the audit, under `checked`.

    Raises as `answers_of` and `count_checked` do.
    """
    answers = answers_of(file, draw.content)
    found = count_checked(draw.content, answers)
    result = {**kept.result, "checked": to_plain(found.to_json())}
    write_json(kept.path / FILE, {**kept.record, "result": result})
    return found, answers
