"""Labels of an audit in memory: drawn to be checked, and counted by what people said of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from thalweg.data.identity import Identity
from thalweg.errors import StudyError, shown
from thalweg.studies.label_audit.checks.answers import WORDS, Answer, answers_of, read_check_file
from thalweg.studies.label_audit.checks.checked import Checked, count_checked
from thalweg.studies.label_audit.checks.to_check import ToCheck, labels_to_check, with_rows

if TYPE_CHECKING:
    import polars


class Audited(Protocol):
    """What is needed of a `LabelAudit`, which asks this file."""

    @property
    def class_names(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def part(self) -> np.ndarray: ...  # noqa: D102
    @property
    def example(self) -> np.ndarray: ...  # noqa: D102
    @property
    def identity(self) -> Identity | None: ...  # noqa: D102

    def table(self) -> polars.DataFrame:
        """Return a row for each label, the most suspicious first."""
        ...

    def __len__(self) -> int: ...


def drawn_of(found: Audited, count: int, *, seed: int) -> ToCheck:
    """Draw labels of an audit in memory; their rows are shown where the table can be read again."""
    drawn = labels_to_check(found.table(), found.class_names, count, seed=seed)
    if found.identity is None:
        return drawn
    place = {
        key: place for place, key in enumerate(zip(found.part.tolist(), found.example.tolist(), strict=True))
    }
    places = [place[label["split"], label["example"]] for label in drawn.content["to_look_at"]]
    return with_rows(drawn, found.identity.cells(np.array(places)))


def checked_of(found: Audited, answers: str | Path | Sequence[str | None], drawn: ToCheck | None) -> Checked:
    """Count wrong labels by answers in a file, or to labels that were drawn; see `LabelAudit.checked`."""
    if isinstance(answers, str | Path):
        file = read_check_file(answers)
        drawn = _again(found, file.draw) if drawn is None else drawn
        return count_checked(drawn.content, answers_of(file, drawn.content))
    if drawn is None:
        raise StudyError(
            "answers without the labels that they are to.",
            hint="give drawn=..., what to_check returned, or the path of the file that was filled in.",
        )
    own = labels_to_check(found.table(), found.class_names, len(drawn), seed=drawn.content["seed"])
    if own.draw != drawn.draw:
        raise _foreign(found, drawn.draw)
    return count_checked(drawn.content, [_meant(answer) for answer in answers])


def _again(found: Audited, draw: str) -> ToCheck:
    """Draw once more what was drawn: its name holds how many there were, and the seed."""
    count, seed = [*draw.split("-"), "", ""][1:3]
    if count.isdecimal() and seed.isdecimal() and 1 <= int(count) <= len(found):
        again = labels_to_check(found.table(), found.class_names, int(count), seed=int(seed))
        if again.draw == draw:
            return again
    raise _foreign(found, draw)


def _foreign(found: Audited, draw: str) -> StudyError:
    return StudyError(
        f"the labels were drawn as {draw!r}, which is no draw of {found!r}.",
        hint="give the audit that they were drawn of.",
    )


def _meant(answer: str | None) -> Answer:
    word = "" if answer is None else str(answer).strip().casefold()
    if word not in WORDS:
        raise StudyError(
            f"an answer is {shown(answer)}, which is neither right, wrong nor unsure.",
            hint="give None for a label that was not looked at.",
        )
    return Answer(WORDS[word])
