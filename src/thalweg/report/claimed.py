"""The lesson's claims with their verdicts, as `thalweg claims` leaves them in a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
    how: str = ""

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
    found = _kept(run)
    return None if found is None else [_claim(entry) for entry in found]


def measured_with(run: Run) -> list[str]:
    """Return sentences that say on which data, and with which members, the claims in the run were measured.

    Claims are measured with networks of their own: what the run holds is not asked.
    """
    found = _kept(run) or []
    if not found:
        return []
    own = run.record["recipe"].get("name", "unnamed"), run.record["data"].get("name") or "unnamed data"
    apart = f"The networks of this run ({own[0]} on {own[1]}) were not asked."
    return [*said_measured_with(found), apart]


def said_measured_with(entries: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return one sentence for each data set and seed that these claims (as JSON) were measured with."""
    members: dict[tuple[Any, ...], dict[str, int]] = {}
    claims: dict[tuple[Any, ...], list[str]] = {}
    for entry in entries:
        on = entry.get("measured_on") or {}
        place = tuple(on.get(key) for key in ("data", "hash", "train", "test", "seed"))
        claims.setdefault(place, []).append(str(entry.get("id")))
        own = members.setdefault(place, {})
        for recipe, count in (on.get("members") or {}).items():
            own[recipe] = max(count, own.get(recipe, 0))
    which = len(claims) > 1
    family = "Each is judged by itself, with 95 %; that there are several is not corrected for."
    return [
        _sentence(
            place, members[place], f"Claims {', '.join(claims[place])}: measured" if which else "Measured"
        )
        for place in claims
    ] + [family] * (len(entries) > 1)


def _sentence(place: tuple[Any, ...], members: Mapping[str, int], start: str) -> str:
    data, _, train, test, seed = place
    if data is None:
        return f"{start} before it was kept on which data: how is said with each."
    sizes = f" ({train:,} training and {test:,} test examples)" if train is not None and test else ""
    trained = ", ".join(f"{count:,} of {recipe}" for recipe, count in members.items())
    networks = f", with networks trained for the claims: {trained}" if trained else ""
    return f"{start} on {data}{sizes}{networks}; seed {seed}."


def _kept(run: Run) -> list[dict[str, Any]] | None:
    path = run.path / FILE
    return read_claims(path) if path.is_file() else None


def _claim(entry: dict[str, Any]) -> ShownClaim:
    texts = {
        name: _shown(entry.get(name)) for name in ("id", "statement", "source", "expected", "verdict", "how")
    }
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
