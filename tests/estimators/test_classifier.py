"""What a fitted classifier answers and has, and what it is given."""

from __future__ import annotations

import io

import joblib
import numpy as np
import pandas
import polars
import pytest
from scipy import sparse
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning, NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier

import thalweg as tw
from tests.estimators.conftest import SMALL, fitted, small
from thalweg.errors import EstimatorError, NotMeasured
from thalweg.estimators.settings import PENALTY, settings_of


def test_the_vote_is_the_mean_of_the_members(classifier, flowers):
    X, y = flowers
    members = classifier.members_proba(X)
    assert members.shape == (3, 150, 3)
    assert members.std(axis=0).max() > 0.01, "each from another start"
    np.testing.assert_allclose(classifier.predict_proba(X), members.mean(axis=0), atol=1e-6)
    np.testing.assert_array_equal(classifier.predict(X), members.mean(axis=0).argmax(axis=1))
    np.testing.assert_array_equal(
        classifier.predict_log_proba(X[:4]), np.log(classifier.predict_proba(X[:4]))
    )
    assert classifier.score(X, y) == np.mean(classifier.predict(X) == y) > 0.8


def test_rows_are_answered_alike_in_any_company(classifier, flowers):
    X = np.tile(flowers[0], (4, 1))  # more than are answered at once
    whole = classifier.predict_proba(X)
    np.testing.assert_array_equal(classifier.predict_proba(X[[417]]), whole[[417]])
    np.testing.assert_array_equal(classifier.predict_proba(X[::-1]), whole[::-1])


def test_the_members_are_those_that_train_makes(classifier, flowers):
    X, y = flowers
    split = tw.data.TrainSplit(X, y.astype(np.int32), ("0", "1", "2"), tw.data.Scaling.standard(X))
    recipe = tw.Recipe(
        network=tw.networks.Mlp((6,), "relu", "he"),
        optimiser=tw.training.Adam(0.02),
        epochs=8,
        l2=classifier.alpha / 32,
        order="own",
    )
    population = tw.train(recipe, split, members=3, seed=0)
    np.testing.assert_allclose(classifier.members_proba(X), population.probabilities(split), atol=1e-4)


def test_equal_seeds_give_equal_answers_and_others_do_not(classifier, flowers):
    X, y = flowers
    np.testing.assert_array_equal(fitted(X, y).predict_proba(X), classifier.predict_proba(X))
    drawn = [fitted(X, y, random_state=np.random.RandomState(5)).predict_proba(X) for _ in range(2)]
    np.testing.assert_array_equal(*drawn)
    assert not np.array_equal(drawn[0], classifier.predict_proba(X))


def test_more_members_change_nobody(classifier, flowers):
    larger = fitted(*flowers, members=5)
    found = larger.members_proba(flowers[0])[:3]
    np.testing.assert_allclose(found, classifier.members_proba(flowers[0]), atol=1e-5)


def test_attributes_mean_what_they_mean_in_scikit_learn(classifier, flowers):
    with pytest.warns(ConvergenceWarning):
        peer = MLPClassifier((6,), max_iter=8).fit(*flowers)
    for name in ("n_layers_", "n_outputs_", "out_activation_", "n_features_in_", "n_iter_"):
        assert getattr(classifier, name) == getattr(peer, name), name
    np.testing.assert_array_equal(classifier.classes_, peer.classes_)
    assert len(classifier.loss_curve_) == len(peer.loss_curve_) == 8
    assert classifier.loss_ == classifier.loss_curve_[-1] < classifier.loss_curve_[0]
    assert classifier.validation_scores_ is peer.validation_scores_ is None
    ours, theirs = classifier.get_params(), peer.get_params()
    assert set(ours) - set(theirs) == {"members", "class_weight", "test_fraction", "scale_inputs", "engine"}


def test_alpha_is_divided_by_the_weights_of_a_batch():
    settings = settings_of(small(alpha=3.0, batch_size="auto").get_params())
    assert settings.recipe(150, 2.0).l2 == 3.0 / (150 * 2.0)
    assert settings.recipe(1000, 1.0).l2 == 3.0 / 200
    for batch_size in (10, "auto"):  # a penalty that belongs to the examples does not ask for the batch
        own = settings_of(small(alpha="auto", batch_size=batch_size).get_params())
        assert own.recipe(1000, 2.0).l2 == pytest.approx(PENALTY / 2000)


def test_alpha_does_what_it_does_in_scikit_learn(flowers):
    """Without hidden layers the cost has one minimum: of equal strength, both give the same answer."""
    X, y = flowers
    many = {"max_iter": 400, "tol": 0.0, "n_iter_no_change": 400}
    ours = fitted(X, y, hidden_layer_sizes=(), alpha=15.0, batch_size=150, members=1, **many)
    rows = ours.scaling_(X)
    # scikit-learn's logistic regression sums costs, and its C divides them; alpha / 150 is our l2
    theirs = LogisticRegression(C=1 / 15.0, tol=1e-8, max_iter=1000).fit(rows, y)
    np.testing.assert_allclose(ours.predict_proba(X), theirs.predict_proba(rows), atol=0.01)


def test_inputs_are_scaled_inside_and_it_is_said(classifier, flowers):
    X, y = flowers
    np.testing.assert_allclose(classifier.scaling_.offset, X.mean(axis=0), rtol=1e-6)
    np.testing.assert_allclose(classifier.scaling_.divisor, X.std(axis=0), rtol=1e-5)
    elsewhere = fitted(1000 * X - 77, y)
    np.testing.assert_allclose(elsewhere.predict_proba(1000 * X - 77), classifier.predict_proba(X), atol=1e-3)
    assert not fitted(X, y, scale_inputs=False).scaling_.offset.any()


@pytest.mark.parametrize("form", [sparse.csr_matrix, sparse.csc_array, sparse.coo_array, np.asfortranarray])
def test_sparse_and_dense_rows_are_the_same_rows(form, classifier, flowers):
    X, y = flowers
    found = fitted(form(X), y)
    np.testing.assert_array_equal(found.predict_proba(form(X)), classifier.predict_proba(X))


@pytest.mark.parametrize("frame", [pandas.DataFrame, polars.DataFrame])
def test_frames_give_names_and_strings_are_labels(frame, classifier, flowers):
    X, y = flowers
    names = np.array(["setosa", "versicolor", "virginica"])
    series = pandas.Series if frame is pandas.DataFrame else polars.Series
    rows = frame({f"feature {number}": X[:, number] for number in range(4)})
    found = fitted(rows, series(names[y]))
    assert found.feature_names_in_.tolist() == ["feature 0", "feature 1", "feature 2", "feature 3"]
    assert found.classes_.tolist() == names.tolist()
    assert found.predict(rows).tolist() == names[classifier.predict(X)].tolist()
    assert found.population_.class_names == tuple(names)


def test_it_is_kept_by_joblib(classifier, flowers):
    kept = io.BytesIO()
    joblib.dump(classifier, kept)
    kept.seek(0)
    again = joblib.load(kept)
    np.testing.assert_array_equal(again.predict_proba(flowers[0]), classifier.predict_proba(flowers[0]))
    assert again.get_params() == clone(classifier).get_params() == {**small().get_params(), **SMALL}


def test_accuracy_is_measured_on_what_was_kept_back_and_nowhere_else(flowers):
    X, y = flowers
    found = fitted(X, y, test_fraction=0.4, max_iter=20)
    vote, member = found.accuracy_interval_, found.members_accuracy_interval_
    assert vote.low < vote.value < vote.high
    assert member.low < member.value < member.high
    assert (60 * vote.value) % 1 == pytest.approx(0, abs=1e-9), "of the 60 that were kept back"
    learned = fitted(X, y).scaling_.offset
    assert not np.allclose(found.scaling_.offset, learned), "nor is anything of them in the scaling"


@pytest.mark.parametrize("early_stopping", [False, True])
def test_without_a_test_part_there_is_no_accuracy(early_stopping, flowers):
    found = fitted(*flowers, early_stopping=early_stopping)
    for name in ("accuracy_interval_", "members_accuracy_interval_"):
        assert not hasattr(found, name)
        with pytest.raises(NotMeasured, match=r"flattered[^$]*hint: fit with test_fraction=0.2"):
            getattr(found, name)


def test_evaluations_take_the_members(classifier, flowers):
    split = classifier.test_split(*flowers)
    found = tw.evaluation.accuracy(classifier.population_, split)
    assert found.ensemble.value == classifier.score(*flowers)
    with pytest.raises(EstimatorError, match="y has 'rose': expected one of"):
        classifier.test_split(flowers[0][:1], ["rose"])


def test_what_is_not_fitted_says_so(flowers):
    for ask in ("predict", "predict_proba", "members_proba"):
        with pytest.raises(NotFittedError):
            getattr(small(), ask)(flowers[0])
    with pytest.raises(NotFittedError):
        _ = small().accuracy_interval_


def test_a_short_training_is_said(flowers):
    with pytest.warns(ConvergenceWarning, match=r"3 of 3 members were still improving after max_iter=8"):
        small().fit(*flowers)


def test_members_that_diverge_are_said_and_have_no_vote(classifier, flowers):
    with pytest.raises(EstimatorError, match="All 3 members diverged"):
        fitted(*flowers, learning_rate_init=1e30)


def test_epochs_are_told_where_that_is_asked_for(flowers, capsys):
    fitted(*flowers, verbose=True)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 8
    assert lines[0].startswith("Epoch 1 of at most 8, loss = ")
