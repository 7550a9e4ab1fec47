"""Whether a network and an optimiser of one's own can take a step: tried with shapes, before training."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from thalweg.data.split import TrainSplit
from thalweg.errors import RecipeError
from thalweg.imported import first_line
from thalweg.networks import OwnNetwork
from thalweg.spec import numbers_per_member, substitute
from thalweg.training import descent
from thalweg.training.optimisers import OwnOptimiser
from thalweg.training.recipe import Recipe


def refuse_unfit_own(recipe: Recipe, split: TrainSplit) -> None:
    """Raise where a network or an optimiser of the user's cannot take one step; ours need no trying."""
    if not isinstance(recipe.network, OwnNetwork) and not isinstance(recipe.optimiser, OwnOptimiser):
        return
    numbers = {path: values[0] for path, values in numbers_per_member(recipe)}
    one = substitute(recipe, numbers)
    key, shape, classes = jax.random.key(0), split.input_shape, split.classes

    def first_step(inputs: jax.Array, labels: jax.Array) -> descent.State:
        state = descent.start(one, key, shape, classes)
        batch = descent.Batch(inputs, labels, jnp.ones(len(labels)))
        return descent.step(state, batch, one, key, steps=2, piece=2)[0]

    inputs, labels = jax.ShapeDtypeStruct((2, *shape), "float32"), jax.ShapeDtypeStruct((2,), "int32")
    try:
        jax.eval_shape(first_step, inputs, labels)
    except RecipeError:
        raise
    except Exception as error:
        whose = recipe.optimiser if isinstance(recipe.optimiser, OwnOptimiser) else recipe.network
        raise RecipeError(
            f"{whose.path}: one step of training failed: {first_line(error)}.",  # type: ignore[union-attr]
            hint="mend it there; it is called as its docstring in thalweg says.",
        ) from error
