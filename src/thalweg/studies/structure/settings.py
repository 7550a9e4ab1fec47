"""What the study of structured data may be asked."""

from __future__ import annotations

from dataclasses import dataclass

from thalweg.spec import check, number, whole, words

KINDS = ("true", "random", "shuffled-pixels", "random-pixels", "gaussian")


@dataclass(frozen=True)
class Settings:
    """Settings of the study; the defaults take some minutes on MNIST."""

    members: int = whole(16, low=3, help="Networks trained on each kind of data.")
    examples: int = whole(2000, low=0, help="Training examples used, drawn at random; 0 for all.")
    width: int = whole(256, low=1, help="Hidden neurons.")
    kinds: tuple[str, ...] = words(("true", "random", "gaussian"), KINDS, help="Kinds of data to compare.")
    epochs: int = whole(100, low=1, help="Most passes over the examples; training ends at 100 %.")
    batch_size: int = whole(50, low=1, help="Examples in a step.")
    learning_rate: float = number(1e-3, above=0.0, per_member=False, help="Learning rate of Adam.")
    radius: float = number(
        0.1, above=0.0, per_member=False, help="How far an input may be changed to count as critical."
    )
    critical_examples: int = whole(200, low=1, help="Training examples searched for another answer nearby.")
    critical_members: int = whole(4, low=2, help="Networks asked about them.")

    def __post_init__(self) -> None:
        check(self)


DEFAULTS = Settings()

PRESETS = {
    "quick": Settings(members=4, examples=300, width=64, epochs=60, critical_examples=50, critical_members=2)
}
"""`quick` takes seconds on the digits."""
