"""Networks and optimisers as a user writes them, found by their import paths."""

import math

import equinox as eqx
import jax
import jax.numpy as jnp
import optax


class Residual(eqx.Module):
    """Two layers with a way round the second, functions and numbers among its leaves."""

    first: eqx.nn.Linear
    second: eqx.nn.Linear
    last: eqx.nn.Linear
    activation: object
    scale: float

    def __init__(self, key, input_shape, classes):
        keys = jax.random.split(key, 3)
        self.first = eqx.nn.Linear(math.prod(input_shape), 16, key=keys[0])
        self.second = eqx.nn.Linear(16, 16, key=keys[1])
        self.last = eqx.nn.Linear(16, classes, key=keys[2])
        self.activation = lambda x: jax.nn.relu(x)  # made anew with every network
        self.scale = 0.5

    def __call__(self, x):
        x = self.activation(self.first(x.reshape(-1)))
        return self.last(x + self.scale * self.activation(self.second(x)))


class AsOurs(eqx.Module):
    """What `Mlp((8,), "tanh")` is, from the same key: an oracle."""

    inner: eqx.Module

    def __init__(self, key, input_shape, classes):
        from thalweg.networks import Mlp

        self.inner = Mlp((8,), "tanh").build(key, input_shape, classes)

    def __call__(self, x):
        return self.inner(x)


def library_mlp(key, input_shape, classes):
    return _Flat(eqx.nn.MLP(math.prod(input_shape), classes, 8, 1, key=key))


class _Flat(eqx.Module):
    mlp: eqx.nn.MLP

    def __call__(self, x):
        return self.mlp(x.reshape(-1))


class Transposed(Residual):
    def __call__(self, x):
        return super().__call__(x)[:-1]


class Counting(Residual):
    steps: jax.Array

    def __init__(self, key, input_shape, classes):
        super().__init__(key, input_shape, classes)
        self.steps = jnp.zeros((), jnp.int32)


def no_module(key, input_shape, classes):
    return lambda x: x


def needs_more(key, input_shape, classes, width):
    return None


def sgd(learning_rate):
    return optax.sgd(learning_rate, momentum=0.9)


def clipped(learning_rate):
    return optax.chain(optax.clip_by_global_norm(1.0), optax.adam(learning_rate))


def line_search(learning_rate):
    return optax.lbfgs(learning_rate)


def no_transformation(learning_rate):
    return learning_rate


NOT_CALLED = 3
