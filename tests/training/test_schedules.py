import jax.numpy as jnp
import numpy as np
import pytest

from thalweg.errors import RecipeError
from thalweg.training import Constant, Cosine, Steps


def curve(schedule, steps):
    return np.array([float(schedule.multiplier(jnp.asarray(step), steps)) for step in range(steps)])


def test_constant_is_one():
    np.testing.assert_array_equal(curve(Constant(), 5), np.ones(5))


def test_warm_up_rises_linearly_to_one():
    np.testing.assert_allclose(curve(Constant(warmup=0.4), 10)[:5], [0.2, 0.4, 0.6, 0.8, 1.0], atol=1e-6)


def test_cosine_is_half_a_cosine_down_to_its_final_share():
    steps = np.arange(8)
    expected = 0.1 + 0.9 * 0.5 * (1 + np.cos(np.pi * steps / 8))
    np.testing.assert_allclose(curve(Cosine(final=0.1), 8), expected, atol=1e-6)


def test_cosine_starts_falling_after_its_warm_up():
    values = curve(Cosine(warmup=0.5), 8)
    assert values.argmax() == 4
    assert values[4] == pytest.approx(1.0)


def test_steps_drop_where_they_are_told():
    values = curve(Steps(at=(1 / 3, 0.5), factor=0.1), 6)
    np.testing.assert_allclose(values, [1, 1, 0.1, 0.01, 0.01, 0.01], rtol=1e-5)


@pytest.mark.parametrize(
    "build", [lambda: Cosine(final=2.0), lambda: Constant(warmup=1.0), lambda: Steps(at=(0.5, 0.2))]
)
def test_values_out_of_range_are_refused(build):
    with pytest.raises(RecipeError, match="expected"):
        build()
