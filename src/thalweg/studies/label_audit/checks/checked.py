"""How many labels are wrong by those that people checked: an interval that takes no errors for granted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from thalweg.errors import StudyError
from thalweg.measured import Measured
from thalweg.record import Entry, Record
from thalweg.statistics.stratified_count import Stratum, stratified_count
from thalweg.studies.label_audit.checks.answers import RIGHT, UNSURE, WRONG, Answer


@dataclass(frozen=True)
class CheckedStratum(Entry):
    """What was found in a stratum: of its `labels` so many were `used`; `wrong` and `unsure` among those.

    `suspicion`: from which to which the stratum reaches, None where its labels were not judged.
    """

    labels: int
    drawn: int
    used: int
    wrong: int
    unsure: int
    suspicion: tuple[float, float] | None


@dataclass(frozen=True, eq=False)
class Checked(Record, answers="audit", caption="Labels that people checked"):
    """How many labels are wrong, by a sample that people checked.

    `draw`: which labels were drawn. `wrong`: the number among all `labels`, with its 95 % interval, which
    holds whatever labels are wrong. `strata`: what was found where. `answered`, `unused`: how many labels
    have an answer, and how many of those stand after one without. `corrections`: how many got another class.
    """

    draw: str
    labels: int
    wrong: Measured
    strata: tuple[CheckedStratum, ...]
    answered: int
    unused: int
    corrections: int

    @property
    def used(self) -> int:
        """How many answers the number rests on."""
        return sum(stratum.used for stratum in self.strata)

    @property
    def found(self) -> int:
        """How many of these were wrong."""
        return sum(stratum.wrong for stratum in self.strata)

    @property
    def unsure(self) -> int:
        """How many of these nobody could say."""
        return sum(stratum.unsure for stratum in self.strata)

    @property
    def drawn(self) -> int:
        """How many were drawn."""
        return sum(stratum.drawn for stratum in self.strata)

    def content(self) -> Mapping[str, Any]:
        """Return the count with what it rests on."""
        names = ("draw", "labels", "wrong", "drawn", "answered", "used", "found", "unsure", "unused")
        return {**{name: getattr(self, name) for name in names}, "corrections": self.corrections} | {
            "strata": self.strata
        }

    def rows(self) -> list[tuple[str, str]]:
        """Return (question, answer) pairs."""
        rows = [
            ("How many labels are wrong, by those that were checked?", self.verdict),
            (
                "What that rests on",
                f"{self.found:,} of {self.used:,} that were checked are wrong; they were drawn by known "
                "chances, so it holds whichever labels are wrong",
            ),
        ]
        if self.unsure:
            rows.append(("Nobody could say", f"{self.unsure:,}: right at the low end, wrong at the high end"))
        if self.unused:
            rows.append(
                (
                    "Answers that are not used",
                    f"{self.unused:,}: they stand after a label without an answer, and only those before the "
                    "first such one in each stratum are a random sample",
                )
            )
        if self.used < self.drawn:
            rows.append(
                (
                    "Not answered",
                    f"{self.drawn - self.answered:,} of {self.drawn:,}: right if where to stop was not "
                    "decided by what was found",
                )
            )
        return rows

    @property
    def verdict(self) -> str:
        """How many labels are wrong, in words."""
        return f"about {self.wrong.plain(0)} of {self.labels:,}"

    def __repr__(self) -> str:
        return f"Checked({self.verdict} labels are wrong, {self.used:,} checked)"


def count_checked(content: Mapping[str, Any], answers: Sequence[Answer]) -> Checked:
    """Return how many labels are wrong, from the `answers` [drawn] to the draw `content`.

    Of each stratum the answers up to the first that is missing are used. Raises `StudyError` where that is
    none at all, or another number of answers than were drawn.
    """
    drawn = content["to_look_at"]
    if len(answers) != len(drawn):
        raise StudyError(
            f"{len(answers)} answers to {len(drawn)} labels that were drawn.",
            hint="give one for each, None where there is none.",
        )
    own: list[list[int]] = [[] for _ in content["strata"]]
    for place, label in enumerate(drawn):
        own[label["stratum"]].append(place)
    used = [_before_a_gap(places, answers) for places in own]
    if not any(used):
        raise StudyError(
            "the first label of every stratum has no answer, so that no random sample is left.",
            hint="answer them in the order of their numbers.",
        )
    strata = [
        _stratum(stratum, places, answers) for stratum, places in zip(content["strata"], used, strict=True)
    ]
    return Checked(
        content["draw"],
        content["labels"],
        _count(content, used, answers),
        tuple(strata),
        answered=sum(answer.said is not None for answer in answers),
        unused=sum(answer.said is not None for answer in answers) - sum(map(len, used)),
        corrections=sum(answer.correct is not None for answer in answers),
    )


def _before_a_gap(places: Sequence[int], answers: Sequence[Answer]) -> list[int]:
    missing = (nth for nth, place in enumerate(places) if answers[place].said is None)
    return list(places[: next(missing, len(places))])


def _stratum(stratum: Mapping[str, Any], places: Sequence[int], answers: Sequence[Answer]) -> CheckedStratum:
    said = [answers[place].said for place in places]
    between = stratum["suspicion"]
    return CheckedStratum(
        stratum["labels"],
        stratum["drawn"],
        len(places),
        said.count(WRONG),
        said.count(UNSURE),
        None if between is None else (between[0], between[1]),
    )


def _count(content: Mapping[str, Any], used: Sequence[Sequence[int]], answers: Sequence[Answer]) -> Measured:
    """Return the count; who is unsure is taken for right at the low end, and for wrong at the high end."""
    every = [[answers[place].said for place in places] for places in used]
    if not any(UNSURE in said for said in every):
        return _counted(content, used, every)
    ends = [
        _counted(content, used, [[instead if each == UNSURE else each for each in said] for said in every])
        for instead in (RIGHT, WRONG)
    ]
    sure = [[place for place in places if answers[place].said != UNSURE] for places in used]
    if any(sure):
        value = _counted(content, sure, [[answers[place].said for place in places] for places in sure]).value
    else:
        value = (ends[0].value + ends[1].value) / 2
    low, high = ends[0].low or 0.0, ends[1].high or 0.0
    return Measured(float(np.clip(value, low, high)), low, high)


def _counted(
    content: Mapping[str, Any], used: Sequence[Sequence[int]], said: Sequence[Sequence[str | None]]
) -> Measured:
    strata = []
    for stratum, places, answers in zip(content["strata"], used, said, strict=True):
        found = np.array([answer == WRONG for answer in answers], dtype=bool)
        if stratum["mean_suspicion"] is None:
            strata.append(Stratum(stratum["labels"], found))
            continue
        predicted = np.array([content["to_look_at"][place]["suspicion"] for place in places], dtype=float)
        strata.append(Stratum(stratum["labels"], found, predicted, stratum["mean_suspicion"]))
    return stratified_count(strata)
