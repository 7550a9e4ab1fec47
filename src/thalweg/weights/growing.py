"""Weights reused from width to width: a network that begins where a narrower one ended.

As Belkin et al. 2019 have it (PNAS 116, 15849, by the account of github.com/josch14/double-descent): what the
narrower network had is kept, and all further weights are drawn from N(0, .01).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from thalweg.networks.population import Population

FURTHER_SD = 0.1
"""Of weights and biases that the narrower network had not."""


def grown(networks: Any, width: int, generator: np.random.Generator) -> Any:
    """Return networks of one hidden layer (stacked, members first) with `width` hidden neurons.

    Neurons that there were keep their weights, their bias and what the outputs made of them. Raises
    `ValueError` for a `width` below that of the networks.

    Examples:
        >>> import numpy as np
        >>> import thalweg as tw
        >>> from thalweg.weights.growing import grown
        >>> recipe = tw.Recipe(network=tw.networks.Mlp((4,)), epochs=1)
        >>> narrow = tw.train(recipe, digits.train, members=2).networks
        >>> grown(narrow, 6, np.random.default_rng(0)).layers[0].weight.shape
        (2, 6, 784)
    """
    import equinox as eqx

    hidden, last = networks.layers
    members, before = hidden.bias.shape

    def wider(values: Any, shape: tuple[int, ...]) -> np.ndarray:
        values = np.asarray(values)
        found = (FURTHER_SD * generator.standard_normal((members, *shape))).astype(np.float32)
        found[tuple(slice(0, extent) for extent in values.shape)] = values
        return found

    inputs, classes = hidden.weight.shape[2], last.bias.shape[1]
    if width < before:
        raise ValueError(f"width={width}: networks of {before} neurons cannot grow to fewer")
    return eqx.tree_at(
        lambda tree: (tree.layers[0].weight, tree.layers[0].bias, tree.layers[1].weight),
        networks,
        (
            wider(hidden.weight, (width, inputs)),
            wider(hidden.bias, (width,)),
            wider(last.weight, (classes, width)),
        ),
    )


def with_sound_ones(population: Population) -> Any:
    """Return the networks, those that diverged replaced by the first that did not, so that all can go on.

    Where all diverged, what is not a number becomes one. Whoever goes on with them leaves them out of what is
    concluded.
    """
    import jax

    sound = np.flatnonzero(~population.diverged)
    place = np.where(population.diverged, sound[0] if len(sound) else 0, np.arange(len(population)))
    return jax.tree.map(lambda leaf: np.nan_to_num(np.asarray(leaf)[place]), population.networks)
