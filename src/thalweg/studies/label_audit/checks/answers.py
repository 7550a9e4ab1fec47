"""What people answered: a file to fill in, read again, with everything named that cannot be meant."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from thalweg.errors import StudyError, near_match, shown
from thalweg.places import given_path
from thalweg.runs.checks import ANSWER, CORRECT
from thalweg.runs.files import write_atomically
from thalweg.spreadsheets import as_text, as_typed

RIGHT, WRONG, UNSURE = "right", "wrong", "unsure"
WORDS = {"r": RIGHT, "w": WRONG, "u": UNSURE, RIGHT: RIGHT, WRONG: WRONG, UNSURE: UNSURE, "": None}
"""What may be written in `answer`, and what it says."""

NEEDED = ("number", "label", ANSWER, CORRECT, "draw")
SEPARATORS = (",", ";", "\t")
LISTED = 8
"""So many problems are named; the rest are counted."""


@dataclass(frozen=True)
class Answer:
    """What was said of one label: right, wrong, unsure or nothing (None), and which class is right."""

    said: str | None = None
    correct: str | None = None


@dataclass(frozen=True)
class CheckFile:
    """A file to fill in, as it stands: `header` and `rows`, cells as text; `separator` between them."""

    path: Path
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    separator: str = ","

    @property
    def draw(self) -> str:
        """Which draw it is of. Raises `StudyError` where it is of none, or of several."""
        return self._one("draw")

    @property
    def audit(self) -> str:
        """Where the audit was kept of which it is; "" where it does not say."""
        return self._one("audit") if "audit" in self.header else ""

    def _one(self, name: str) -> str:
        found = list(dict.fromkeys(row[self.header.index(name)] for row in self.rows))
        if len(found) == 1:
            return found[0]
        raise StudyError(
            f"{self.path}: its column {name} holds {', '.join(map(shown, found[:3]))}: several draws.",
            hint="keep the files of several draws apart, and check each by itself.",
        )

    def cell(self, row: int, name: str) -> str:
        """Return what stands in a column of a row, counted from 0, without blanks around it."""
        return self.rows[row][self.header.index(name)].strip()

    def with_answers(self, answers: Sequence[Answer]) -> CheckFile:
        """Return the same with these answers, by number, written into it."""
        rows = []
        for row in self.rows:
            cells, answer = list(row), answers[int(row[self.header.index("number")]) - 1]
            cells[self.header.index(ANSWER)] = answer.said or ""
            cells[self.header.index(CORRECT)] = answer.correct or ""
            rows.append(tuple(cells))
        return replace(self, rows=tuple(rows))

    def write(self) -> None:
        """Write the file in its place, whole or not at all."""

        def write(temporary: Path) -> None:
            with temporary.open("w", encoding="utf-8", newline="") as stream:
                made = csv.writer(stream, delimiter=self.separator, lineterminator="\n")
                made.writerows([as_text(cell) for cell in row] for row in (self.header, *self.rows))

        write_atomically(self.path, write)


def read_check_file(path: str | Path) -> CheckFile:
    """Read a file that was written to be filled in; a spreadsheet may have changed its separator.

    Raises `StudyError` for a file that is not there, is no such file, or whose rows differ in length.
    """
    path = given_path(path, "labels to check", StudyError)
    if not path.is_file():
        raise StudyError(
            f"{path}: {'a folder' if path.exists() else 'no such file'}; expected a file of labels to check.",
            hint="write one with: thalweg audit DATA --to-check 100 -o check.csv",
        )
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise _damaged(path, f"it cannot be read as UTF-8 ({error})") from None
    first = text.split("\n", 1)[0]
    separator = max(SEPARATORS, key=first.count)
    try:
        lines = [row for row in csv.reader(text.splitlines(keepends=True), delimiter=separator) if any(row)]
    except csv.Error as error:
        raise _damaged(path, str(error)) from None
    if not lines:
        raise _damaged(path, "it is empty")
    lines = [[as_typed(cell) for cell in row] for row in lines]
    header = tuple(name.strip() for name in lines[0])
    if lacking := [name for name in NEEDED if name not in header]:
        raise _damaged(path, f"it has no column {', '.join(lacking)}")
    for number, row in enumerate(lines[1:], start=2):
        if len(row) != len(header):
            raise _damaged(path, f"line {number} has {len(row)} fields, the header {len(header)}")
    if len(lines) == 1:
        raise _damaged(path, "it has a header and no rows")
    return CheckFile(path, header, tuple(map(tuple, lines[1:])), separator)


def answers_of(file: CheckFile, content: Mapping[str, Any], *, begun: bool = True) -> list[Answer]:
    """Return the answers [drawn] in the order of the draw `content`, nothing for rows that are not there.

    `begun`: whether a file without any answer is refused. Raises `StudyError` that names labels that were
    not drawn, are there twice, or are not what they were when they were drawn; answers that are no answer,
    contradict one another or themselves, and classes that there are not; and a file in which nothing is
    filled.
    """
    if file.draw != content["draw"]:
        raise StudyError(
            f"{file.path}: its labels were drawn as {file.draw!r}, not as {content['draw']!r}: they are of "
            "another audit, or of another draw of it.",
            hint="give the audit that they were drawn of.",
        )
    found: list[Answer | None] = [None] * len(content["to_look_at"])
    problems: list[str] = []
    for row in range(len(file.rows)):
        where = f"row {row + 1}"
        place, problem = _place(file, row, content)
        answer, unclear = _answer(file, row, content["classes"])
        if problem or unclear:
            problems.append(f"{where}: {problem or unclear}")
        elif (before := found[place]) is not None:
            how = "twice" if before == answer else "twice, with answers that contradict each other"
            problems.append(f"{where}: number {place + 1} is there {how}")
        else:
            found[place] = answer
    if problems:
        more = f"; and {len(problems) - LISTED} more" if len(problems) > LISTED else ""
        raise StudyError(
            f"{file.path}: {'; '.join(problems[:LISTED])}{more}.",
            hint="mend these rows: fill in answer and correct_label, and leave all other columns alone.",
        )
    answers = [answer or Answer() for answer in found]
    if begun and all(answer.said is None for answer in answers):
        raise StudyError(
            f"{file.path}: nothing is filled in.",
            hint=f"write right, wrong or unsure in its column answer, or: thalweg audit --check {file.path}",
        )
    return answers


def _place(file: CheckFile, row: int, content: Mapping[str, Any]) -> tuple[int, str]:
    """Return which of the drawn labels a row is of, and what is wrong with that."""
    drawn, number = content["to_look_at"], file.cell(row, "number")
    if not number.isdecimal() or not 1 <= int(number) <= len(drawn):
        return 0, f"number {shown(number)} was not drawn: expected 1 to {len(drawn)}"
    place = int(number) - 1
    label = drawn[place]
    for name in content["columns"]:
        if name in file.header and not _same(file.cell(row, name), str(label[name])):
            return (
                place,
                f"{name} {shown(file.cell(row, name))} was not drawn (number {number} is {label['called']})",
            )
    if not _same(file.cell(row, "label"), label["label"]):
        return place, (
            f"the label of {label['called']} is {shown(file.cell(row, 'label'))}, it was "
            f"{shown(label['label'])} when it was drawn"
        )
    return place, ""


def _answer(file: CheckFile, row: int, classes: Sequence[str]) -> tuple[Answer, str]:
    """Return what a row answers, and what is wrong with that."""
    written, correct = file.cell(row, ANSWER), file.cell(row, CORRECT)
    if written.casefold() not in WORDS:
        near = _near(written, (RIGHT, WRONG, UNSURE))
        return Answer(), f"answer is {shown(written)}, which is neither right, wrong nor unsure{near}"
    said = WORDS[written.casefold()]
    if not correct:
        return Answer(said), ""
    named = next((name for name in classes if _same(correct, name)), None)
    if named is None:
        near = _near(correct, list(classes))
        return Answer(), f"correct_label is {shown(correct)}, which is none of the classes{near}"
    same = _same(file.cell(row, "label"), named)
    if said is None or said == UNSURE:
        return Answer(), f"correct_label is {shown(correct)}, but answer is {shown(written)}: write wrong"
    if (said == RIGHT) != same:
        return (
            Answer(),
            f"{said} contradicts correct_label {shown(correct)}: "
            f"its label is {shown(file.cell(row, 'label'))}",
        )
    return Answer(said, named if said == WRONG else None), ""


def _near(word: str, known: Sequence[str]) -> str:
    near = near_match(word, list(known)).strip()
    return f" (d{near[1:]})" if near else ""


def _same(one: str, other: str) -> bool:
    """Return whether two cells say the same; a spreadsheet writes 007 as 7 and 3 as 3.0."""
    if one.strip() == other.strip():
        return True
    try:
        return float(one.replace(",", ".")) == float(other)
    except ValueError:
        return False


def _damaged(path: Path, why: str) -> StudyError:
    return StudyError(
        f"{path}: {why}: this is no file of labels to check.",
        hint="write it again with: thalweg audit AUDIT --to-check N --seed S -o FILE (the same numbers draw "
        "the same labels).",
    )
