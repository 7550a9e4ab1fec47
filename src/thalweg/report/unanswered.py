"""Which questions a run does not answer yet, and the command that would."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from thalweg.questions import EVALUATIONS, question_of
from thalweg.wording import PICTURES, words_for


@dataclass(frozen=True)
class Unanswered:
    """A question that the run does not answer: why not, if that is known, and the command that would."""

    name: str
    question: str
    command: str
    reason: str = ""


def unanswered(
    path: str, evaluations: Mapping[str, Mapping[str, Any]], kind: str = PICTURES
) -> list[Unanswered]:
    """Return what the run at `path`, holding these `evaluations` (name to JSON), does not answer.

    What cannot be asked of data of this `kind` has a reason and no command; it stands last.
    """
    found, cannot = [], words_for(kind).applies_not
    for name in EVALUATIONS:
        if name not in evaluations or "not_measured" in evaluations[name]:
            tried = evaluations.get(name, {})
            reason = f"{tried.get('not_measured', '')} {tried.get('hint', '')}".strip()
            command = "" if name in cannot else f"thalweg evaluate {path} --only {name}"
            found.append(Unanswered(name, question_of(name, kind), command, cannot.get(name, reason)))
    return sorted(found, key=lambda each: each.name in cannot)
