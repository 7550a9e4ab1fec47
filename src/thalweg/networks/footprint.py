"""How much memory a network needs for one example, read off its own program."""

import math
from collections.abc import Callable
from typing import Any

import jax


def bytes_per_example(network: Callable, input_shape: tuple[int, ...]) -> int:
    """Return the bytes of all intermediate values of `network(x)` for one float32 example.

    An upper bound for inference; a backward pass needs about twice as much.
    """
    example = jax.ShapeDtypeStruct(input_shape, "float32")
    program = jax.make_jaxpr(network)(example)
    return 4 * math.prod(input_shape) + _bytes_of(program.jaxpr)


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
