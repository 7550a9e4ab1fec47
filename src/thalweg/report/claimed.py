"""The lesson's claims with their verdicts, as `thalweg claims` leaves them in a run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from thalweg.runs.record import read_claims
from thalweg.runs.run import Run

FILE = "claims.json"
_MARKS = {"holds": "✓", "holds in part": "◐", "does not hold": "✗", "not measured": "?"}


@dataclass(frozen=True)
class ShownClaim:
    """One sentence of the lesson beside what was measured; every field is text fit to be shown."""

    id: str
    statement: str
    source: str
    expected: str
    measured: str
    interval: str
    verdict: str

    @property
    def mark(self) -> str:
        """A sign for the verdict, so that it is told by more than its colour."""
        return _MARKS.get(self.verdict.lower(), "•")

    @property
    def kind(self) -> str:
        """The verdict as the name of a style: `holds`, `holds-in-part`, `does-not-hold`, `other`."""
        return self.verdict.lower().replace(" ", "-") if self.verdict.lower() in _MARKS else "other"


def claims_of(run: Run) -> list[ShownClaim] | None:
    """Return the claims kept in the run, or None where none were. Raises `RunError` when damaged."""
    path = run.path / FILE
    if not path.is_file():
        return None
    return [_claim(entry) for entry in read_claims(path)]


def _claim(entry: dict[str, Any]) -> ShownClaim:
    texts = {name: _shown(entry.get(name)) for name in ("id", "statement", "source", "expected", "verdict")}
    if entry.get("answer"):  # the number with its interval and unit, in words
        return ShownClaim(**texts, measured=_shown(entry["answer"]), interval="")
    return ShownClaim(
        **texts, measured=_shown(entry.get("measured")), interval=_interval(entry.get("interval"))
    )


def _interval(ends: Any) -> str:
    if isinstance(ends, list):
        return "" if None in ends else f"[{_shown(ends[0])}, {_shown(ends[1])}]"
    return _shown(ends)


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, dict) and "value" in value:
        return f"{_shown(value['value'])} {_interval(value.get('interval'))}".strip()
    return str(value)
