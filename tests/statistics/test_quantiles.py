import pytest
from scipy import stats

from thalweg.errors import EvaluationError
from thalweg.statistics.quantiles import normal_quantile, student_quantile


@pytest.mark.parametrize("level", [0.5, 0.8, 0.95, 0.999])
def test_quantiles_are_scipys(level):
    tail = (1 + level) / 2
    assert normal_quantile(level) == pytest.approx(stats.norm.ppf(tail), rel=1e-14)
    for freedom in (1, 3, 30, 2.5):
        assert student_quantile(level, freedom) == pytest.approx(stats.t.ppf(tail, freedom), rel=1e-12)


@pytest.mark.parametrize("level", [0.0, 1.0, 95, -0.1])
def test_a_level_outside_0_to_1_is_named(level):
    for call in (lambda: normal_quantile(level), lambda: student_quantile(level, 3)):
        with pytest.raises(EvaluationError, match=f"level={level}"):
            call()
