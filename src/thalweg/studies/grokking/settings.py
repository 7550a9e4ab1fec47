"""What the study of grokking may be asked."""

from __future__ import annotations

from dataclasses import dataclass

from thalweg.errors import StudyError
from thalweg.spec import check, choice, number, numbers, whole, wholes
from thalweg.studies.answerable import refuse_too_few_values

COSTS = ("cross-entropy", "quadratic", "binary-cross-entropy")


@dataclass(frozen=True)
class Settings:
    """How many starts of which scale, how strongly their weights decay, and what counts as delayed.

    Liu, Michaud & Tegmark 2023 (Omnigrok, arXiv 2210.01117, section on MNIST, and their notebook): 1,000
    images, 784-200-200-10 with ReLU, PyTorch's start times 8, AdamW at .001 with weight decay .01, batches of
    200, 100,000 steps, squared error of plain outputs. Here the cost is cross-entropy, and biases do not
    decay.
    """

    members: int = whole(16, low=2, help="Random starts of each scale and weight decay.")
    examples: int = whole(1000, low=2, help="Training examples, drawn at random.")
    scales: tuple[float, ...] = numbers(
        (1.0, 2.0, 4.0, 8.0), low=1e-3, help="What all weights of a start are multiplied by, rising."
    )
    weight_decays: tuple[float, ...] = numbers(
        (0.001, 0.01, 0.1), low=0.0, help="How strongly weights decay, rising."
    )
    steps: int = whole(20_000, low=100, help="Steps of training.")
    hidden: tuple[int, ...] = wholes((200, 200), help="Neurons of each hidden layer.")
    batch_size: int = whole(200, low=1, help="Examples in a step.")
    learning_rate: float = number(1e-3, above=0.0, per_member=False, help="Learning rate of AdamW.")
    cost: str = choice("cross-entropy", COSTS, help="What is minimised.")
    learned: float = number(
        0.99, above=0.0, high=1.0, per_member=False, help="Training accuracy at which all is learned."
    )
    generalised: float = number(
        0.8, above=0.0, below=1.0, per_member=False, help="Test accuracy at which it is understood."
    )
    factor: float = number(
        10.0, above=1.0, per_member=False, help="Delayed: understood after so many times as many steps."
    )

    def __post_init__(self) -> None:
        check(self)
        refuse_too_few_values("scales", self.scales, "one cannot show what the scale does")
        refuse_too_few_values("weight_decays", self.weight_decays, "something must be trained", least=1)
        if self.batch_size > self.examples:
            raise StudyError(
                f"batch_size={self.batch_size}: expected at most the {self.examples} examples.",
                hint=f"for example --batch-size {max(1, self.examples // 5)}.",
            )


DEFAULTS = Settings()

PRESETS = {
    "quick": Settings(
        members=8, examples=200, scales=(1.0, 8.0), weight_decays=(0.1, 1.0), steps=4000, hidden=(64, 64),
        batch_size=100,
    ),
    "full": Settings(members=64, steps=100_000),
}  # fmt: skip
"""`quick` takes minutes on the digits; `full` some nights on MNIST."""
