"""The words of the page in a language, ours or one's own: a TOML file each, and a folder beside it.

A file has `language` (such as "fr"), `name`, and tables `[words.draw]` as `languages/en/` has them, or these
as files in a folder of its own name. It may translate lessons: `[lessons.NAME]` with `title` and
`[[lessons.NAME.steps]]` with `say`, `do`, `ask`, `then` and `choices`. What it leaves out stays in English.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from thalweg.errors import near_match
from thalweg.lab.lesson import Lesson, LessonError
from thalweg.lab.words import FIRST, FOLDER, beside, counted, english, flat, is_known
from thalweg.limits import toml
from thalweg.places import given_path


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
    """A language: how it is called, its words by their whole names, and lessons that it translates."""

    language: str
    name: str
    words: dict[str, str] = {}
    lessons: dict[str, LessonTexts] = {}

    @property
    def lacking(self) -> list[str]:
        """The words that it leaves to English."""
        stems = {counted(word) for word in self.words} - {""}
        return [word for word in english() if word not in self.words and counted(word) not in stems]


@cache
def ours() -> tuple[Language, ...]:
    """Return English and the other languages that come with Thalweg."""
    found = [read(path) for path in FOLDER.glob("*.toml")]
    found = [Language(FIRST, each.name, english()) if each.language == FIRST else each for each in found]
    return tuple(sorted(found, key=lambda each: (each.language != FIRST, each.language)))


def read(path: str | Path) -> Language:
    """Read a language file. Raises `LessonError` for one that cannot be read, and for unknown keys."""
    path = given_path(path, "a language", LessonError)
    try:
        content = toml(path.read_text("utf-8"))
        words = content.get("words", {})
        if isinstance(words, dict):
            content["words"] = {**beside(path), **flat(words)}
        found = msgspec.convert(content, Language)
    except FileNotFoundError:
        raise LessonError(f"{path}: no such file.", hint="name a language file, such as fr.toml.") from None
    except (OSError, ValueError, msgspec.ValidationError) as error:
        raise LessonError(
            f"{path}: not a language file: {error}.",
            hint="it has language, name, [words.draw] and [lessons.NAME].",
        ) from None
    for word, text in found.words.items():
        _refuse_bad_word(word, text, path)
    return found


def _refuse_bad_word(word: str, text: str, path: Path) -> None:
    if not is_known(word):
        near = near_match(word, list(english()))
        tables = sorted({name.partition(".")[0] for name in english()})
        raise LessonError(f"{path}: there is no word {word!r}.{near}", hint=f"tables: {', '.join(tables)}.")
    own = english()[word] if word in english() else english()[f"{counted(word)}.other"]
    strange = sorted(places(text) - places(own))
    if strange:
        known = ", ".join(f"{{{name}}}" for name in sorted(places(own))) or "none"
        raise LessonError(
            f"{path}: the word {word!r} has a place {{{strange[0]}}}.", hint=f"its places: {known}."
        )


def places(text: str) -> set[str]:
    """Return the places of a word that are filled in, such as {count}."""
    return set(re.findall(r"\{(\w+)\}", text))


def spoken(languages: Iterable[Language]) -> dict[str, dict[str, Any]]:
    """Return languages as a page reads them: of each its name and its words."""
    return {each.language: {"name": each.name, "words": each.words} for each in languages}


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
