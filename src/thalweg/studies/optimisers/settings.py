"""What the comparison of optimisers may be asked."""

from __future__ import annotations

from dataclasses import dataclass

from thalweg.errors import RecipeError
from thalweg.spec import check, number, whole, wholes, words

OPTIMISERS = ("sgd", "momentum", "adam", "full-batch")


@dataclass(frozen=True)
class Settings:
    """Settings of the study; the defaults take some minutes on MNIST."""

    optimisers: tuple[str, ...] = words(OPTIMISERS, OPTIMISERS, help="What to compare.")
    members: int = whole(10, low=2, help="Fresh starts that the best learning rate is run on.")
    rates: int = whole(15, low=2, help="Learning rates tried, evenly spaced on a logarithmic scale.")
    lowest: float = number(1e-4, above=0.0, per_member=False, help="Lowest learning rate tried.")
    highest: float = number(10.0, above=0.0, per_member=False, help="Highest learning rate tried.")
    grid_starts: int = whole(2, low=1, help="Starts that each learning rate is tried on.")
    hidden: tuple[int, ...] = wholes((16, 16), help="Neurons of each hidden layer.")
    epochs: int = whole(15, low=1, help="Passes over the examples.")
    batch_size: int = whole(128, low=1, help="Examples in a step.")
    momentum: float = number(0.9, low=0.0, below=1.0, per_member=False, help="For the optimiser momentum.")
    full_batch_epochs: int = whole(150, low=1, help="Steps of full-batch descent, one a pass.")

    def __post_init__(self) -> None:
        check(self)
        if self.lowest >= self.highest:
            raise RecipeError(
                f"lowest={self.lowest:g}, highest={self.highest:g}: expected lowest below highest.",
                hint="for example lowest=0.001 and highest=1.",
            )


DEFAULTS = Settings()

PRESETS = {
    "quick": Settings(members=4, rates=5, grid_starts=1, lowest=1e-3, epochs=8, full_batch_epochs=60),
    "deepobs": Settings(rates=36, lowest=1e-5, highest=100.0, grid_starts=1, hidden=(128,), epochs=30),
}
"""`quick` takes seconds on the digits; `deepobs` has the grid of Schneider, Balles & Hennig (ICLR 2019)."""
