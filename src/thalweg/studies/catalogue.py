"""Every study by name, without importing any: a command line must answer before anything heavy is loaded."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol

from thalweg.errors import StudyError, near_match
from thalweg.questions import STUDIES, our_name
from thalweg.spec import refuse_unknown

if TYPE_CHECKING:
    import numpy as np

    from thalweg.record import Record

Progress = Callable[[str, int, int], None]
"""Called before each part of a study with what it is, its place (from 0) and how many there are."""


class Parts(Protocol):
    """Where a study keeps the results of its finished parts, so that one that is stopped can go on."""

    def load(self, name: str) -> dict[str, np.ndarray] | None:
        """Return the arrays kept under `name`, or None."""

    def save(self, name: str, arrays: Mapping[str, np.ndarray]) -> None:
        """Keep `arrays` under `name`."""


class NoParts:
    """Keeps nothing: what a study that is not on disk is made with."""

    def load(self, name: str) -> None:
        """Return None: nothing is kept."""

    def save(self, name: str, arrays: Mapping[str, np.ndarray]) -> None:
        """Forget `arrays`."""


KEEP_NOTHING = NoParts()
"""Where a study that is not on disk keeps its parts."""


@dataclass(frozen=True)
class Study:
    """One study: the question it answers, its settings (a spec with defaults) and named presets."""

    name: str
    question: str
    settings: type
    presets: Mapping[str, Any]

    @property
    def make(self) -> Callable[..., Record]:
        """The function `(dataset, settings, *, seed, progress, parts) -> record` that makes it.

        A record with large tables for each example has a method `tables() -> {name: polars.DataFrame}`.
        """
        folder = _folder(self.name)
        return getattr(import_module(f"thalweg.studies.{folder}.study"), folder)

    def settings_from(self, table: Mapping[str, Any]) -> Any:
        """Return the settings that a record tells of. Raises `RecipeError` for an unknown key or value."""
        refuse_unknown(table, [field.name for field in fields(self.settings)], "settings")
        return self.settings(**table)


def find(name: str) -> Study:
    """Return the study called `name`, by us or by the field.

    Raises `StudyError` with the near match for an unknown one.

    Examples:
        >>> from thalweg import studies
        >>> study = studies.find("starts")
        >>> study.question
        'Are all starts equal, and does width make them so?'
        >>> study.settings(members=8).widths
        (8, 16, 32, 64)
    """
    ours = our_name(name, STUDIES)
    if ours is None:
        raise StudyError(
            f"Unknown study {name!r}.{near_match(name, list(STUDIES))}",
            hint=f"choose from {', '.join(STUDIES)}.",
        )
    asked = import_module(f"thalweg.studies.{_folder(ours)}.settings")
    return Study(ours, STUDIES[ours], asked.Settings, asked.PRESETS)


def _folder(name: str) -> str:
    return name.replace("-", "_")
