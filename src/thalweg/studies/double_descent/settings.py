"""What the study of double descent may be asked."""

from __future__ import annotations

from dataclasses import dataclass

from thalweg.spec import check, number, numbers, whole, wholes
from thalweg.studies.answerable import refuse_too_few_values


@dataclass(frozen=True)
class Settings:
    """How many starts of which widths, on how many examples with how many wrong labels.

    Belkin et al. 2019 (PNAS 116, 15849, as github.com/josch14/double-descent quotes it): one hidden layer,
    4,000 images of MNIST, squared loss of plain outputs, momentum .95, 6,000 epochs; a network begins where
    the next smaller one ended as long as it has fewer parameters than examples times classes, and so long
    its rate (not given) loses a tenth every 500 epochs. Here outputs are sigmoids, trained by cross-entropy,
    of which the squared error is measured, the rate is .01 (of .01 to .2 the one that learned most) and falls
    at every width, and `full` has 1,000 epochs.
    """

    members: int = whole(16, low=5, help="Random starts of each width.")
    examples: int = whole(4000, low=2, help="Training examples, drawn at random.")
    widths: tuple[int, ...] = wholes(
        (8, 16, 24, 32, 40, 46, 50, 56, 64, 80, 120, 250), help="Neurons of the hidden layer, rising."
    )
    noises: tuple[float, ...] = numbers(
        (0.0, 0.2), low=0.0, high=0.9, help="Shares of wrong training labels, rising."
    )
    epochs: int = whole(200, low=1, help="How often each network sees all examples.")
    batch_size: int = whole(100, low=1, help="Examples in a step.")
    learning_rate: float = number(0.01, above=0.0, per_member=False, help="Size of a step at first.")
    momentum: float = number(0.95, low=0.0, below=1.0, per_member=False, help="Momentum of the descent.")

    def __post_init__(self) -> None:
        check(self)
        refuse_too_few_values("widths", self.widths, "a peak has a width on either side", least=3)
        refuse_too_few_values("noises", self.noises, "something must be learned", least=1)


DEFAULTS = Settings()

PRESETS = {
    "quick": Settings(
        members=8, examples=800, widths=(2, 5, 8, 10, 12, 16, 32, 64), epochs=100, batch_size=50
    ),
    "full": Settings(
        members=32,
        widths=(4, 8, 12, 16, 20, 25, 30, 35, 40, 45, 50, 55, 60, 70, 80, 100, 130, 170, 230, 300),
        noises=(0.0, 0.1, 0.2),
        epochs=1000,
    ),
}
"""`quick` takes minutes on the digits, of which 800 make ten neurons just enough; `full` a night on MNIST."""
