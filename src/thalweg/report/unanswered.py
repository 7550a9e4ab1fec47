"""Which questions a run does not answer yet, and the command that would."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from thalweg.questions import EVALUATIONS


@dataclass(frozen=True)
class Unanswered:
    """A question that the run does not answer: why not, if it was tried, and the command that would."""

    name: str
    question: str
    command: str
    reason: str = ""


def unanswered(path: str, evaluations: Mapping[str, Mapping[str, Any]]) -> list[Unanswered]:
    """Return what the run at `path`, holding these `evaluations` (name to JSON), does not answer."""
    found = []
    for name, question in EVALUATIONS.items():
        if name not in evaluations or "not_measured" in evaluations[name]:
            tried = evaluations.get(name, {})
            reason = f"{tried.get('not_measured', '')} {tried.get('hint', '')}".strip()
            found.append(Unanswered(name, question, f"thalweg evaluate {path} --only {name}", reason))
    return found
