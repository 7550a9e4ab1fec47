"""Labels to be checked by people: drawn at random by strata of suspicion, written as a file to fill in."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from thalweg.data.identity import COLUMNS, Cells
from thalweg.errors import StudyError
from thalweg.measured import to_plain
from thalweg.places import given_path
from thalweg.record import html_table
from thalweg.runs import utc_now
from thalweg.runs.checks import file_of
from thalweg.runs.directory import check_file
from thalweg.runs.files import write_atomically
from thalweg.spreadsheets import as_text
from thalweg.statistics.strata import Drawn, draw_by_strata

if TYPE_CHECKING:
    import polars


@dataclass(frozen=True, eq=False)
class ToCheck:
    """Labels that were drawn to be checked, in the order in which they are to be.

    `content`: what is kept of them (`thalweg.runs.checks.DRAW`): the name of the `draw`, its seed, the strata
    with their sizes and the probability to be drawn, and every label that was drawn. `pictures` uint8
    [drawn, height, width(, 3)] where they are known. The first k, for any k, are a sample as well.
    """

    content: Mapping[str, Any]
    pictures: np.ndarray | None = field(default=None, repr=False)

    def __len__(self) -> int:
        return len(self.content["to_look_at"])

    @property
    def draw(self) -> str:
        """What the draw is called: the audit's fingerprint, how many were drawn, and the seed."""
        return self.content["draw"]

    def write_csv(self, path: str | Path, *, audit: str | Path = "") -> Path:
        """Write the file to fill in: a row for each label, `answer` and `correct_label` empty.

        In `answer` stands right, wrong or unsure; in `correct_label`, where it is known, the class that is
        right. Raises `RunError` where `path` is a folder or cannot be written, `StudyError` where there is a
        file already: it may hold answers.
        """
        path = given_path(path, "labels to check", StudyError)
        refuse_taken(path)

        def write(temporary: Path) -> None:
            with temporary.open("w", encoding="utf-8", newline="") as stream:
                rows = ([as_text(str(cell)) for cell in row] for row in file_of(self.content, audit))
                csv.writer(stream, lineterminator="\n").writerows(rows)

        write_atomically(path, write)
        return path

    def __repr__(self) -> str:
        return (
            f"ToCheck({len(self):,} of {self.content['labels']:,} labels in "
            f"{len(self.content['strata'])} strata, draw {self.draw})"
        )

    def _repr_html_(self) -> str:
        rows = [(f"suspicion {said_of(stratum)}", said_drawn(stratum)) for stratum in self.content["strata"]]
        return html_table(f"{len(self):,} labels to check", rows)


def refuse_taken(path: str | Path) -> None:
    """Raise where the file to fill in cannot be written, or is there already."""
    check_file(path)
    if given_path(path, "labels to check", StudyError).exists():
        raise StudyError(
            f"{path}: a file is there already, and it may hold answers.", hint="name another with -o."
        )


def refuse_count(count: int, labels: int | None = None) -> None:
    """Raise `StudyError` where so many labels cannot be drawn; `labels`: how many there are, if known."""
    if count >= 1 and (labels is None or count <= labels):
        return
    there, most = ("", "as many as there are") if labels is None else (f" of {labels:,}", f"{labels:,}")
    raise StudyError(
        f"{count:,} labels to check{there}: expected 1 to {most}.",
        hint="100 is a good number to begin with.",
    )


def said_of(stratum: Mapping[str, Any]) -> str:
    """Return between which suspicions a stratum lies, in words."""
    if stratum["suspicion"] is None:
        return "not judged"
    low, high = stratum["suspicion"]
    return f"{low:.2g} to {high:.2g}"


def said_drawn(stratum: Mapping[str, Any]) -> str:
    """Return how many of a stratum were drawn, in words."""
    return f"{stratum['drawn']:,} of {stratum['labels']:,}"


def labels_to_check(
    table: polars.DataFrame,
    class_names: Sequence[str],
    count: int,
    *,
    seed: int = 0,
) -> ToCheck:
    """Draw `count` labels of an audit's `table` (`LabelAudit.table`); see `statistics.strata`.

    Raises `StudyError` for a count below 1 or above the number of labels, and a seed below 0.
    """
    refuse_count(count, table.height)
    if seed < 0:
        raise StudyError(f"seed={seed}: expected 0 or more.", hint="leave it out for 0.")
    suspicion = table["suspicion"].cast(float).fill_null(np.nan).to_numpy()
    drawn = draw_by_strata(suspicion, count, seed=seed)
    called = [name for name in COLUMNS if name in table.columns]
    content = {
        "draw": f"{fingerprint(table)}-{count}-{seed}",
        "drawn": utc_now(),
        "to_check": count,
        "seed": seed,
        "labels": table.height,
        "classes": list(class_names),
        "columns": called or ["split", "example"],
        "features": [],
        "strata": _strata(drawn, suspicion),
        "to_look_at": _labels(table[drawn.examples], drawn.stratum, called),
    }
    return ToCheck(to_plain(content))


def fingerprint(table: polars.DataFrame) -> str:
    """Return ten letters that belong to this audit's labels, what they are called and how suspicious."""
    names = [
        name
        for name in ("split", "example", *COLUMNS, "label", "suggested_label", "suspicion")
        if name in table.columns
    ]
    text = table.select(names).write_csv(float_precision=12)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:10]


def with_rows(drawn: ToCheck, cells: Cells | None) -> ToCheck:
    """Return the same with what stands in the row of every label; none where that is not known."""
    if cells is None:
        return drawn
    labels = [
        {**label, "values": list(values)}
        for label, values in zip(drawn.content["to_look_at"], cells.values, strict=True)
    ]
    return ToCheck({**drawn.content, "features": list(cells.columns), "to_look_at": labels}, drawn.pictures)


def _strata(drawn: Drawn, suspicion: np.ndarray) -> list[dict[str, Any]]:
    strata = []
    for own, count, chance in zip(drawn.strata, drawn.counts, drawn.probabilities, strict=True):
        known = not np.isnan(suspicion[own[0]])
        strata.append(
            {
                "labels": len(own),
                "drawn": count,
                "probability": chance,
                "mean_suspicion": suspicion[own].mean(),
                "suspicion": (suspicion[own].min(), suspicion[own].max()) if known else None,
            }
        )
    return strata


def _labels(chosen: polars.DataFrame, stratum: np.ndarray, called: Sequence[str]) -> list[dict[str, Any]]:
    entries = []
    names = ("split", "example", *called, "suspicion")
    for row, place in zip(chosen.iter_rows(named=True), stratum.tolist(), strict=True):
        words = [str(row[name]) if name == "file" else f"{name} {row[name]}" for name in called]
        entries.append(
            {
                **{name: row[name] for name in names},
                "called": ", ".join(words) or f"{row['split']} {row['example']}",
                "label": str(row["label"]),
                "suggested_label": str(row["suggested_label"]),
                "stratum": place,
                "values": [],
            }
        )
    return entries
