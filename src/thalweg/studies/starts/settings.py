"""What the study of starts may be asked."""

from __future__ import annotations

from dataclasses import dataclass

from thalweg.errors import StudyError
from thalweg.limits import LONGEST_PATH
from thalweg.spec import check, choice, flag, number, text, whole, wholes

MOST_ALIGNED = 24
"""Members whose weights are kept: all their pairs are matched, and pairs grow with the square."""

EPOCHS, STEPS = 10, 3_000
"""How long networks are trained when nothing else is said: on few examples ten epochs are too few steps."""

RECIPE = "recipe"
OPTIMISERS = (RECIPE, "sgd", "adam", "adamw")
ACTIVATIONS = (RECIPE, "sigmoid", "tanh", "relu", "gelu", "step")
INITIALISATIONS = (RECIPE, "normal", "scaled", "lecun", "glorot", "he", "uniform")
COSTS = (RECIPE, "quadratic", "cross-entropy", "binary-cross-entropy")


@dataclass(frozen=True)
class Settings:
    """How many starts of which networks, and how they are trained.

    The networks are those of `recipe`, with `layers` hidden layers of each of the `widths`. The default is
    the lesson's network with its two hidden layers, sigmoids and quadratic cost, but trained by Adam with a
    falling rate: a few epochs then bring it nearer to the bottom than many of plain gradient descent, and
    what is asked is where starts end, not how far they got.
    """

    members: int = whole(64, low=8, help="How many random starts of each width.")
    widths: tuple[int, ...] = wholes((8, 16, 32, 64), help="Neurons of a hidden layer, one study of each.")
    layers: int = whole(2, low=1, help="How many hidden layers, all of the same width.")
    recipe: str = text(
        "classic", most=LONGEST_PATH, help="Recipe that all else is taken from: a name or a TOML file."
    )
    epochs: int = whole(
        0, help=f"How often each network sees all examples; 0: {EPOCHS}, or more for {STEPS:,} steps."
    )
    batch_size: int = whole(100, help="Examples in a step; 0: as the recipe has it.")
    optimiser: str = choice("adam", OPTIMISERS, help="How the cost is walked down.")
    learning_rate: float = number(
        0.005, low=0.0, per_member=False, help="Size of a step; 0: as the recipe has it."
    )
    decay: bool = flag(True, help="Let the learning rate fall to zero, so that every start comes to rest.")
    activation: str = choice(RECIPE, ACTIVATIONS, help="What a neuron does with its sum.")
    initialisation: str = choice(RECIPE, INITIALISATIONS, help="What random starts are drawn from.")
    cost: str = choice(RECIPE, COSTS, help="What is minimised.")
    side: int = whole(0, help="Shrink pictures to so many pixels a side; 0: leave them as they are.")
    shuffled: bool = flag(True, help="Train on shuffled labels as well, to compare.")
    shuffled_members: int = whole(32, low=8, help="Starts with shuffled labels, at most as many as members.")
    aligned_members: int = whole(
        16, help=f"Starts of each width whose weights are compared pair by pair, 0 to {MOST_ALIGNED}."
    )

    def __post_init__(self) -> None:
        check(self)
        if not self.widths or len(set(self.widths)) < len(self.widths):
            raise StudyError(
                f"widths={list(self.widths)}: expected one or more widths, each named once.",
                hint="for example --widths 8,16,32,64.",
            )
        if self.aligned_members > MOST_ALIGNED or self.aligned_members in (1, 2):
            raise StudyError(
                f"aligned_members={self.aligned_members}: expected 3 to {MOST_ALIGNED}, or 0 for none.",
                hint=f"all pairs are matched: {MOST_ALIGNED} members make {MOST_ALIGNED * 23 // 2} pairs.",
            )
        if self.optimiser == RECIPE and self.decay:
            raise StudyError(
                "optimiser='recipe' with decay: the recipe has its own way for its learning rate.",
                hint="add --no-decay, or name an optimiser.",
            )


PRESETS = {
    "quick": Settings(
        members=12,
        widths=(8, 32),
        epochs=60,
        batch_size=50,
        learning_rate=0.008,
        shuffled_members=12,
        aligned_members=8,
    ),
    # Choromanska et al. 2015 (arXiv 1412.0233), section 6.1, as recalled: 1,000 starts and 200 epochs of SGD
    # with a falling rate, on MNIST of 10x10 pixels, uniform starts. Here 100 starts and 50 epochs, which
    # `--members 1000 --epochs 200` makes whole.
    "choromanska": Settings(
        members=100,
        widths=(25, 50, 100, 250, 500),
        layers=1,
        epochs=50,
        optimiser="sgd",
        learning_rate=0.3,
        activation="relu",
        initialisation="uniform",
        cost="cross-entropy",
        side=10,
        shuffled=False,
        aligned_members=12,
    ),
}
"""Settings that go together."""
