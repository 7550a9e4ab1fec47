"""The words of the page in a language: a flat table, {"draw.clear": "Clear"}, of English and of others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from thalweg.limits import toml
from thalweg.page.document import shared_words

FOLDER = Path(__file__).parent / "languages"
FIRST = "en"
PLURALS = ("zero", "one", "two", "few", "many", "other")
"""Forms of a word that is counted, as the Unicode CLDR calls them; each language has those that it needs."""


@cache
def english() -> dict[str, str]:
    """Return all words, in English."""
    return {**flat(shared_words()), **beside(FOLDER / f"{FIRST}.toml")}


def say(word: str, values: Mapping[str, Any]) -> str:
    """Return what a word says in English, with its places filled in."""
    return english()[word].format(**values)


def beside(path: Path) -> dict[str, str]:
    """Return the words in the folder beside a language file that is called like it, if there is one."""
    found: dict[str, str] = {}
    for each in sorted(path.with_suffix("").glob("*.toml")):
        found |= flat(toml(each.read_text("utf-8")))
    return found


def flat(tables: Mapping[str, Any]) -> dict[str, str]:
    """Return the words of tables within tables, each by its whole name."""
    return dict(_flattened(tables, ""))


def _flattened(tables: Mapping[str, Any], above: str) -> Iterator[tuple[str, str]]:
    for name, each in tables.items():
        if isinstance(each, Mapping):
            yield from _flattened(each, f"{above}{name}.")
        else:
            yield f"{above}{name}", str(each)


def counted(word: str) -> str:
    """Return the stem of a word in a form that is counted, "counted.network"; "" for any other word."""
    stem, _, form = word.rpartition(".")
    return stem if form in PLURALS and f"{stem}.other" in english() else ""


def is_known(word: str) -> bool:
    """Whether there is such a word; of one that is counted a language may have forms that English has not."""
    return word in english() or counted(word) != ""
