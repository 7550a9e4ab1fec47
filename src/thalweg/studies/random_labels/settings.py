"""What the study of random labels may be asked."""

from __future__ import annotations

from dataclasses import dataclass

from thalweg.spec import check, number, numbers, whole, wholes, words

REGULARISERS = ("l2", "dropout", "distortions")
KINDS = ("true", "random", "shuffled-pixels", "random-pixels", "gaussian")


@dataclass(frozen=True)
class Settings:
    """Settings of the study; the defaults take some minutes on MNIST."""

    members: int = whole(4, low=2, help="Networks trained on each kind of data.")
    examples: int = whole(2000, low=0, help="Training examples used, drawn at random; 0 for all.")
    width: int = whole(512, low=1, help="Hidden neurons of the main network.")
    widths: tuple[int, ...] = wholes((4, 16, 64, 512), help="Hidden neurons, for the curve of capacity.")
    shares: tuple[float, ...] = numbers(
        (0.0, 0.5, 1.0), low=0.0, high=1.0, help="Shares of random labels, for the curve of capacity."
    )
    kinds: tuple[str, ...] = words(KINDS, KINDS, help="Kinds of data to compare.")
    regularisers: tuple[str, ...] = words(
        ("none", *REGULARISERS), ("none", *REGULARISERS), help="What is meant to prevent remembering."
    )
    l2: float = number(
        1e-3, low=0.0, per_member=False, help="Strength of the penalty, for the regulariser l2."
    )
    dropout: float = number(
        0.5, low=0.0, below=1.0, per_member=False, help="Share silenced, for the regulariser dropout."
    )
    epochs: int = whole(150, low=1, help="Most passes over the examples; training ends at 100 %.")
    batch_size: int = whole(50, low=1, help="Examples in a step.")
    learning_rate: float = number(1e-3, above=0.0, per_member=False, help="Learning rate of Adam.")

    def __post_init__(self) -> None:
        check(self)


DEFAULTS = Settings()

PRESETS = {
    "quick": Settings(
        members=3, examples=300, width=128, widths=(4, 128), epochs=200, regularisers=("none",)
    ),
    "memorise": Settings(
        examples=10_000,
        width=1024,
        widths=(1024,),
        shares=(0.0, 1.0),
        kinds=("true", "random"),
        regularisers=("none",),
        epochs=200,
        batch_size=100,
    ),
}
"""`quick` takes seconds on the digits; `memorise` reaches 100 % on 10,000 wholly random labels."""
