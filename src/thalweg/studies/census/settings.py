"""What the census of minima may be asked."""

from __future__ import annotations

from dataclasses import dataclass

from thalweg.spec import check, choice, number, whole

ACTIVATIONS = ("tanh", "sigmoid")
"""Smooth ones, whose minima second derivatives certify, and whose units may change their sign."""


@dataclass(frozen=True)
class Settings:
    """How many starts of which small network are taken all the way down.

    One hidden layer, softmax, cross-entropy and a penalty on weights, without which the cost falls for ever.
    Choromanska et al. 2015 and Frye et al. 2021 have larger networks, of which they certify none.
    """

    members: int = whole(64, low=8, help="Random starts, each polished and certified.")
    hidden: int = whole(4, low=1, help="Neurons of the hidden layer.")
    activation: str = choice("tanh", ACTIVATIONS, help="What a neuron does with its sum.")
    l2: float = number(3e-4, above=0.0, per_member=False, help="Weight of the penalty on squared weights.")
    side: int = whole(7, help="Shrink pictures to so many pixels a side; 0: leave them as they are.")
    examples: int = whole(500, help="Training examples used, drawn at random; 0 for all.")
    epochs: int = whole(30, low=1, help="Passes of Adam before the polish.")
    learning_rate: float = number(0.01, above=0.0, per_member=False, help="Learning rate of Adam.")

    def __post_init__(self) -> None:
        check(self)


DEFAULTS = Settings()

PRESETS = {
    "quick": Settings(members=32, side=4, examples=300),
    "full": Settings(members=1000, side=8, examples=0),
}
"""`quick` takes a minute or two; `full` is for the digits (`--data digits`): hours, to be stopped and
resumed."""
