import pytest

from thalweg.errors import EvaluationError
from thalweg.statistics.simultaneous import level_of_each


def test_errors_of_all_add_up_to_what_is_allowed():
    assert 20 * (1 - level_of_each(20)) == pytest.approx(0.05)
    assert level_of_each(1) == level_of_each(0) == 0.95


def test_no_level_is_refused():
    with pytest.raises(EvaluationError, match="level"):
        level_of_each(3, 1.0)
