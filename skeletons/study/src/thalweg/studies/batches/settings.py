"""What the study of batches may be asked."""

from __future__ import annotations

from dataclasses import dataclass

from thalweg.spec import check, whole, wholes


@dataclass(frozen=True)
class Settings:
    """Settings of the study; every field is a flag of the command line, and the defaults suit a laptop."""

    members: int = whole(8, low=2, help="Networks of each size of batch.")
    sizes: tuple[int, ...] = wholes((10, 30, 100), help="Examples in a step, one population of each.")
    epochs: int = whole(10, low=1, help="Passes over the examples.")

    def __post_init__(self) -> None:
        check(self)


DEFAULTS = Settings()

PRESETS = {"quick": Settings(members=3, sizes=(10, 100), epochs=3)}
"""`quick` takes seconds on the digits."""
