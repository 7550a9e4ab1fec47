"""Claims 1 to 5: what the network is made of, and what its cost counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from thalweg.claims.claim import FAILS, HOLDS, Claim, Found, at_most, within
from thalweg.claims.laboratory import Laboratory
from thalweg.measured import Measured
from thalweg.statistics import intervals

if TYPE_CHECKING:
    from thalweg.networks.population import Population

EXAMPLES = 2_000
ROUNDING = 1e-5


def inputs(laboratory: Laboratory) -> Found:
    """Count the inputs of every example and find their range."""
    split = laboratory.pictures.train
    values = split.inputs
    count = int(np.prod(split.input_shape))
    low, high = float(values.min()), float(values.max())
    fits = count == 784 and low >= 0.0 and high <= 1.0
    return Found(
        Measured(float(count)),
        f"{count:,} activations from {low:g} to {high:g}",
        HOLDS if fits else FAILS,
        f"all {len(split):,} training pictures of {laboratory.data.name}",
    )


def parameters(laboratory: Laboratory) -> Found:
    """Count weights and biases of the lesson's network."""
    count = laboratory.starts.parameters
    number = Measured(float(count))
    return Found(
        number,
        f"{count:,} weights and biases",
        within(number, (12_500, 13_500), part=(11_000, 15_000)),
        "counted in the arrays of one member of the recipe classic",
    )


def neuron(laboratory: Laboratory) -> Found:
    """Compare logits with weighted sums, biases and squashing computed by NumPy in float64."""
    inputs = laboratory.data.test.inputs[:200]
    worst = max(
        _worst(laboratory.starts_of(activation, members=8), inputs, rule)
        for activation, rule in (("sigmoid", _sigmoid), ("relu", lambda z: np.maximum(z, 0.0)))
    )
    number = Measured(worst)
    return Found(
        number,
        f"differs from squashed weighted sums by {worst:.1e} of their size, at most",
        at_most(number, ROUNDING),
        f"logits of 8 members on {len(inputs)} examples, sigmoid and ReLU, against NumPy in float64",
    )


def _worst(population: Population, inputs: np.ndarray, squash: Callable[[np.ndarray], np.ndarray]) -> float:
    ours = population.logits(inputs).astype(np.float64)
    values = inputs.reshape(1, len(inputs), -1).astype(np.float64)
    layers = population.networks.layers
    for depth, layer in enumerate(layers):
        weight, bias = (np.asarray(array, np.float64) for array in (layer.weight, layer.bias))
        values = values @ np.swapaxes(weight, 1, 2) + bias[:, None, :]
        if depth < len(layers) - 1:
            values = squash(values)
    return float(np.abs(ours - values).max() / np.abs(values).max())


def _sigmoid(z: np.ndarray) -> np.ndarray:
    return 1.0 / (1.0 + np.exp(-z))


def chance(laboratory: Laboratory) -> Found:
    """Measure untrained members on the test split."""
    split = laboratory.data.test.take(slice(0, EXAMPLES))
    right = laboratory.starts.logits(split).argmax(axis=-1) == split.labels
    number = intervals.crossed(right).measured
    level = 1.0 / split.classes
    return Found(
        number,
        f"{number.percent()} right before training; guessing gives {100 * level:.0f} %",
        _near(number, level),
        f"n = {right.shape[0]} starts x {right.shape[1]:,} test examples, interval over both",
    )


def _near(number: Measured, level: float) -> str:
    low, high = number.interval or (number.value, number.value)
    near = Measured(max(abs(low - level), abs(high - level)))
    return at_most(near, 0.03, part=0.06)


def cost(laboratory: Laboratory) -> Found:
    """Compare the cost of answers that are sure and right with that of the others."""
    population = laboratory.population("classic")
    split = laboratory.data.test.take(slice(0, EXAMPLES))
    activations = _sigmoid(population.logits(split).astype(np.float64))
    wanted = np.eye(split.classes)[split.labels]
    squares = ((activations - wanted) ** 2).sum(axis=-1)
    right = activations.argmax(axis=-1) == split.labels
    sure = right & (activations.max(axis=-1) > 0.9)
    ratios = np.array(
        [costs[good].mean() / costs[~good].mean() for costs, good in zip(squares, sure, strict=True)]
    )
    number = Measured.of(float(ratios.mean()), intervals.student(ratios))
    return Found(
        number,
        f"a sure and right answer costs {number.plain(4)} of what the others do on average",
        at_most(number, 0.1, part=0.5),
        f"sum of squared differences, mean over examples; n = {len(ratios)} members x {len(split):,} test "
        "examples, sure: the right class above .9; interval over members",
    )


CLAIMS = (
    Claim(
        1,
        "A picture of 28 x 28 grey pixels becomes 784 activations between 0 and 1.",
        "00:37",
        "784 inputs, all in [0, 1]",
        "holds if both are exactly so",
        "data",
        inputs,
    ),
    Claim(
        2,
        "With two hidden layers of 16, there are about 13,000 weights and biases to set.",
        "01:09",
        "12,500 to 13,500",
        "holds inside that, in part from 11,000 to 15,000",
        "data",
        parameters,
    ),
    Claim(
        3,
        "A neuron is a weighted sum, plus a bias, squashed by a sigmoid or a ReLU.",
        "00:51",
        "no difference but rounding",
        f"holds if logits differ by less than {ROUNDING:g} of their size",
        "data",
        neuron,
    ),
    Claim(
        4,
        "With random weights and biases, the network does no better than guessing.",
        "03:22",
        "accuracy at 1/classes",
        "holds if the whole interval is within 3 points of chance, in part within 6",
        "accuracy",
        chance,
    ),
    Claim(
        5,
        "The cost adds up squared differences; it is small when the network is sure and right.",
        "03:51, 04:18",
        "a sure and right answer costs less than a tenth of the others",
        "holds if the whole interval is below .1, in part if the ratio is below .5",
        "accuracy",
        cost,
    ),
)
