"""Somebody checks labels one after another: every answer is in the file as soon as it is given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from thalweg.errors import StudyError
from thalweg.studies.label_audit.checks.answers import UNSURE, WRONG, Answer, CheckFile, answers_of


@dataclass
class Sitting:
    """Labels of a draw `content` that are checked one by one, with what the `file` holds already.

    `place` is the one to be looked at, the first without an answer; None when all have one. `before`: the
    places that were answered in this sitting, in order, so that the last can be taken back.
    """

    file: CheckFile
    content: Mapping[str, Any]
    answers: list[Answer]
    place: int | None = None
    before: list[int] = field(default_factory=list)

    @staticmethod
    def of(file: CheckFile, content: Mapping[str, Any]) -> Sitting:
        """Begin where the file stops, or with what was unsure once all is answered.

        Raises as `answers_of` does, and `StudyError` for a file of which rows were taken away: there would be
        no place for their answers.
        """
        drawn = len(content["to_look_at"])
        if len(file.rows) < drawn:
            raise StudyError(
                f"{file.path}: {len(file.rows)} rows of {drawn} labels that were drawn.",
                hint="put the other rows back, or draw the same again: --to-check N --seed S -o FILE.",
            )
        found = Sitting(file, content, answers_of(file, content, begun=False))
        found.place = found._next()
        return found

    @property
    def label(self) -> Mapping[str, Any]:
        """What is to be looked at."""
        assert self.place is not None
        return self.content["to_look_at"][self.place]

    def count(self, said: str | None = None) -> int:
        """Return how many labels have this answer, or any."""
        return sum((answer.said == said) if said else (answer.said is not None) for answer in self.answers)

    def answer(self, said: str, correct: str | None = None) -> None:
        """Write an answer to the label that is looked at, and go on to the next."""
        assert self.place is not None
        self._write(self.place, Answer(said, correct if said == WRONG else None))
        self.before.append(self.place)
        self.place = self._next()

    def undo(self) -> bool:
        """Take back the last answer of this sitting, and return whether there was one."""
        if not self.before:
            return False
        self.place = self.before.pop()
        self._write(self.place, Answer())
        return True

    def _write(self, place: int, answer: Answer) -> None:
        self.answers[place] = answer
        self.file = self.file.with_answers(self.answers)
        self.file.write()

    def _next(self) -> int | None:
        for wanted in (None, UNSURE):
            left = (
                place
                for place, answer in enumerate(self.answers)
                if answer.said == wanted and place not in self.before
            )
            if (place := next(left, None)) is not None:
                return place
        return None
