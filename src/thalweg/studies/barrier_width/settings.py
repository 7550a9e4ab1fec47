"""What the study of the width law of barriers may be asked."""

from __future__ import annotations

from dataclasses import dataclass

from thalweg.errors import StudyError
from thalweg.spec import check, number, whole, wholes, words
from thalweg.studies.answerable import refuse_too_few_values

METHODS = ("weights", "activations", "together")
"""How hidden units are matched: two networks by their weights, by what they do, or all networks at once."""


@dataclass(frozen=True)
class Settings:
    """How many members of which widths, how they learn, and how what lies between them is measured.

    Networks have one hidden layer of ReLU neurons and learn by plain gradient descent on batches with cross-
    entropy, as in the theory that is asked about. What the paper trains MNIST with was not to be had in full;
    steps, rate and batch are ours.
    """

    members: int = whole(16, low=4, help="Members of each width; all their pairs are measured.")
    widths: tuple[int, ...] = wholes((4, 8, 16, 32, 64, 128), help="Neurons of the hidden layer, rising.")
    methods: tuple[str, ...] = words(METHODS, METHODS, help="How hidden units are matched.")
    epochs: int = whole(10, low=1, help="Passes over the examples.")
    batch_size: int = whole(64, low=1, help="Examples in a step.")
    learning_rate: float = number(0.1, above=0.0, per_member=False, help="Size of a step.")
    examples: int = whole(5000, help="Training examples used, drawn at random; 0 for all.")
    measured_on: int = whole(1000, low=1, help="Of these, the cost between members is measured on so many.")
    points: int = whole(7, low=3, help="Places on each line, ends included.")

    def __post_init__(self) -> None:
        check(self)
        why = "fewer show neither a power nor a peak"
        refuse_too_few_values("widths", self.widths, why, least=4)
        if len(set(self.methods)) < len(self.methods):
            raise StudyError(
                f"methods={list(self.methods)}: expected each once.", hint="for example --methods weights."
            )


DEFAULTS = Settings()

PRESETS = {
    "quick": Settings(
        members=8, widths=(3, 6, 12, 24, 48), epochs=8, examples=1400, measured_on=500, points=5
    ),
    "full": Settings(
        members=64,
        widths=(4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 256, 512),
        epochs=20,
        examples=0,
        measured_on=2000,
        points=11,
    ),
}
"""`quick` takes minutes on the digits or on MNIST; `full` compares 2,016 pairs at each of 13 widths."""
