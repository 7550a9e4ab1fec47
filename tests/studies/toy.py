"""A study that costs nothing, to test what all studies share: it draws numbers, part by part."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np

from thalweg.errors import StudyError
from thalweg.spec import check, choice, flag, number, numbers, text, whole, wholes, words


@dataclass(frozen=True)
class Settings:
    pieces: int = whole(3, low=1, help="How many parts.")
    scale: float = number(1.0, above=0.0, per_member=False, help="Scale of what is drawn.")
    widths: tuple[int, ...] = wholes((2, 4), help="Some widths.")
    shares: tuple[float, ...] = numbers((0.0, 0.5), low=0.0, high=1.0, help="Some shares.")
    kind: str = choice("uniform", ("uniform", "normal"), help="What is drawn.")
    sides: tuple[str, ...] = words(("left",), ("left", "right"), help="Some sides.")
    note: str = text("", help="A remark.")
    loud: bool = flag(False, help="Whether to shout.")

    def __post_init__(self) -> None:
        check(self)
        if self.pieces > 99:
            raise StudyError(f"pieces={self.pieces}: too many.", hint="draw at most 99 parts.")


PRESETS = {"small": Settings(pieces=1, note="small"), "large": Settings(pieces=5)}


@dataclass(frozen=True)
class Record:
    values: np.ndarray
    note: str

    def to_json(self) -> dict[str, Any]:
        return {"total": float(self.values.sum()), "note": self.note}

    def arrays(self) -> dict[str, np.ndarray]:
        return {"values": self.values}

    def rows(self) -> list[tuple[str, str]]:
        return [("How much is it?", f"{self.values.sum():.3f}")]

    def tables(self) -> dict[str, Any]:
        import polars

        return {"draws": polars.DataFrame({"value": self.values})}


class Stop:
    """Raises `error` before the part `at`; remembers which parts were really made."""

    at: int | None = None
    error: type[BaseException] = KeyboardInterrupt
    made: list[int]


stop = Stop()


def toy(dataset, settings=Settings(), *, seed=0, progress=None, parts=None):
    found = []
    for piece in range(settings.pieces):
        if progress is not None:
            progress(f"part {piece}", piece, settings.pieces)
        if piece == stop.at:
            raise stop.error("stopped")
        kept = parts.load(f"{settings.kind} {piece}") if parts is not None else None
        if kept is None:
            stop.made.append(piece)
            kept = {"drawn": getattr(np.random.default_rng([seed, piece]), settings.kind)(size=4)}
            if parts is not None:
                parts.save(f"{settings.kind} {piece}", kept)
        found.append(kept["drawn"] * settings.scale)
    return Record(np.concatenate(found), settings.note)


def register(monkeypatch) -> Stop:
    """Make it a study of the catalogue for one test; returns what stops it."""
    from thalweg import questions

    monkeypatch.setitem(questions.STUDIES, "toy", "Is this a toy?")
    for name in ("thalweg.studies.toy", "thalweg.studies.toy.settings", "thalweg.studies.toy.study"):
        module = ModuleType(name)
        module.__dict__.update(Settings=Settings, PRESETS=PRESETS, toy=toy)
        monkeypatch.setitem(sys.modules, name, module)
    stop.at, stop.error, stop.made = None, KeyboardInterrupt, []
    return stop
