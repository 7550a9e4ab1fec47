"""What a figure says besides its numbers: whose networks, of which data, and names fit to be shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from thalweg.wording import OF_PICTURES, PICTURES, Words, kind_of_run, words_for

_LONGEST = 24


@dataclass(frozen=True)
class Facts:
    """What is known of the networks beyond one evaluation; everything may be missing.

    `class_names`: as they are in the data. `input_shape`: of one example. `data`, `recipe`: their names.
    `kind_of_data`: `pictures` or `features`.
    """

    class_names: tuple[str, ...] = ()
    input_shape: tuple[int, ...] = ()
    data: str = ""
    recipe: str = ""
    kind_of_data: str = PICTURES

    @staticmethod
    def of(record: Mapping[str, Any]) -> Facts:
        """Read them from the record (`run.json`) of a run."""
        return Facts(
            class_names=tuple(str(name) for name in record.get("class_names") or ()),
            input_shape=tuple(record.get("input_shape") or ()),
            data=str((record.get("data") or {}).get("name", "")),
            recipe=str((record.get("recipe") or {}).get("name", "")),
            kind_of_data=kind_of_run(record),
        )

    @property
    def words(self) -> Words:
        """The words that fit the data."""
        return words_for(self.kind_of_data)

    def noise(self, kind: str) -> str:
        """Return what a kind of noise is called where there is little room; any other name as it is shown."""
        return self.words.noise_in_short.get(kind) or OF_PICTURES.noise_in_short.get(kind) or shown(kind)

    def names(self, content: Mapping[str, Any], count: int) -> list[str]:
        """Return `count` class names fit to be shown: those of the evaluation, of the run, or numbers."""
        known = content.get("class_names") or self.class_names
        chosen = known if len(known) == count else range(count)
        return [shown(str(name)) for name in chosen]

    def source(self) -> str:
        """Return ` Data: mnist; recipe: classic.`, or what of it is known."""
        parts = [("Data", self.data), ("recipe", self.recipe)]
        known = [f"{word}: {shown(name)}" for word, name in parts if name]
        return f" {'; '.join(known)}." if known else ""


def safe(text: str) -> str:
    """Return a text that no reader of markup can take for markup.

    Plotly reads its texts as markup and a page may: `<` and `>` become the angle quotes that look like them,
    so that the same text is right where markup is read and where it is not.
    """
    return text.replace("<", "\u2039").replace(">", "\u203a")


def shown(name: str) -> str:
    """Return a name from the data as `safe` does, on one line, and cut if very long."""
    plain = safe(" ".join(name.split()))
    return plain if len(plain) <= _LONGEST else f"{plain[: _LONGEST - 1]}\u2026"
