"""scikit-learn's own checks of an estimator. Where one fails, the page says so and why."""

from __future__ import annotations

from pathlib import Path

import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

from thalweg import PopulationClassifier

ROOT = Path(__file__).parents[2]
IN_OTHER_BATCHES = (
    "with small batches and single precision, an example of weight 2 is not to the last digit two examples"
)
EXPECTED = {
    "check_sample_weight_equivalence_on_dense_data": IN_OTHER_BATCHES,
    "check_sample_weight_equivalence_on_sparse_data": IN_OTHER_BATCHES,
}


@pytest.mark.slow  # they train some two hundred populations, most of another shape, each compiled anew
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@parametrize_with_checks(
    [
        PopulationClassifier(),
        PopulationClassifier(members=3, max_iter=40, early_stopping=True, test_fraction=0.2),
    ],
    expected_failed_checks=lambda estimator: EXPECTED,
)
def test_scikit_learns_checks(estimator, check):
    check(estimator)


def test_the_page_names_the_checks_that_fail():
    page = (ROOT / "docs" / "how-to" / "scikit-learn.md").read_text()
    for name in EXPECTED:
        assert f"`{name}`" in page
