from __future__ import annotations

import warnings

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.ensemble import (
    HistGradientBoostingClassifier,
    RandomForestClassifier,
    StackingClassifier,
    VotingClassifier,
)
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from sklearn.tree import ExtraTreeClassifier

import thalweg as tw
from tests.studies.blobs import blobs
from thalweg.errors import EstimatorError, EvaluationError, NotApplicable, StudyError

DATA = blobs(90, spread=1.0)
INPUTS = DATA.test.inputs


def tree() -> ExtraTreeClassifier:
    return ExtraTreeClassifier(max_depth=4)


def test_members_are_the_same_however_many_processes_and_members_there_are():
    here = tw.ensemble(tree(), DATA, members=5, bootstrap=True, jobs=1)
    there = tw.ensemble(tree(), DATA, members=4, bootstrap=True, jobs=2)
    np.testing.assert_array_equal(here.probabilities(INPUTS)[:4], there.probabilities(INPUTS))
    np.testing.assert_array_equal(here.inside[:4], there.inside)


def test_another_seed_gives_other_members():
    one, other = (tw.ensemble(tree(), DATA, members=3, seed=seed).probabilities(INPUTS) for seed in (0, 1))
    assert (one != other).any(axis=(1, 2)).all()
    assert (one[0] != one[1]).any()


def test_a_member_is_what_scikit_learn_fits():
    found = tw.ensemble(GaussianNB(), DATA, members=2, bootstrap=True)
    rows = np.random.default_rng([0, 1, 1]).integers(90, size=90)
    alone = GaussianNB().fit(DATA.train.inputs[np.sort(rows)], DATA.train.labels[np.sort(rows)])
    np.testing.assert_allclose(found.probabilities(INPUTS)[1], alone.predict_proba(INPUTS), atol=1e-6)
    assert found.inside[1].sum() == len(np.unique(rows))


@pytest.mark.parametrize(
    ("estimator", "said"),
    [
        (GaussianNB(), "it has no random_state"),
        (LogisticRegression(), "answer all alike"),
        (HistGradientBoostingClassifier(max_iter=2), "answer all alike"),
        (make_pipeline(StandardScaler(), LogisticRegression()), "answer all alike"),
    ],
)
def test_where_nothing_would_differ_nothing_is_fitted(estimator, said):
    with pytest.raises(EstimatorError, match=said) as caught:
        tw.ensemble(estimator, DATA, members=3)
    assert "bootstrap=True" in caught.value.hint
    assert len(tw.ensemble(estimator, DATA, members=3, share=0.7)) == 3
    assert len(tw.ensemble(estimator, DATA, members=1)) == 1, "one alone differs from nobody"


def test_trees_that_know_all_by_heart_do_differ():
    assert len(tw.ensemble(ExtraTreeClassifier(), DATA, members=2)) == 2


def test_without_seeds_of_their_own_members_are_the_same():
    with pytest.raises(EstimatorError, match="seeds=False"):
        tw.ensemble(tree(), DATA, members=2, seeds=False)
    found = tw.ensemble(tree(), DATA, members=2, seeds=False, bootstrap=True)
    assert found[0].random_state == found[1].random_state
    assert "seeds" not in found.differs


def test_who_has_probabilities_only_once_it_is_fitted_is_taken():
    stack = StackingClassifier([("tree", tree())], cv=2)
    assert not hasattr(stack, "predict_proba")
    assert tw.ensemble(stack, DATA, members=2).probabilities(INPUTS).shape == (2, 45, 3)


@pytest.mark.parametrize("unfit", [SVC(), VotingClassifier([("tree", tree())]), SGDClassifier()])
def test_who_has_none_even_then_is_refused_with_a_cure(unfit):
    with pytest.raises(EstimatorError, match="no predict_proba") as caught:
        tw.ensemble(unfit, DATA, members=2)
    assert "CalibratedClassifierCV" in caught.value.hint


def test_what_differs_is_said():
    assert tw.ensemble(tree(), DATA, members=2).differs == "seeds (random_state)"
    shares = tw.ensemble(GaussianNB(), DATA, members=10, share=0.7)
    assert shares.differs.startswith("a random 70% of the 90 examples")
    np.testing.assert_array_equal(shares.inside.sum(axis=0), 7)


def test_columns_stand_in_the_order_of_the_data_also_where_a_member_lacks_a_class():
    many = blobs(64, classes=4, spread=0.2).train
    rare = many.take(np.flatnonzero((many.labels != 1) | (np.arange(64) == 1)))
    found = tw.ensemble(ExtraTreeClassifier(), rare, members=8, bootstrap=True)
    answers = found.probabilities(rare)
    assert answers.shape == (8, 49, 4)
    np.testing.assert_allclose(answers.sum(axis=2), 1, atol=1e-6)
    met = found.inside[:, rare.labels == 1].any(axis=1)
    assert 0 < met.sum() < 8
    assert (answers[~met, :, 1] == 0).all(), "a class of one example that was not drawn"
    assert (answers[met][:, rare.labels == 1, 1] == 1).all()
    others = rare.labels != 1
    assert (answers.argmax(axis=2) == rare.labels)[:, others].mean() > 0.95


def test_every_evaluation_of_answers_takes_them_and_the_others_say_why_not(quarters_dataset):
    forests = tw.ensemble(RandomForestClassifier(4, max_depth=3), quarters_dataset, members=3)
    found = tw.evaluate(forests, quarters_dataset)
    made = {name for name, record in found.items() if type(record).__name__ != "NotMeasured"}
    usual = {"accuracy", "calibration", "noise", "outliers", "shift", "abstention", "diversity"}
    assert made == {*usual, "arbitrariness"}
    assert "FittedPopulation" in found["adversarial"].reason
    for name in ("curvature", "landscape", "features"):
        with pytest.raises(NotApplicable) as caught:
            tw.evaluate(forests, quarters_dataset, only=[name])
        assert "FittedPopulation" in caught.value.message


def test_two_of_them_are_compared():
    one, other = (tw.ensemble(tree(), DATA, members=4, seed=seed) for seed in (0, 1))
    found = tw.evaluation.compare(one, other, DATA.test, names=("these", "those"))
    assert found.members == (4, 4)
    assert tw.evaluation.compare(one[:2], one, DATA.test).members == (2, 4)


class Grumbling(ClassifierMixin, BaseEstimator):
    """Warns, and fails on the second call where it is told to."""

    def __init__(self, random_state=None, fails=False, forgets=False):
        self.random_state, self.fails, self.forgets = random_state, fails, forgets

    def fit(self, X, y):
        if self.fails:
            raise ArithmeticError("too hot\nin here")
        warnings.warn("not done:\nmore", ConvergenceWarning, stacklevel=1)
        if not self.forgets:
            self.classes_ = np.unique(y)
        return self

    def predict_proba(self, X):
        drawn = np.random.default_rng(self.random_state).random((len(X), 3))
        return drawn / drawn.sum(axis=1, keepdims=True)


def test_what_members_warn_of_is_said_once():
    with pytest.warns(ConvergenceWarning, match="^4 of 4 members: not done$") as heard:
        tw.ensemble(Grumbling(), DATA, members=4)
    assert len(heard) == 1


@pytest.mark.parametrize(
    ("arguments", "error", "said"),
    [
        ({"estimator": Grumbling(fails=True)}, EstimatorError, "ArithmeticError: too hot"),
        ({"estimator": Grumbling(forgets=True)}, EstimatorError, "classes_ None"),
        ({"members": 0}, EstimatorError, "members=0"),
        ({"members": 2.5}, EstimatorError, "members=2.5"),
        ({"jobs": -1}, EstimatorError, "jobs=-1"),
        ({"share": 1.0}, StudyError, "share=1"),
        ({"share": 0.5, "bootstrap": True}, EstimatorError, "both say"),
        ({"split": DATA.test}, EstimatorError, "TestSplit"),
        ({"split": DATA.train.take(DATA.train.labels == 1)}, EstimatorError, "nothing to tell apart"),
    ],
)
def test_bad_input_is_named(arguments, error, said):
    with pytest.raises(error, match=said) as caught:
        tw.ensemble(**{"estimator": tree(), "split": DATA, **arguments})
    assert caught.value.hint


def test_a_draw_of_one_class_alone_is_named():
    lonely = blobs(12, spread=0.2).train
    lonely = lonely.take(np.array([0, 1, 3, 6, 9]))
    with pytest.raises(EstimatorError, match="one class alone"):
        tw.ensemble(tree(), lonely, members=30, bootstrap=True, jobs=1)


def test_inputs_of_another_shape_are_named():
    with pytest.raises(EvaluationError, match="3 numbers an example"):
        tw.ensemble(tree(), DATA, members=2).probabilities(INPUTS[:, :3])


def test_progress_hears_of_every_member():
    heard = []
    tw.ensemble(tree(), DATA, members=3, progress=lambda *told: heard.append(told))
    assert heard == [(f"member {place + 1} of 3", place, 3) for place in range(3)]
