import numpy as np
import pytest
from scipy.stats import binomtest

from thalweg.statistics.intervals import wilson
from thalweg.studies.label_audit.issues.overlap import find_overlaps

NAMES = ("cat", "dog", "owl", "yak")


def confused(table):
    """Labels and answers with so many of each."""
    labels, chosen = np.indices(table.shape).reshape(2, -1)
    return np.repeat(labels, table.ravel()), np.repeat(chosen, table.ravel())


def overlaps(table, known=None, suspicious=None):
    labels, chosen = confused(np.array(table))
    known = np.ones(len(table), bool) if known is None else known
    suspicious = np.zeros(len(labels), bool) if suspicious is None else suspicious
    return find_overlaps(chosen, labels, NAMES[: len(table)], known=known, suspicious=suspicious)


def test_a_pair_that_is_confused_both_ways_comes_first():
    found = overlaps([[80, 20, 0, 0], [15, 84, 1, 0], [0, 1, 99, 0], [0, 0, 1, 99]])
    first = found[0]
    assert (first.one, first.other, first.overlaps) == ("cat", "dog", True)
    assert (first.one_as_other, first.other_as_one) == (20, 15)
    assert first.share.value == 35 / 200
    assert first.share.interval == wilson(35, 200)
    assert first.others == pytest.approx(3 / 1000)  # three confusions among the five other pairs of 200
    assert [(pair.one, pair.other) for pair in found[1:]] == [("dog", "owl"), ("owl", "yak")]
    assert not any(pair.overlaps for pair in found[1:])


def test_one_direction_alone_is_no_overlap():
    found = overlaps([[60, 40, 0, 0], [0, 99, 1, 0], [0, 1, 99, 0], [0, 0, 1, 99]])
    assert found[0].one_as_other == 40
    assert found[0].stands_out
    assert not found[0].both_ways


def test_two_classes_have_no_others_to_be_more_than():
    pair = overlaps([[60, 40], [40, 60]])[0]
    assert pair.others is None
    assert not pair.overlaps
    assert overlaps([[50, 0], [0, 50]]) == ()


def test_classes_that_are_not_recognised_or_absent_are_left_out():
    table = [[80, 20, 0, 0], [15, 85, 0, 0], [0, 0, 0, 0], [30, 0, 0, 70]]
    found = overlaps(table, known=np.array([True, True, True, False]))
    assert [(pair.one, pair.other) for pair in found] == [("cat", "dog")]


def test_confusions_that_are_likely_wrong_labels_are_counted_apart():
    table = np.array([[80, 20, 0, 0], [15, 85, 0, 0], [0, 0, 100, 0], [0, 0, 0, 100]])
    labels, chosen = confused(table)
    suspicious = (labels == 0) & (chosen == 1)
    assert overlaps(table, suspicious=suspicious)[0].wrong == 20


def test_standing_out_is_the_exact_test_of_two_rates():
    generator = np.random.default_rng(1)
    told = []
    for _ in range(60):
        table = generator.poisson(4, (4, 4)) + np.diag(generator.integers(40, 80, 4))
        table[0, 1] += generator.integers(0, 12)
        pair = next(one for one in overlaps(table) if (one.one, one.other) == ("cat", "dog"))
        away = table.sum() - np.trace(table)
        share = table[:2].sum() / (3 * table.sum())  # every class stands in three pairs
        both = pair.one_as_other + pair.other_as_one
        luck = binomtest(int(both), int(away), share, alternative="greater").pvalue
        told.append((pair.stands_out, luck <= 0.05 / 6))
    assert all(one == other for one, other in told)
    assert len(set(told)) == 2
    one = overlaps([[96, 4, 0], [2, 98, 0], [0, 1, 99]])[0]  # 6 of 7: P(6 or more) = 0.0069 of a third each
    assert one.stands_out
    one = overlaps([[97, 3, 0], [1, 99, 0], [0, 1, 99]])[0]  # 4 of 5: P = 0.045, and three pairs
    assert not one.stands_out


def test_even_confusion_rarely_stands_out():
    generator = np.random.default_rng(0)
    hits = 0
    for _ in range(300):
        labels = generator.integers(0, 4, 400)
        wrong = generator.random(400) < 0.2
        chosen = np.where(wrong, (labels + generator.integers(1, 4, 400)) % 4, labels)
        found = find_overlaps(chosen, labels, NAMES, known=np.ones(4, bool), suspicious=np.zeros(400, bool))
        hits += any(pair.stands_out for pair in found)
    assert hits <= 24  # at most one in twenty, and what luck adds
