"""What may be asked of a live training, checked before anything is trained."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from thalweg.lab.contents.training import MOST_EXAMPLES, MOST_LAYERS, MOST_MEMBERS, MOST_WIDTH
from thalweg.training.recipe import Recipe

Data = Literal["true", "random labels", "shuffled pixels", "noise"]
Width = Annotated[int, Meta(ge=1, le=MOST_WIDTH)]
Rate = Annotated[float, Meta(gt=0, le=1000)]


class TrainingSettings(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What is trained live. `beside`: other data that as many members learn from at the same time.

    `examples`: of the training examples, the first so many; 0 for all. `seed`: of the starts and the order.
    """

    hidden: Annotated[tuple[Width, ...], Meta(max_length=MOST_LAYERS)] = (16, 16)
    activation: Literal["sigmoid", "tanh", "relu", "gelu"] = "sigmoid"
    cost: Literal["quadratic", "cross-entropy"] = "quadratic"
    optimiser: Literal["sgd", "momentum", "adam"] = "sgd"
    rate: Rate = 3.0
    batch: Annotated[int, Meta(ge=1, le=4096)] = 10
    members: Annotated[int, Meta(ge=1, le=MOST_MEMBERS)] = 16
    seed: Annotated[int, Meta(ge=0, lt=2**32)] = 0
    data: Data = "true"
    beside: Data | Literal[""] = ""
    examples: Annotated[int, Meta(ge=0, le=MOST_EXAMPLES)] = 0


class RateChange(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Another learning rate, from the next step on."""

    rate: Rate


class Look(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Another member whose weights are shown."""

    member: Annotated[int, Meta(ge=0, lt=MOST_MEMBERS)]


class Nothing(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """An empty body."""


class Accepted(msgspec.Struct, frozen=True):
    """A training that is begun or waits: `place` 0 is at work, 1 is next."""

    id: str
    place: int


class Refusal(msgspec.Struct, frozen=True):
    """Why something is not done, and what to do. `reason`: the page's word for it, where it has one."""

    error: str
    hint: str = ""
    reason: str = ""


def recipe_of(settings: TrainingSettings) -> Recipe:
    """Return the recipe that the settings amount to."""
    from thalweg.networks import Mlp
    from thalweg.training import Adam, Sgd

    optimiser = (
        Adam(learning_rate=settings.rate)
        if settings.optimiser == "adam"
        else Sgd(learning_rate=settings.rate, momentum=0.9 if settings.optimiser == "momentum" else 0.0)
    )
    initialisation = "he" if settings.activation in ("relu", "gelu") else "scaled"
    network = Mlp(settings.hidden, activation=settings.activation, initialisation=initialisation)
    return Recipe(
        network=network, cost=settings.cost, optimiser=optimiser, batch_size=settings.batch, name="lab"
    )
