import numpy as np
import pytest
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from tests.studies.label_audit.test_audit import clouds
from thalweg.data.arrays import assemble
from thalweg.studies.label_audit.judges import fitted
from thalweg.studies.label_audit.judges.fitted import FITTED, forest, logistic
from thalweg.studies.label_audit.judges.folds import cross_fitted
from thalweg.studies.label_audit.pool import pool_of


@pytest.fixture(scope="module")
def pool():
    return pool_of(*clouds(0, spread=1.2), "all")


def test_a_forest_judges_out_of_bag_as_scikit_learn_does(pool):
    found = forest(pool.train, None, 3)
    grown = RandomForestClassifier(300, oob_score=True, random_state=3)
    grown.fit(pool.train.inputs, pool.train.labels)
    np.testing.assert_allclose(found.probabilities, grown.oob_decision_function_, atol=1e-9)
    out_of_bag = np.ones((300, len(pool.train)), bool)
    for mask, learned in zip(out_of_bag, grown.estimators_samples_, strict=True):
        mask[learned] = False
    np.testing.assert_array_equal(found.times, out_of_bag.sum(axis=0))
    np.testing.assert_allclose(found.votes.sum(axis=1), 1)
    answers = np.stack([tree.predict_proba(pool.train.inputs) for tree in grown.estimators_])
    own = answers[out_of_bag[:, 5], 5]
    np.testing.assert_allclose(found.error[5], own.std(axis=0, ddof=1) / np.sqrt(len(own)))


def test_folds_are_those_of_scikit_learn(pool):
    found = logistic(pool.train, None, 0)
    classifier = make_pipeline(StandardScaler(), LogisticRegression(max_iter=300))
    folds = StratifiedKFold(5, shuffle=True, random_state=0)
    inputs, labels = pool.train.inputs, pool.train.labels
    expected = cross_val_predict(classifier, inputs, labels, cv=folds, method="predict_proba")
    np.testing.assert_allclose(found.probabilities, expected, atol=1e-6)


@pytest.mark.parametrize("name", FITTED)
def test_no_judge_learned_the_label_that_it_judges(name):
    generator = np.random.default_rng(0)
    labels = generator.integers(0, 2, 300)
    pool = pool_of(generator.normal(size=(300, 3)).astype(np.float32), labels, "all")
    chosen = FITTED[name](pool.train, None, 0).probabilities.argmax(axis=1)
    assert abs((chosen == labels).mean() - 0.5) < 0.12  # labels are chance: who had seen them would know


@pytest.mark.parametrize("name", FITTED)
def test_a_test_part_is_judged_by_what_was_learned_from_the_training_part(name):
    features, labels = clouds(1, spread=0.8)
    data = assemble(
        (features[:180], labels[:180]), (features[180:], labels[180:]), name="two parts", source=""
    )
    pool = pool_of(data, None, "test")
    found = FITTED[name](pool.train, pool.also, 0)
    assert found.probabilities.shape == (60, 3)
    assert (found.probabilities.argmax(axis=1) == pool.also.labels).mean() > 0.85


def test_a_class_that_is_in_no_other_fold_is_given_no_probability():
    inputs = np.arange(20.0)[:, None]
    labels = np.array([0] * 10 + [1] * 9 + [2])
    found = cross_fitted(LogisticRegression(), inputs, labels, 3)
    assert found.probabilities[-1, 2] == 0
    np.testing.assert_allclose(found.probabilities.sum(axis=1), 1)


@pytest.mark.parametrize("name", FITTED)
def test_a_class_without_an_example_keeps_its_column(name):
    inputs, labels = clouds(0)
    pool = pool_of(inputs, labels, "all")
    seen = pool.train.take(pool.train.labels != 1)
    found = FITTED[name](seen, None, 0)
    assert found.probabilities.shape == (len(seen), 3)
    np.testing.assert_array_equal(found.probabilities[:, 1], 0)
    assert (found.probabilities.argmax(axis=1) == seen.labels).mean() > 0.9


def test_where_classes_are_many_trees_are_bounded(monkeypatch):
    asked = {}
    monkeypatch.setattr(fitted, "_of_folds", lambda model, *_: asked.update(model.get_params()))
    inputs = np.zeros((600, 2), dtype=np.float32)
    inputs[:, 0] = np.arange(600)
    many = pool_of(inputs, np.arange(600) // 2, "all")
    fitted.boosted_trees(many.train, None, 0)
    assert (asked["max_iter"], asked["learning_rate"]) == (20, 0.3)
    few = pool_of(inputs, np.arange(600) % 3, "all")
    fitted.boosted_trees(few.train, None, 0)
    assert (asked["max_iter"], asked["learning_rate"]) == (100, pytest.approx(0.1))
