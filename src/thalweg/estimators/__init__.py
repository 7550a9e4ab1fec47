"""Populations as estimators of scikit-learn: what its pipelines, searches and calibrators take.

    classifier = tw.PopulationClassifier(members=16).fit(X, y)
    classifier.predict_proba(X_new)

Importing this package costs neither scikit-learn nor JAX; the class does.
"""

from typing import TYPE_CHECKING

from thalweg.lazily import lazily

if TYPE_CHECKING:
    from thalweg.estimators.classifier import PopulationClassifier as PopulationClassifier

lazily(__name__)
