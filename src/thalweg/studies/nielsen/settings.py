"""What the reproduction of Nielsen's book may be asked."""

from __future__ import annotations

from dataclasses import dataclass

from thalweg.spec import check, whole, words

CHAPTERS = ("1", "3", "5", "6", "6-convolutional", "6-expanded")


@dataclass(frozen=True)
class Settings:
    """Settings of the study; the defaults take about ten minutes on MNIST and 4 cores."""

    members: int = whole(8, low=3, help="Random starts of each row.")
    chapters: tuple[str, ...] = words(
        ("1", "3", "6"), CHAPTERS, help="Chapters of the book; 6-convolutional takes hours, 6-expanded days."
    )
    most_epochs: int = whole(
        0,
        low=0,
        help="Fewer epochs than the book's, for a first look; 0 for the book's. Nothing is compared then.",
    )

    def __post_init__(self) -> None:
        check(self)


DEFAULTS = Settings()

PRESETS = {
    "quick": Settings(members=3, chapters=("1",), most_epochs=5),
    "chapter-1": Settings(members=16, chapters=("1",)),
    "thorough": Settings(members=32, chapters=("1", "3", "5", "6")),
    "convolutional": Settings(members=3, chapters=("6-convolutional",)),
}
"""`quick` takes seconds on the digits; `thorough` takes every row of dense networks, 32 starts of each."""
