"""What the study of lottery tickets may be asked."""

from __future__ import annotations

from dataclasses import dataclass

from thalweg.spec import check, number, whole, wholes
from thalweg.studies.answerable import refuse_too_few_values


@dataclass(frozen=True)
class Settings:
    """How many starts of which network, and how it is pruned.

    What is not said otherwise is Frankle & Carbin's (2019, figure 2 and appendix G): LeNet-300-100 with ReLU
    from Glorot's start, Adam with a rate of .0012, 60 examples a step, a twelfth of the training examples
    held out to validate on, a fifth of a hidden layer's weights pruned a round and a tenth of the output's.
    """

    members: int = whole(8, low=4, help="Random starts, each pruned for itself.")
    rounds: tuple[int, ...] = wholes(
        (7, 15), help="After how many rounds of pruning tickets are compared, rising."
    )
    hidden: tuple[int, ...] = wholes((300, 100), help="Neurons of each hidden layer.")
    prune: float = number(
        0.2, above=0.0, below=1.0, per_member=False, help="Share of a hidden layer pruned in a round."
    )
    prune_output: float = number(
        0.1, above=0.0, below=1.0, per_member=False, help="Share of the output layer pruned in a round."
    )
    epochs: int = whole(20, low=2, help="Passes over the examples in each training.")
    batch_size: int = whole(60, low=1, help="Examples in a step.")
    learning_rate: float = number(1.2e-3, above=0.0, per_member=False, help="Learning rate of Adam.")
    examples: int = whole(5000, help="Training examples used, drawn at random; 0 for all.")

    def __post_init__(self) -> None:
        check(self)
        refuse_too_few_values("rounds", self.rounds, "a ticket must be pruned", least=1)
        refuse_too_few_values("hidden", sorted(self.hidden), "there must be something to prune", least=1)


DEFAULTS = Settings()

PRESETS = {
    "quick": Settings(members=8, hidden=(64, 32), epochs=40, examples=1200, learning_rate=3e-3),
    "full": Settings(members=64, epochs=55, examples=0),
}
"""`quick` takes minutes on the digits or on MNIST; `full` is the paper's 50,000 steps with 64 starts for
5."""
