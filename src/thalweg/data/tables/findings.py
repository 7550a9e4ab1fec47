"""What is found in a table on the way: notes for the user, repairs, and problems, all told at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from thalweg.errors import DataError

MOST = 20
"""Problems that one message lists."""

SHOWN = 8
"""Places that one note lists."""


@dataclass
class Findings:
    """The notes and problems of one table; `where` names it. With `strict` a repair is a problem.

    `sheets`: what the files are called whose rows are looked at, one below the other, and how many each has.
    """

    where: str
    strict: bool = False
    notes: list[str] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)
    sheets: tuple[tuple[str, int], ...] = ()

    def of(self, sheet: tuple[str, int]) -> Findings:
        """Return the same findings, for looking at one sheet alone."""
        return replace(self, sheets=(sheet,))

    def row(self, place: int) -> str:
        """Return what the row at `place`, from 0, is called: the first row of data is row 1."""
        for name, height in self.sheets:
            if place < height:
                return f"row {place + 1} of {name}" if name else f"row {place + 1}"
            place -= height
        return f"row {place + 1}"

    def note(self, text: str) -> None:
        """Keep a sentence that the user should see."""
        if text not in self.notes:
            self.notes.append(text)

    def repair(self, what: Sequence[str], done: str, *, hint: str) -> None:
        """Keep in a sentence what was `done` about the places in `what`; under `strict` each is a problem."""
        if self.strict:
            for place in what:
                self.problem(place, hint)
        elif what:
            more = f" and {len(what) - SHOWN} more" if len(what) > SHOWN else ""
            self.note(f"{done}: {', '.join(what[:SHOWN])}{more}.")

    def problem(self, what: str, hint: str) -> None:
        """Keep what makes the table unfit."""
        self.problems.append((what, hint))

    def settle(self) -> None:
        """Raise one `DataError` that names every problem, if there is any."""
        if not self.problems:
            return
        hints = list(dict.fromkeys(hint for _, hint in self.problems))
        if len(self.problems) == 1:
            what = self.problems[0][0]
            raise DataError(f"{self.where}: {what}{'' if what.endswith('?') else '.'}", hint=hints[0])
        lines = [f"  - {what}" for what, _ in self.problems[:MOST]]
        if len(self.problems) > MOST:
            lines.append(f"  - ... {len(self.problems) - MOST} more")
        raise DataError(
            "\n".join([f"{self.where} has {len(self.problems)} problems:", *lines]), hint=" ".join(hints)
        )


def listing(names: Sequence[object], most: int = 12) -> str:
    """Return `names` as a list for a message, cut where it is long."""
    shown = ", ".join(map(repr, names[:most]))
    return shown if len(names) <= most else f"{shown}, ... {len(names) - most} more"


def counted(count: int, one: str) -> str:
    """Return `1 row` or `12 rows`."""
    return f"{count:,} {one}{'' if count == 1 else 's'}"
