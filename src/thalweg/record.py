"""What every evaluation returns: a measured number with its interval, and the contract of a record."""

from __future__ import annotations

import html
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import numpy as np


@runtime_checkable
class Record(Protocol):
    """The contract of an evaluation's result (a frozen dataclass).

    A run stores `to_json` and `arrays`; a terminal shows `rows`; nothing else of a record is needed to draw
    it again. `to_json` holds pure JSON types and no NaN.
    """

    def to_json(self) -> dict[str, Any]:
        """Return the numbers as str, int, float, bool, None, list and dict; None for what is undefined."""
        ...

    def arrays(self) -> dict[str, np.ndarray]:
        """Return what is too large for JSON, by name."""
        ...

    def rows(self) -> list[tuple[str, str]]:
        """Return (question, answer) pairs that a newcomer understands."""
        ...


@dataclass(frozen=True)
class NotMeasured:
    """Stands in the suite's results where a measurement does not apply: `reason`, and what to do (`hint`)."""

    reason: str
    hint: str

    def to_json(self) -> dict[str, Any]:
        """Return `{"not_measured": reason, "hint": hint}`."""
        return {"not_measured": self.reason, "hint": self.hint}

    def arrays(self) -> dict[str, np.ndarray]:
        """Return nothing."""
        return {}

    def rows(self) -> list[tuple[str, str]]:
        """Return why, as one row."""
        return [("not measured", f"{self.reason} {self.hint}".strip())]

    def __repr__(self) -> str:
        return f"not measured: {self.reason} {self.hint}".strip()

    def _repr_html_(self) -> str:
        return html_table("not measured", [(self.reason, self.hint)])


def html_table(title: str, rows: Iterable[tuple[str, str]]) -> str:
    """Return a small HTML table of `rows` for notebooks; every text is escaped."""
    body = "".join(
        f"<tr><td>{html.escape(question)}</td><td>{html.escape(answer)}</td></tr>"
        for question, answer in rows
    )
    return f"<table><caption>{html.escape(title)}</caption><tbody>{body}</tbody></table>"
