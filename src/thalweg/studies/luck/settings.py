"""What the study of luck may be asked."""

from __future__ import annotations

from dataclasses import dataclass

from thalweg.spec import check, number, numbers, whole, wholes
from thalweg.studies.answerable import refuse_too_few_values


@dataclass(frozen=True)
class Settings:
    """How many starts of which networks, how long and how fast they learn.

    Jordan 2023 trains a ResNet-9 on CIFAR-10 by Nesterov's momentum .9 with a rate that falls to zero, for
    each length of training anew. So are perceptrons here, without his augmentation and weight decay; members
    differ in their start and in the order of their examples.
    """

    members: int = whole(64, low=8, help="Random starts at every point of the grid.")
    widths: tuple[int, ...] = wholes((16, 32, 64, 128), help="Neurons of a hidden layer, rising.")
    epochs: tuple[int, ...] = wholes((1, 3, 10), help="How often each network sees all examples, rising.")
    rates: tuple[float, ...] = numbers((0.01, 0.03, 0.1, 0.3), low=1e-9, help="Learning rates, rising.")
    layers: int = whole(2, low=1, help="How many hidden layers, all of the same width.")
    examples: int = whole(0, help="Training examples used, drawn at random; 0 for all.")
    batch_size: int = whole(100, low=1, help="Examples in a step.")
    momentum: float = number(0.9, low=0.0, below=1.0, per_member=False, help="Nesterov's momentum.")

    def __post_init__(self) -> None:
        check(self)
        refuse_too_few_values("widths", self.widths, "one cannot show where luck turns")
        refuse_too_few_values("epochs", self.epochs, "something must be trained", least=1)
        refuse_too_few_values("rates", self.rates, "of one alone none is the best")


DEFAULTS = Settings()

PRESETS = {
    "quick": Settings(members=16, widths=(8, 32, 128), epochs=(5, 20), rates=(0.01, 0.05, 0.25)),
    "full": Settings(members=256, widths=(16, 32, 64, 128, 256, 512)),
}
"""`quick` takes a minute or two on the digits; `full` a night on MNIST."""
