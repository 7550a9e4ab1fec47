import jax
import numpy as np
import pytest

from thalweg.networks.initialisation import INITIALISATION_NAMES, initialise

FAN_IN, FAN_OUT = 200, 300
SPREAD = {
    "normal": (1.0, 1.0),
    "scaled": (FAN_IN**-0.5, 1.0),
    "lecun": (FAN_IN**-0.5, 0.0),
    "he": ((2 / FAN_IN) ** 0.5, 0.0),
    "glorot": ((2 / (FAN_IN + FAN_OUT)) ** 0.5, 0.0),
    "uniform": ((1 / (3 * FAN_IN)) ** 0.5, (1 / (3 * FAN_IN)) ** 0.5),
}


@pytest.mark.parametrize("name", INITIALISATION_NAMES)
def test_spread_is_as_published(name):
    weights, biases = initialise(name, jax.random.key(0), (FAN_OUT, FAN_IN), FAN_IN, FAN_OUT)
    weight_spread, bias_spread = SPREAD[name]
    assert float(weights.std()) == pytest.approx(weight_spread, rel=0.02)
    assert float(biases.std()) == pytest.approx(bias_spread, rel=0.15)
    assert abs(float(weights.mean())) < 4 * weight_spread / np.sqrt(FAN_IN * FAN_OUT)


def test_an_unknown_name_is_an_error():
    with pytest.raises(ValueError, match="no initialisation"):
        initialise("zeros", jax.random.key(0), (2, 2), 2, 2)
