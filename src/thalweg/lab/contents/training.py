"""What can be trained live, and within which limits."""

from __future__ import annotations

from typing import Any

from thalweg.lab.opened import Missing, Opened

DATA = ("true", "random labels", "shuffled pixels", "noise")
"""What a population may learn from."""

ACTIVATIONS = ("sigmoid", "tanh", "relu", "gelu")
COSTS = ("quadratic", "cross-entropy")
OPTIMISERS = ("sgd", "momentum", "adam")
FIRST_EXAMPLES = 5000
"""Training examples that the panel begins with, where there are so many."""

MOST_MEMBERS, MOST_WIDTH, MOST_LAYERS, MOST_EXAMPLES = 256, 512, 4, 60_000


def training(opened: Opened) -> dict[str, Any]:
    """Return the settings to begin with, their limits, and on which data: the run's, else our digits."""
    data, why = data_of(opened)
    return {
        "data": data.name,
        "why": why,
        "examples": len(data.train),
        "first_examples": min(FIRST_EXAMPLES, len(data.train)),
        "kinds": [name for name in DATA if data.train.is_images or name != "shuffled pixels"],
        "activations": list(ACTIVATIONS),
        "costs": list(COSTS),
        "optimisers": list(OPTIMISERS),
        "most": {
            "members": MOST_MEMBERS,
            "width": MOST_WIDTH,
            "layers": MOST_LAYERS,
            "examples": min(MOST_EXAMPLES, len(data.train)),
        },
        "input_shape": list(data.input_shape),
    }


def data_of(opened: Opened) -> tuple[Any, dict[str, Any] | None]:
    """Return the data to train on, and why our digits stand in for the run's, where they do."""
    from thalweg import data

    try:
        return opened.dataset, None
    except Missing as missing:
        return data.load("digits"), missing.told()
