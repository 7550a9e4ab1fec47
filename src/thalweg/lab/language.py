"""The words of the lessons in a language, ours or one's own: a TOML file each.

A file has `language` (such as "fr"), `name`, and `[words]` as `languages/en.toml` has them. It may translate
lessons: `[lessons.NAME]` with `title` and `[[lessons.NAME.steps]]` with `say`, `do`, `ask`, `then` and
`choices`. What it leaves out stays in English.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from thalweg.errors import near_match
from thalweg.lab.lesson import Lesson, LessonError

FOLDER = Path(__file__).parent / "languages"
FIRST = "en"


class StepTexts(msgspec.Struct, forbid_unknown_fields=True):
    """What is said in one step."""

    say: str = ""
    do: str = ""
    ask: str = ""
    then: str = ""
    choices: tuple[str, ...] = ()


class LessonTexts(msgspec.Struct, forbid_unknown_fields=True):
    """What is said in one lesson."""

    title: str = ""
    steps: tuple[StepTexts, ...] = ()


class Language(msgspec.Struct, forbid_unknown_fields=True):
    """A language: how it is called, its words, and lessons that it translates."""

    language: str
    name: str
    words: dict[str, str]
    lessons: dict[str, LessonTexts] = {}


@cache
def ours() -> tuple[Language, ...]:
    """Return English and the other languages that come with Thalweg."""
    found = [read(path) for path in FOLDER.glob("*.toml")]
    return tuple(sorted(found, key=lambda each: (each.language != FIRST, each.language)))


def read(path: str | Path) -> Language:
    """Read a language file. Raises `LessonError` for one that cannot be read, and for unknown keys."""
    path = Path(path)
    try:
        found = msgspec.convert(tomllib.loads(path.read_text("utf-8")), Language)
    except FileNotFoundError:
        raise LessonError(f"{path}: no such file.", hint="name a language file, such as fr.toml.") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise LessonError(
            f"{path}: not a language file: {error}.",
            hint="it has language, name, [words] and [lessons.NAME].",
        ) from None
    known = english()
    for word in found.words:
        if word not in known:
            near = near_match(word, list(known))
            raise LessonError(
                f"{path}: there is no word {word!r}.{near}", hint=f"the words are {', '.join(known)}."
            )
    return found


@cache
def english() -> dict[str, str]:
    """Return all words, in English."""
    content = tomllib.loads((FOLDER / f"{FIRST}.toml").read_text("utf-8"))
    return content["words"]


def translated(lessons: Iterable[Lesson], languages: Iterable[Language]) -> list[dict[str, Any]]:
    """Return lessons as JSON, with the texts of `languages` that translate them put in."""
    content = msgspec.to_builtins(list(lessons))
    for language in languages:
        for lesson in content:
            if lesson["name"] in language.lessons:
                _put(lesson, language.lessons[lesson["name"]], language.language)
    return content


def _put(lesson: dict[str, Any], texts: LessonTexts, language: str) -> None:
    if texts.title:
        lesson["title"][language] = texts.title
    for step, said in zip(lesson["steps"], texts.steps, strict=False):
        guess = step["guess"]
        for name in ("say", "do", "then"):
            if getattr(said, name):
                step[name][language] = getattr(said, name)
        if guess is not None and said.ask:
            guess["ask"][language] = said.ask
        for choice, words in zip(guess["choices"] if guess else (), said.choices, strict=False):
            choice["say"][language] = words
