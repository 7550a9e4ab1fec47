from __future__ import annotations

import pytest
from hypothesis import given, settings, strategies
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor, VotingClassifier
from sklearn.linear_model import LogisticRegression, Ridge, RidgeClassifier
from sklearn.model_selection import GridSearchCV
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC
from sklearn.tree import DecisionTreeClassifier

from thalweg.ensembles.estimator import checked, made, seeded, seeds_of
from thalweg.errors import EstimatorError

NESTED = [
    (DecisionTreeClassifier(), 1),
    (GaussianNB(), 0),
    (make_pipeline(LogisticRegression()), 1),
    (GridSearchCV(make_pipeline(RandomForestClassifier()), {}), 1),
    (CalibratedClassifierCV(LinearSVC()), 1),
    (VotingClassifier([("a", DecisionTreeClassifier()), ("b", GaussianNB())], voting="soft"), 1),
    (VotingClassifier([("a", LinearSVC()), ("b", RandomForestClassifier(random_state=3))], voting="soft"), 2),
]


@pytest.mark.parametrize(("estimator", "count"), NESTED)
def test_every_seed_is_found_also_inside(estimator, count):
    assert len(seeds_of(estimator)) == count


@settings(max_examples=20, deadline=None)
@given(strategies.sampled_from(NESTED), strategies.integers(0, 2**40), strategies.integers(0, 10**6))
def test_seeds_are_those_of_the_member_and_of_nobody_else(case, seed, member):
    estimator, count = case
    before = repr(estimator)

    def drawn(seed, member):
        own = seeded(estimator, seed=seed, member=member)
        return [own.get_params(deep=True)[name] for name in seeds_of(own)]

    mine = drawn(seed, member)
    assert mine == drawn(seed, member)
    assert len(set(mine)) == count, "two inside it have two"
    assert not count or mine != drawn(seed, member + 1)
    assert not count or mine != drawn(seed + 1, member)
    assert repr(estimator) == before, "what was given stays as it is"


@pytest.mark.parametrize(
    ("unfit", "said", "cure"),
    [
        (RandomForestClassifier, "is a class", "RandomForestClassifier(...)"),
        (3, "A int is no estimator", "not fitted"),
        (Ridge(), "Ridge is a regressor", "classifier"),
        (make_pipeline(RandomForestRegressor()), "is a regressor", "classifier"),
        (LinearSVC(), "scores (decision_function)", "CalibratedClassifierCV(LinearSVC(...))"),
        (RidgeClassifier(), "no predict_proba", "CalibratedClassifierCV"),
        (make_pipeline(LinearSVC()), "scores", "CalibratedClassifierCV"),
        (GridSearchCV(make_pipeline(LinearSVC()), {}), "no probabilities", "CalibratedClassifierCV"),
    ],
)
def test_what_cannot_be_a_member_is_named_with_a_cure(unfit, said, cure):
    with pytest.raises(EstimatorError) as caught:
        checked(unfit)
    assert said in caught.value.message
    assert cure in caught.value.hint


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("sklearn.nowhere:Forest", "no module"),
        ("sklearn.ensemble:Forrest", "has no Forrest"),
        ("sklearn.ensemble:VotingClassifier", "making the estimator failed: TypeError"),
        ("sklearn.svm:LinearSVC", "no predict_proba"),
        ("sklearn.ensemble", "is no import path"),
        ("sklearn.ensemble:", "is no import path"),
        ("math:sqrt", "making the estimator failed"),
    ],
)
def test_what_an_import_path_must_name(path, said):
    with pytest.raises(EstimatorError, match=said.replace("(", r"\(")):
        made(path)
