"""What can be asked of a run: every evaluation by name, so that a report can say which were not made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

QUESTIONS = {
    "accuracy": "How often is it right, on examples seen and new?",
    "calibration": "Is it right as often as it is sure?",
    "noise": "How sure is it of images that show nothing?",
    "outliers": "Does it notice what belongs to no class it knows?",
    "shift": "Does it still work when pictures are moved, turned or damaged, and does it notice?",
    "abstention": "What is it worth when it may say that it does not know?",
    "diversity": "Do the networks agree, and what is their vote worth?",
    "adversarial": "How small a nudge of the picture defeats it?",
    "features": "Do the first weights show more than chance?",
    "dreams": "Can it draw what it reads?",
    "alignment": "Are two networks the same but for the order of their neurons?",
    "connectivity": "Is there a hill between two trained networks?",
    "descent": "How does it roll down the hill, and which weights does the slope nudge?",
    "landscape": "What does the hill look like around it?",
    "curvature": "How steeply does the valley curve where it stopped?",
    "minimum": "Is the place it leads to a minimum?",
}
"""The suite's names and questions. A report must not import evaluations, so they stand here a second time,
and a test holds the two lists equal."""

STUDIES = {
    "starts": "Are all starts equal, and does width make them so?",
    "random-labels": "Can it remember labels that mean nothing?",
    "structure": "Are structured data learned faster than noise, and in a sensible order?",
    "memorisation": "Which examples were learned, and which only remembered?",
    "optimisers": "Which optimiser does better, when each has its best learning rate?",
    "nielsen": "Do many starts reach the accuracies that Michael Nielsen's book prints?",
}
"""The studies' names and questions, a second time for the same reason."""

AUDIT = "Which labels are wrong, and how many?"

HISTORY = "How did the training go?"


@dataclass(frozen=True)
class Unanswered:
    """A question that the run does not answer: why not, if it was tried, and the command that would."""

    name: str
    question: str
    command: str
    reason: str = ""


def question_of(evaluation: str) -> str:
    """Return the question that an evaluation (or the history, `audit`, or `study:NAME`) answers."""
    if evaluation == "history":
        return HISTORY
    kind, colon, name = evaluation.partition(":")
    if evaluation == "audit" or name in STUDIES:
        return STUDIES.get(name, AUDIT)
    if colon:
        return f"{kind.capitalize()}: {name.replace('_', ' ').replace('-', ' ')}"
    return QUESTIONS.get(evaluation, evaluation.replace("_", " ").replace("-", " ").capitalize())


def unanswered(path: str, evaluations: Mapping[str, Mapping[str, Any]]) -> list[Unanswered]:
    """Return what the run at `path`, holding these `evaluations` (name to JSON), does not answer."""
    found = []
    for name, question in QUESTIONS.items():
        if name not in evaluations or "not_measured" in evaluations[name]:
            tried = evaluations.get(name, {})
            reason = f"{tried.get('not_measured', '')} {tried.get('hint', '')}".strip()
            found.append(Unanswered(name, question, f"thalweg evaluate {path} --only {name}", reason))
    return found
