import numpy as np
import pytest
from scipy.stats import rankdata

from thalweg.statistics.ranks import ranks


@pytest.mark.parametrize("shape", [(1,), (57,), (40, 3), (0,)])
def test_they_are_scipys(shape):
    values = np.random.default_rng(0).integers(0, 12, shape) / 7
    assert np.array_equal(ranks(values), rankdata(values, axis=0))
    assert np.array_equal(ranks(values.astype(np.float32)), rankdata(values.astype(np.float32), axis=0))


def test_what_is_no_number_has_no_rank():
    values = np.array([[0.2, 1.0], [np.nan, 3.0], [0.1, 2.0]])
    assert np.array_equal(ranks(values), rankdata(values, axis=0), equal_nan=True)
