"""The lesson's claims with their verdicts, as `thalweg claims` leaves them in a run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from thalweg.errors import RunError
from thalweg.runs.files import read_json
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
    content = read_json(path)
    entries = content.get("claims") if isinstance(content, dict) else content
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise RunError(
            f"{path}: damaged: expected a list of claims, found a {type(content).__name__}.",
            hint="make it again with: thalweg claims",
        )
    return [_claim(entry) for entry in entries]


def _claim(entry: dict[str, Any]) -> ShownClaim:
    texts = {name: _shown(entry.get(name)) for name in ("id", "statement", "source", "expected", "verdict")}
    if entry.get("answer"):  # the number with its interval and unit, in words
        return ShownClaim(**texts, measured=_shown(entry["answer"]), interval="")
    return ShownClaim(
        **texts, measured=_shown(entry.get("measured")), interval=_interval(entry.get("interval"))
    )


def _interval(ends: Any) -> str:
    if isinstance(ends, list) and len(ends) == 2 and None not in ends:
        return f"[{_shown(ends[0])}, {_shown(ends[1])}]"
    return "" if ends is None or isinstance(ends, list) else _shown(ends)


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, dict) and "value" in value:
        return f"{_shown(value['value'])} {_interval(value.get('interval'))}".strip()
    return str(value)
