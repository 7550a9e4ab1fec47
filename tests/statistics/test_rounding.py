"""Which costs are rounding: by float32's own arithmetic."""

import numpy as np
import pytest

from thalweg.statistics.rounding import is_rounding


@pytest.mark.parametrize("name", ["cross-entropy", "binary-cross-entropy"])
def test_a_logarithm_near_one_is_exact_to_the_last_digit_of_one(name):
    """Minus the log of the float32 just below 1 is the least such cost that there is above zero."""
    just_below = np.nextafter(np.float32(1), np.float32(0))
    least = -np.log(np.float64(just_below))
    assert is_rounding(least, name)
    assert not is_rounding(3 * least, name)


def test_a_squared_difference_is_exact_to_the_square_of_that():
    """The quadratic cost is half a square: one digit off is rounding, ten are not."""
    off = float(np.spacing(np.float32(1)))
    assert is_rounding(off**2 / 2, "quadratic")
    assert not is_rounding((10 * off) ** 2 / 2, "quadratic")
    assert not is_rounding(1e-9, "quadratic")
    assert is_rounding(1e-9, "cross-entropy")
