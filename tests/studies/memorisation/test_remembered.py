from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings, strategies
from hypothesis.extra.numpy import arrays
from sklearn.neighbors import KNeighborsClassifier
from sklearn.tree import DecisionTreeClassifier

import thalweg as tw
from tests.studies.blobs import blobs
from tests.studies.memorisation.test_study import DATA, TWINS, WRONG
from thalweg.errors import StudyError
from thalweg.studies.memorisation.scores import scores_of


@pytest.fixture(scope="module")
def found():
    trees = tw.ensemble(DecisionTreeClassifier(), DATA, members=40, share=0.7, jobs=1)
    return tw.studies.remembered(trees, DATA)


def test_trees_remember_wrong_labels_and_no_copies(found):
    score = found.scores.memorisation
    assert score[WRONG].min() > 0.4 > 3 * np.abs(np.delete(score, WRONG)).mean()
    assert np.abs(score[TWINS]).max() < 0.2
    assert found.removal is None
    assert found.content()["share"] == 0.7
    assert found.tables()["memorisation"].height == 60


def test_who_asks_only_the_nearest_remembers_what_no_neighbour_says():
    """By hand: the nearest neighbour is right on what it learned, and else where its neighbour agrees."""
    nearest = tw.ensemble(KNeighborsClassifier(1), DATA, members=20, share=0.5, jobs=1)
    answers = nearest.probabilities(DATA.train).argmax(axis=2) == DATA.train.labels
    inside = nearest.inside
    by_hand = [
        answers[inside[:, each], each].mean() - answers[~inside[:, each], each].mean() for each in range(60)
    ]
    found = tw.studies.remembered(nearest, DATA)
    np.testing.assert_allclose(found.scores.memorisation, by_hand)
    np.testing.assert_allclose(found.scores.accuracy_in, 1)


def test_others_are_refused_by_name():
    trees = DecisionTreeClassifier()
    for unfit, said in [
        (tw.ensemble(trees, DATA, members=10, bootstrap=True), "did not each learn from a share"),
        (tw.ensemble(trees, DATA, members=9, share=0.7), "9 members"),
        (tw.ensemble(trees, blobs(66), members=10, share=0.7), "66 examples"),
    ]:
        with pytest.raises(StudyError, match=said):
            tw.studies.remembered(unfit, DATA)


TABLES = strategies.tuples(strategies.integers(1, 8), strategies.integers(1, 5)).flatmap(
    lambda shape: strategies.tuples(arrays(bool, shape), arrays(bool, shape))
)


@settings(max_examples=40, deadline=None)
@given(TABLES)
def test_scores_are_a_difference_of_two_shares(tables):
    inside, right = tables
    score = scores_of(inside, right).memorisation
    for each in range(inside.shape[1]):
        groups = [right[chosen, each] for chosen in (inside[:, each], ~inside[:, each])]
        if all(map(len, groups)):
            assert score[each] == pytest.approx(groups[0].mean() - groups[1].mean())
        else:
            assert np.isnan(score[each])


@pytest.mark.parametrize(
    "tables", [(np.ones((2, 3)), np.ones((2, 3), bool)), (np.ones((2, 3), bool), np.ones((3, 2), bool))]
)
def test_tables_of_anything_else_are_refused(tables):
    with pytest.raises(StudyError, match="truth values"):
        scores_of(*tables)
