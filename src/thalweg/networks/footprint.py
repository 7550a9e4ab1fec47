"""How much memory a network needs for one example, read off its own program."""

import math
from functools import lru_cache
from typing import Any

import equinox as eqx
import jax


def bytes_per_example(network: Any, input_shape: tuple[int, ...]) -> int:
    """Return the bytes of all intermediate values of `network(x)` for one float32 example.

    `network` may be abstract (shapes in place of arrays): nothing is computed. An upper bound for
    inference; a backward pass needs about twice as much.
    """
    leaves, kind = jax.tree.flatten(network)
    shapes = tuple(_shape_of(leaf) for leaf in leaves)
    try:
        return _traced(kind, shapes, tuple(input_shape))
    except TypeError:  # of one's own, with parts that nothing can be looked up by
        return _traced.__wrapped__(kind, shapes, tuple(input_shape))


def _shape_of(leaf: Any) -> Any:
    return jax.ShapeDtypeStruct(leaf.shape, leaf.dtype) if hasattr(leaf, "shape") else leaf


@lru_cache(maxsize=64)
def _traced(kind: Any, shapes: tuple[Any, ...], input_shape: tuple[int, ...]) -> int:
    """Trace a network of such a kind: ten milliseconds, and it is asked before every set of answers."""
    network = jax.tree.unflatten(kind, shapes)
    example = jax.ShapeDtypeStruct(input_shape, "float32")
    arrays, rest = eqx.partition(network, lambda leaf: hasattr(leaf, "shape"))
    program = jax.make_jaxpr(lambda arrays, x: eqx.combine(arrays, rest)(x))(arrays, example)
    return 4 * math.prod(input_shape) + _bytes_of(program.jaxpr)


def bytes_of_weights(network: Any) -> int:
    """Return the bytes of all weights and biases of one network."""
    return sum(leaf.nbytes for leaf in jax.tree.leaves(eqx.filter(network, eqx.is_array)))


def _bytes_of(program: Any) -> int:
    total = 0
    for equation in program.eqns:
        inner = [getattr(value, "jaxpr", None) for value in equation.params.values()]
        inner = [program for program in inner if hasattr(program, "eqns")]
        if inner:
            total += sum(_bytes_of(program) for program in inner)
        else:
            total += sum(variable.aval.size * variable.aval.dtype.itemsize for variable in equation.outvars)
    return total
