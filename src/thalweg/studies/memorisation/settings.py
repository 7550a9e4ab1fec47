"""What the study of memorisation may be asked."""

from __future__ import annotations

from dataclasses import dataclass

from thalweg.spec import check, choice, number, numbers, whole, wholes

OPTIMISERS = ("adam", "momentum")
SCHEDULES = ("cosine", "constant")


@dataclass(frozen=True)
class Settings:
    """Settings of the study; the defaults take a few minutes on MNIST."""

    members: int = whole(200, low=10, help="Networks, each trained on its own share of the examples.")
    share: float = number(
        0.7, above=0.0, below=1.0, per_member=False, help="Share of the examples that each network learns."
    )
    shares: tuple[float, ...] = numbers(
        (0.1, 0.4, 0.7),
        low=0.01,
        high=0.99,
        help="Shares that consistency is averaged over: how well an example is known without being learned.",
    )
    consistency_members: int = whole(20, low=10, help="Networks for each share that is not the main one.")
    removal_members: int = whole(
        10, low=0, help="Networks trained again without the remembered examples; 0 leaves this out."
    )
    memorised: float = number(
        0.25, above=0.0, below=1.0, per_member=False, help="Score from which an example counts as remembered."
    )
    influential: float = number(
        0.15,
        above=0.0,
        below=1.0,
        per_member=False,
        help="Influence from which a training example matters to a test example.",
    )
    hidden: tuple[int, ...] = wholes((128,), help="Neurons of each hidden layer.")
    optimiser: str = choice("adam", OPTIMISERS, help="How a gradient becomes a step.")
    learning_rate: float = number(1e-2, above=0.0, per_member=False, help="Learning rate, at its highest.")
    schedule: str = choice("cosine", SCHEDULES, help="Whether the learning rate falls to 0.")
    batch_size: int = whole(250, low=1, help="Examples in a step.")
    epochs: int = whole(8, low=1, help="Passes over the examples, at least.")
    least_steps: int = whole(300, low=1, help="Steps, at least: more passes are made where examples are few.")

    def __post_init__(self) -> None:
        check(self)


DEFAULTS = Settings()


@dataclass(frozen=True)
class Thresholds:
    """What scores of members that were fitted elsewhere are read by: as in `Settings`, nothing else."""

    share: float = number(
        0.7, above=0.0, below=1.0, per_member=False, help="Share of the examples that each member learned."
    )
    memorised: float = number(
        0.25, above=0.0, below=1.0, per_member=False, help="Score from which an example counts as remembered."
    )

    def __post_init__(self) -> None:
        check(self)


PRESETS = {
    "quick": Settings(
        members=40,
        shares=(0.3, 0.7),
        consistency_members=40,
        removal_members=40,
        hidden=(32,),
        batch_size=100,
    ),
    "thorough": Settings(
        members=2000, shares=(0.1, 0.3, 0.5, 0.7, 0.9), consistency_members=100, removal_members=40
    ),
    "published": Settings(
        members=2000,
        shares=(0.7,),
        removal_members=40,
        hidden=(512, 256),
        optimiser="momentum",
        learning_rate=0.1,
        schedule="constant",
        batch_size=128,
        epochs=10,
        least_steps=1,
    ),
}
"""`quick` takes seconds on the digits. `thorough` sharpens the defaults with 2,000 members: about 40 minutes
on MNIST and four cores. `published` is the network and the training of the demonstration that came with
Feldman & Zhang, *What neural networks memorize and why* (2020): about three hours there."""
