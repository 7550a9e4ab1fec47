from dataclasses import replace

import numpy as np
import pytest
from scipy.special import expit
from sklearn.metrics import average_precision_score

from tests.studies.judged import simulated
from thalweg.data.label_noise import flip_labels, pairs
from thalweg.errors import StudyError
from thalweg.measured import Measured
from thalweg.studies.label_audit import confusion as confusions
from thalweg.studies.label_audit.confusion import Confusion, easiness, learn_confusion
from thalweg.studies.label_audit.error_count import Floor
from thalweg.studies.label_audit.evidence import given_evidence
from thalweg.studies.label_audit.suspicion import (
    SCORES,
    agreement,
    dissent,
    entropy_adjusted,
    normalised_margin,
    self_confidence,
    suggested,
    suspicion,
    suspicion_odds,
)

HAND = np.array([[0.7, 0.2, 0.1], [0.25, 0.25, 0.5]])


def test_scores_of_a_case_by_hand():
    evidence, labels = given_evidence(HAND, 2), np.array([1, 2])
    np.testing.assert_allclose(self_confidence(evidence, labels), [0.8, 0.5])
    np.testing.assert_allclose(normalised_margin(evidence, labels), [0.75, 0.375])
    entropy = -(HAND[0] * np.log(HAND[0])).sum() / np.log(3)
    assert entropy_adjusted(evidence, labels)[0] == pytest.approx(1 - entropy / -np.log(0.2))
    np.testing.assert_allclose(dissent(evidence, labels), [1, -1])
    np.testing.assert_array_equal(suggested(evidence), [0, 2])


def test_members_that_trained_on_an_example_do_not_judge_it():
    table = np.stack([HAND, HAND[::-1], np.full((2, 3), np.nan)])
    table[1, 0] = np.nan
    evidence = given_evidence(table, 2)
    np.testing.assert_array_equal(evidence.times, [1, 2])
    np.testing.assert_allclose(evidence.probabilities[1], (HAND[1] + HAND[0]) / 2)
    np.testing.assert_allclose(agreement(evidence), [1, 0.5])
    assert np.isnan(evidence.error[0]).all()
    expected = np.std([HAND[1], HAND[0]], axis=0, ddof=1) / np.sqrt(2)
    np.testing.assert_allclose(evidence.error[1], expected)


@pytest.mark.parametrize(
    ("transition", "flips"), [(None, 200), (pairs(5, {0: 1, 1: 0, 2: 3}), 200), (None, 8)]
)
def test_every_score_beats_chance_by_far_and_suspicion_is_level_with_the_best_known(transition, flips):
    answers, noisy = simulated(7, flips=flips, transition=transition)
    evidence = given_evidence(answers, len(answers))
    precision = {
        name: average_precision_score(noisy.flipped, score(evidence, noisy.labels))
        for name, score in SCORES.items()
    }
    assert precision["suspicion"] >= precision["self-confidence"] - 0.01, precision
    assert precision["noise-odds"] > 10 * flips / 4000


def test_confusable_classes_are_learned_and_help():
    answers, noisy = simulated(3, flips=300, transition=pairs(5, {0: 1, 1: 0, 2: 3}))
    confusion = learn_confusion(answers, noisy.labels)
    away = confusion.transition * ~np.eye(5, dtype=bool)
    assert {tuple(cell) for cell in np.argwhere(away > 0.05)} == {(0, 1), (1, 0), (2, 3)}
    evidence = given_evidence(answers, len(answers))
    gain = [
        average_precision_score(noisy.flipped, SCORES[name](evidence, noisy.labels))
        for name in ("self-confidence", "suspicion")
    ]
    assert gain[1] > gain[0] + 0.02


def test_transitions_are_the_rates_that_labels_were_flipped_with():
    answers, noisy = simulated(0, examples=20_000, flips=2000)
    transition = learn_confusion(answers, noisy.labels).transition
    np.testing.assert_allclose(transition.sum(axis=1), 1)
    np.testing.assert_allclose(1 - np.diag(transition), 0.1, atol=0.02)


def test_what_leaks_into_answers_is_taken_out_only_where_labels_go_wrong_in_one_way():
    leak = np.array([[0.8, 0.2], [0.0, 1.0]])
    answers = np.array([[0.8, 0.2], [0.72, 0.28]])
    one_way = Confusion(leak, leak, np.array([[True, True], [False, True]]))
    np.testing.assert_allclose(one_way.clean(answers), [[1, 0], [0.9, 0.1]], atol=1e-8)
    evenly = Confusion(leak, leak, np.zeros((2, 2), bool))
    np.testing.assert_allclose(evenly.clean(answers)[:, 1], [0.2 / 1.2, 0.28 / 1.18], atol=1e-8)


def test_the_odds_of_a_wrong_label_are_bayes_rule():
    transition = np.array([[0.9, 0.1], [0.2, 0.8]])
    confusion = Confusion(transition, np.eye(2), np.zeros((2, 2), bool))
    odds = confusion.log_odds_wrong(np.array([[0.3, 0.7]]), np.array([0]))
    np.testing.assert_allclose(np.exp(odds), [(0.7 * 0.2) / (0.3 * 0.9)])


def test_suspicion_is_a_probability_that_is_about_right():
    answers, noisy = simulated(5, examples=20_000, flips=1500)
    evidence = given_evidence(answers, len(answers))
    found = suspicion(evidence, noisy.labels)
    assert found.min() >= 0
    assert found.max() <= 1
    assert abs(found.sum() / 1500 - 1) < 0.25


def test_what_is_learned_when_it_is_seen_is_less_suspicious():
    answers, noisy = simulated(2, flips=100)
    plain = given_evidence(answers, len(answers))
    own = plain.of_labels(noisy.labels)
    gained = np.where(np.arange(len(own)) % 2 == 0, 1.0 - own, 0.0)
    told = replace(plain, gained=gained)
    change = suspicion_odds(told, noisy.labels) - suspicion_odds(plain, noisy.labels)
    np.testing.assert_allclose(change, -4 * gained, atol=1e-9)


def test_easiness_is_a_rank_within_the_chosen_class():
    answers = np.array([[0.9, 0.1], [0.6, 0.4], [0.2, 0.8]])
    np.testing.assert_allclose(easiness(answers), [0.75, 0.25, 0.5])


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (HAND[:1], r"shape \(1, 3\) for 2 labels"),
        (HAND * 3, "run from 0.3 to 2.1: expected 0..1"),
        (np.log(HAND), "logarithms of probabilities"),
        (np.full((2, 3), np.nan), "all NaN"),
        (np.array([HAND[0], [np.nan] * 3]), "example 1 has NaN"),
    ],
)
def test_what_are_no_judgements_is_named(table, message):
    with pytest.raises(StudyError, match=message):
        given_evidence(table, 2)


def overlapping(seed, flips, examples=4000):
    """Calibrated answers to four classes of which the first two overlap, and labels of that, some wrong."""
    generator = np.random.default_rng(seed)
    kind = generator.integers(0, 4, examples)
    answers = np.full((examples, 4), 0.002)
    answers[np.arange(examples), kind] = 0.994
    alike, share = kind < 2, generator.beta(0.5, 0.5, examples)
    answers[alike, 0], answers[alike, 1] = 0.996 * share[alike], 0.996 * (1 - share[alike])
    truth = (answers.cumsum(axis=1) > generator.random((examples, 1))).argmax(axis=1)
    noisy = flip_labels(truth, classes=4, seed=seed, flips=flips)
    learned = answers * (1 - flips / examples) + (1 - answers) / 3 * flips / examples
    return learned, noisy


@pytest.mark.parametrize("flips", [40, 120, 400])
def test_what_judges_cannot_tell_apart_is_not_taken_for_wrong_labels(flips):
    gains = []
    for seed in range(3):
        answers, noisy = overlapping(seed, flips)
        evidence = given_evidence(answers, len(answers))
        plain, ours = (
            average_precision_score(noisy.flipped, SCORES[name](evidence, noisy.labels))
            for name in ("self-confidence", "suspicion")
        )
        gains.append(ours - plain)
    assert np.mean(gains) > -0.02


def test_anchors_of_a_pair_are_those_that_are_least_like_the_other_class():
    # of what is taken for 0, labels 1 stand where 1 is likely: none among the anchors; labels 2 anywhere
    share = np.linspace(0.01, 0.45, 500)
    answers = np.stack([1 - share - 0.001, share, np.full(500, 0.001)], axis=1)
    answers = np.concatenate(
        [answers, np.tile([0.01, 0.98, 0.01], (200, 1)), np.tile([0.01, 0.01, 0.98], (200, 1))]
    )
    labels = np.concatenate([np.where(share > 0.3, 1, 0), np.full(200, 1), np.full(200, 2)])
    labels[:500:25] = 2
    transition = learn_confusion(answers, labels).transition
    assert transition[0, 2] == pytest.approx(0.04, abs=0.015)
    assert transition[0, 1] < 0.01


def test_the_order_of_examples_is_of_no_importance_where_answers_tie():
    generator = np.random.default_rng(0)
    answers = np.round(generator.dirichlet([0.3, 0.3, 0.3], 600), 1) + 1e-6
    answers /= answers.sum(axis=1, keepdims=True)
    labels = np.sort(generator.integers(0, 3, 600))
    turned = generator.permutation(600)
    one, other = learn_confusion(answers, labels), learn_confusion(answers[turned], labels[turned])
    np.testing.assert_allclose(one.transition, other.transition)


def test_who_is_taken_for_whom_is_believed_as_far_as_wrong_labels_are_shown():
    answers, noisy = simulated(3, flips=300, transition=pairs(5, {0: 1, 1: 0, 2: 3}))
    away = ~np.eye(5, dtype=bool)
    rates = [
        learn_confusion(answers, noisy.labels, floor=floor).transition[away].max()
        for floor in (None, 0.07, 0.01, 0.0)
    ]
    assert rates == sorted(rates, reverse=True)
    assert rates[0] > 0.1
    assert rates[-1] < 0.001
    told, untold = Measured(0.05, 0.02, 0.2), Measured(0.05, 0.0, 0.2)
    assert Floor(told, 0.05).believed == 0.05
    assert Floor(untold, 0.05).believed == 0.0
    assert Floor(Measured(0.05, 0.0, 0.08), 0.05).believed == 0.05


def test_how_much_is_believed_falls_faster_than_what_is_shown(monkeypatch):
    answers, noisy = simulated(4, flips=300, transition=pairs(5, {0: 1, 1: 0, 2: 3}))
    away = ~np.eye(answers.shape[1], dtype=bool)

    def off(believed):
        monkeypatch.setattr(confusions, "BELIEVED", believed)
        return learn_confusion(answers, noisy.labels, floor=0.02).transition[away].sum()

    assert off(0.0) == learn_confusion(answers, noisy.labels).transition[away].sum()
    assert off(0.0) > off(1.0) > off(1.5)


@pytest.mark.parametrize("expected", [30.0, 100.0, 220.0])
def test_suspicions_add_up_to_the_number_that_is_expected_and_keep_their_order(expected):
    answers, noisy = simulated(2, flips=100)
    evidence = given_evidence(answers, len(answers))
    plain = suspicion(evidence, noisy.labels)
    moved = suspicion(evidence, noisy.labels, expected=expected)
    assert moved.sum() == pytest.approx(expected, rel=1e-6)
    np.testing.assert_array_equal(np.argsort(moved, kind="stable"), np.argsort(plain, kind="stable"))


def test_suspicions_are_moved_so_far_and_no_farther():
    answers, noisy = simulated(2, flips=100)
    evidence = given_evidence(answers, len(answers))
    odds = suspicion_odds(evidence, noisy.labels)
    for expected, moved in ((1e-9, -4), (len(answers), 4)):
        found = suspicion(evidence, noisy.labels, expected=expected)
        np.testing.assert_allclose(found, expit(odds + moved))
