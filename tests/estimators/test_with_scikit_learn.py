"""The classifier where scikit-learn's users put one."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.calibration import CalibratedClassifierCV
from sklearn.inspection import permutation_importance
from sklearn.model_selection import GridSearchCV, StratifiedKFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from tests.estimators.conftest import small

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def test_in_a_pipeline_a_scaler_before_it_changes_nothing(flowers, classifier):
    found = make_pipeline(StandardScaler(), small()).fit(*flowers)
    np.testing.assert_allclose(
        found.predict_proba(flowers[0]), classifier.predict_proba(flowers[0]), atol=1e-4
    )


def test_in_a_search(flowers):
    grid = {"hidden_layer_sizes": [(), (6,)], "early_stopping": [True]}
    search = GridSearchCV(small(max_iter=4), grid, cv=StratifiedKFold(2)).fit(*flowers)
    assert search.best_params_["hidden_layer_sizes"] in grid["hidden_layer_sizes"]
    assert search.predict(flowers[0]).shape == (150,)


def test_in_cross_validation(flowers):
    found = cross_val_score(small(max_iter=20), *flowers, cv=3)
    assert found.shape == (3,)
    assert found.mean() > 0.8


def test_in_a_calibrator(flowers):
    found = CalibratedClassifierCV(small(max_iter=20), cv=2).fit(*flowers)
    np.testing.assert_allclose(found.predict_proba(flowers[0]).sum(axis=1), 1, atol=1e-6)
    assert found.score(*flowers) > 0.8


def test_importance_by_permutation(flowers, classifier):
    X = np.column_stack([flowers[0], np.zeros(150)])
    found = small(max_iter=20).fit(X, flowers[1])
    importance = permutation_importance(found, X, flowers[1], n_repeats=2, random_state=0).importances_mean
    assert importance[:4].max() > 0.05
    assert importance[4] == 0, "what is constant matters not"
