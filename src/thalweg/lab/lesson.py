"""Lessons: data that say what is shown, what is guessed, and which measurement answers.

A lesson is a TOML file, so that a teacher writes one without code; `docs/how-to/lesson.md` describes it.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, Literal

import msgspec

from thalweg.errors import ThalwegError, near_match
from thalweg.lab.panels import NAMES, PANELS
from thalweg.limits import toml
from thalweg.places import given_path
from thalweg.questions import EVALUATIONS

FOLDER = Path(__file__).parent / "lessons"

Texts = dict[str, str]
"""The same in several languages: {"en": ..., "de": ...}."""

Setting = str | float | bool


class LessonError(ThalwegError):
    """A lesson file that is not one."""


class Choice(msgspec.Struct, forbid_unknown_fields=True):
    """An answer to choose. It is right where the measured number lies in [low, high), in the guess's unit."""

    say: Texts
    low: float
    high: float


class Guess(msgspec.Struct, forbid_unknown_fields=True):
    """What the learner is asked before the measured answer is shown.

    `measure`: where the answer is, as evaluation/key/key, such as "noise/uniform/mean_confidence", or
    "run/parameters", or "study/random_labels/key". `unit`: `percent` for shares, which are then guessed in
    percent. With `choices` one is chosen; without, a slider goes from `low` to `high`.
    """

    measure: str
    ask: Texts
    unit: Literal["percent", "number"] = "percent"
    low: float = 0.0
    high: float = 100.0
    choices: tuple[Choice, ...] = ()


class Step(msgspec.Struct, forbid_unknown_fields=True):
    """One sentence, one thing to do on one panel, and perhaps a guess.

    `locked`: settings of the panel that stay as they are in this step. `then`: what is said once the answer
    is shown.
    """

    panel: str
    say: Texts
    do: Texts = {}
    locked: dict[str, Setting] = {}
    guess: Guess | None = None
    then: Texts = {}


class Lesson(msgspec.Struct, forbid_unknown_fields=True):
    """A lesson: its name, its title and its steps."""

    name: str
    title: Texts
    steps: tuple[Step, ...]
    order: float = 100.0


def distinct(lessons: Sequence[Lesson]) -> tuple[Lesson, ...]:
    """Return the lessons. Raises `LessonError` where two have the same name."""
    names = [lesson.name for lesson in lessons]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise LessonError(f"two lessons are called {twice!r}.", hint="give each a name of its own.")
    return tuple(lessons)


@cache
def ours() -> tuple[Lesson, ...]:
    """Return the lessons that come with Thalweg, in their order."""
    return tuple(sorted((read(path) for path in FOLDER.glob("*.toml")), key=lambda each: each.order))


def read(path: str | Path) -> Lesson:
    """Read a lesson file.

    Raises `LessonError` for a file that cannot be read or is no TOML, for an unknown key or panel, a value of
    the wrong kind, and a lesson without steps.
    """
    path = given_path(path, "a lesson", LessonError)
    try:
        content = toml(path.read_text("utf-8"))
    except FileNotFoundError:
        raise LessonError(
            f"{path}: no such file.", hint="name a lesson file, or leave --lesson out."
        ) from None
    except (OSError, ValueError) as error:
        raise LessonError(
            f"{path}: not a lesson file: {error}.",
            hint="a lesson is a TOML file; docs/how-to/lesson.md has one.",
        ) from None
    return checked(content, path)


def checked(content: dict[str, Any], path: Path) -> Lesson:
    """Return what a file says as a lesson. Raises `LessonError` as `read` does."""
    try:
        lesson = msgspec.convert(content, Lesson)
    except msgspec.ValidationError as error:
        raise LessonError(f"{path}: {error}.", hint=_known_keys(str(error))) from None
    if not lesson.steps:
        raise LessonError(f"{path}: a lesson without steps.", hint="give it at least one [[steps]].")
    for number, step in enumerate(lesson.steps, start=1):
        _refuse_bad_step(step, f"{path}: step {number}")
    return lesson


def _refuse_bad_step(step: Step, where: str) -> None:
    panel = next((each for each in PANELS if each.name == step.panel), None)
    if panel is None:
        raise LessonError(
            f"{where} has the panel {step.panel!r}.{near_match(step.panel, list(NAMES))}",
            hint=f"the panels are {', '.join(NAMES)}.",
        )
    for setting in step.locked:
        if setting not in panel.settings:
            near = near_match(setting, list(panel.settings))
            raise LessonError(
                f"{where} locks {setting!r}, which the panel {step.panel} does not have.{near}",
                hint=f"its settings are {', '.join(panel.settings)}.",
            )
    texts = {"say": step.say, "do": step.do, "then": step.then}
    if step.guess is not None:
        texts["guess.ask"] = step.guess.ask
        _refuse_bad_guess(step.guess, where)
    if not step.say:
        raise LessonError(f"{where} says nothing.", hint='give it say = { en = "..." }.')
    for name, said in texts.items():
        lacking = sorted(set(step.say) - set(said)) if said else []
        if lacking:
            raise LessonError(
                f"{where}: {name} has no text in {', '.join(lacking)}, which say has.",
                hint="give every text in the same languages.",
            )


def _refuse_bad_guess(guess: Guess, where: str) -> None:
    source = guess.measure.partition("/")[0]
    known = [*EVALUATIONS, "run", "study"]
    if source not in known or "/" not in guess.measure:
        raise LessonError(
            f"{where} measures {guess.measure!r}.{near_match(source, known)}",
            hint="write evaluation/key/key, such as accuracy/test_accuracy/mean, run/... or study/NAME/...",
        )
    if not guess.low < guess.high:
        raise LessonError(
            f"{where}: a guess from {guess.low:g} to {guess.high:g}.", hint="low must be less than high."
        )
    ends: list[tuple[float, float]] = sorted((choice.low, choice.high) for choice in guess.choices)
    for low, high in ends:
        if not low < high:
            raise LessonError(
                f"{where}: a choice from {low:g} to {high:g}.", hint="low must be less than high."
            )
    for (_, high), (low, _) in itertools.pairwise(ends):
        if low < high:
            raise LessonError(
                f"{where}: choices overlap between {low:g} and {high:g}.",
                hint="let one end where another begins.",
            )


def _known_keys(said: str) -> str:
    kinds = {"guess.choices": Choice, "guess": Guess, "steps": Step}
    kind = next((each for place, each in kinds.items() if place in said.partition(" - ")[2]), Lesson)
    return f"the keys there are {', '.join(kind.__struct_fields__)}."
