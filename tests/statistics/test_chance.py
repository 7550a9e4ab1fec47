"""Whether anything was learned: guessers of every kind do not pass, and who knows a little does."""

import numpy as np
import pytest
from scipy.special import expit
from sklearn.dummy import DummyClassifier
from sklearn.metrics import roc_auc_score

from thalweg.measured import Measured
from thalweg.statistics.chance import commonest_class, over_chance, over_share

NAMES = ("ash", "elm", "oak")


def asked(probabilities, labels, names=NAMES):
    right = (probabilities.argmax(axis=1) == labels)[None]
    return over_chance(right, labels, names, probabilities)


def guesser(generator, labels, strategy):
    dummy = DummyClassifier(strategy=strategy, random_state=int(generator.integers(1e6)))
    dummy.fit(np.zeros((len(labels), 1)), generator.permutation(labels))
    return dummy.predict_proba(np.zeros((len(labels), 1)))


@pytest.mark.parametrize("shares", [(0.33, 0.33, 0.34), (0.03, 0.07, 0.9)])
@pytest.mark.parametrize("strategy", ["most_frequent", "stratified", "uniform", "prior", "noise"])
def test_a_guesser_passes_no_more_often_than_it_may(shares, strategy):
    passed, repeats = 0, 30
    for repeat in range(repeats):
        generator = np.random.default_rng([repeat, len(strategy)])
        labels = generator.choice(3, 90, p=shares)
        labels[:3] = 0, 1, 2
        noise = generator.dirichlet([1, 1, 1], 90)
        answers = noise if strategy == "noise" else guesser(generator, labels, strategy)
        passed += asked(answers, labels).learned
    assert passed <= 5  # 5 %, and what luck adds to 30 repeats (99 %)


def test_who_is_right_more_often_has_learned():
    labels = np.arange(60) % 3
    found = asked(np.eye(3)[np.where(np.arange(60) < 45, labels, 0)], labels)
    assert found.more_often_right
    assert found.learned
    assert found.ranking is None
    assert found.gain.value == pytest.approx(50 / 60 - 1 / 3)
    assert not found.rows()


def test_a_rare_class_that_is_ranked_has_been_learned_though_it_is_never_named():
    generator = np.random.default_rng(0)
    score = generator.normal(size=2000)
    chance = expit(1.2 * score - 4)
    labels = (generator.random(2000) < chance).astype(int)
    found = asked(np.stack([1 - chance / 2, chance / 2], axis=1), labels, ("ok", "fraud"))
    assert not found.more_often_right
    assert found.learned
    assert found.ranking == pytest.approx(roc_auc_score(labels, chance))
    assert "rank the classes" in found.rows()[0][1]
    assert len(found.rows()) == 1


def test_the_ranking_is_that_of_scikit_learn_ties_included():
    generator = np.random.default_rng(1)
    labels = generator.choice(3, 200, p=(0.2, 0.3, 0.5))
    answers = np.round(generator.dirichlet([1, 1, 1], 200), 1)
    found = over_chance(np.zeros((1, 200), bool), labels, NAMES, answers)
    each = [roc_auc_score(labels == label, answers[:, label]) for label in range(3)]
    assert found.ranking == pytest.approx(np.average(each, weights=np.bincount(labels)))


def test_nothing_is_said_first_and_what_to_try():
    labels = np.array([0] * 30 + [1] * 10)
    found = asked(np.tile([1.0, 0.0], (40, 1)), labels, ("ok", "fraud"))
    (asked_first, said), (_, advice) = found.rows()
    assert asked_first == "Was anything learned?"
    assert "nothing that can be told from guessing" in said
    assert "always naming 'ok' is right 75.0 % of the time" in said
    assert "epochs" in advice
    assert found.to_json()["learned"] is False
    assert found.to_json()["p_value"] == 1.0


def test_one_example_and_one_class_show_nothing():
    assert not over_chance(np.ones((4, 1), bool), np.zeros(1, int), NAMES).learned
    assert not over_chance(
        np.ones((4, 9), bool), np.zeros(9, int), NAMES, np.tile([1.0, 0, 0], (9, 1))
    ).learned


def test_of_an_accuracy_alone_the_interval_decides():
    guess = commonest_class(np.array([2, 2, 0, 1, 2]), NAMES)
    assert guess == (0.6, "oak")
    assert over_share(Measured(0.7, 0.61, 0.8), *guess).learned
    assert not over_share(Measured(0.7, 0.59, 0.8), *guess).learned
    assert not over_share(Measured(0.7), *guess).learned


def test_a_few_lucky_answers_of_an_even_guesser_are_no_gain():
    labels = np.arange(40) % 2
    named = np.zeros((4, 40), int)
    named[0, [1, 3]] = named[1, 1] = 1  # else always the commonest, and by luck never wrong where it is not
    found = over_chance(named == labels, labels, NAMES[:2])
    assert found.gain.value > 0
    assert not found.more_often_right
