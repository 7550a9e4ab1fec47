"""Against what iMRMC publishes for its example, and against the definition, looked at pair by pair."""

import csv
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest

from thalweg.errors import EvaluationError
from thalweg.statistics.readers_and_cases import losses, pair_luck, readers_and_cases

PUBLISHED = {  # iMRMC 1.2, Rpackage/iMRMC/tests/testthat (public domain): its input and what it answers
    "testA": (0.704375, 0.00631393024, [0.00396523, 0.00340635, 0.00111079, 0.00425425, 0.00251763]),
    "testB": (0.7585, 0.00237205276, [0.0035918, 0.00190739, 0.0028522, 0.0033019, 0.0024933]),
}


def example(modality):
    with (Path(__file__).parent / "imrmc.csv").open() as file:
        rows = [row for row in csv.reader(file) if row[0] == modality]
    ranks = np.array([row[2].split() for row in rows], int)
    return ranks[:, :40], ranks[:, 40:]


@pytest.mark.parametrize("modality", PUBLISHED)
def test_variance_over_readers_and_cases_is_imrmcs(modality):
    area, variance, _ = PUBLISHED[modality]
    found = readers_and_cases(*example(modality))
    assert found.area == pytest.approx(area, abs=1e-9)
    assert found.variance == pytest.approx(variance, abs=1e-11)


@pytest.mark.parametrize("modality", PUBLISHED)
def test_variance_of_each_reader_is_imrmcs(modality):
    inliers, outliers = example(modality)
    for reader, published in enumerate(PUBLISHED[modality][2]):
        own = slice(reader, reader + 1)
        spread = sum(loss.var(ddof=1) / 40 for loss in losses(inliers[reader], outliers[reader]))
        pairs = pair_luck(inliers[own], outliers[own])
        assert spread - pairs.these_members == pytest.approx(published, abs=5e-9)


def scores(members=3, inliers=5, outliers=4, *, seed=0):
    generator = np.random.default_rng(seed)
    low = generator.normal(size=(members, inliers)) + generator.normal(size=inliers)
    return low.round(), (
        generator.normal(1, 1, size=(members, outliers)) + generator.normal(size=outliers)
    ).round()


def by_definition(inliers, outliers, *, new_members):
    """The mean squared less the mean product of pairs that share nothing: Gallas (2006), M8."""
    won = np.heaviside(outliers[:, None, :] - inliers[:, :, None], 0.5)
    if not new_members:
        won = won.mean(axis=0, keepdims=True)
    readers = permutations(range(len(won)), 2) if new_members else [(0, 0)]
    products = [
        won[one, low, high] * won[two, other_low, other_high]
        for one, two in readers
        for low, other_low in permutations(range(won.shape[1]), 2)
        for high, other_high in permutations(range(won.shape[2]), 2)
    ]
    return won.mean() ** 2 - np.mean(products)


@pytest.mark.parametrize("seed", range(4))
def test_variances_are_their_definition_ties_included(seed):
    inliers, outliers = scores(seed=seed)
    found = readers_and_cases(inliers, outliers)
    assert found.variance == pytest.approx(by_definition(inliers, outliers, new_members=True), abs=1e-12)
    assert found.fixed == pytest.approx(by_definition(inliers, outliers, new_members=False), abs=1e-12)


def test_members_that_agree_add_nothing():
    inliers, outliers = scores(1)
    same = readers_and_cases(np.repeat(inliers, 3, axis=0), np.repeat(outliers, 3, axis=0))
    assert same.members[0] == pytest.approx(0.0, abs=1e-20)
    assert same.variance == pytest.approx(same.fixed)


def test_of_many_pairs_some_are_looked_at():
    inliers, outliers = scores(3, 300, 80)
    whole = pair_luck(inliers, outliers)
    some = pair_luck(inliers, outliers, most=3 * 120 * 60)
    assert some.these_members != whole.these_members
    assert some.these_members == pytest.approx(whole.these_members, rel=0.2)
    assert some == pair_luck(inliers, outliers, most=3 * 120 * 60)


@pytest.mark.parametrize(
    ("inliers", "outliers", "message"),
    [
        (np.ones((1, 3)), np.ones((1, 3)), r"inliers have shape \(1, 3\).*two members and two inliers"),
        (np.ones((2, 3)), np.ones((2, 1)), "at least two members and two outliers"),
        (np.ones((2, 3)), np.ones((3, 3)), "2 members scored the inliers and 3 the outliers"),
        (np.full((2, 3), np.nan), np.ones((2, 3)), "inliers hold NaN"),
        (np.array([["a"] * 2] * 2), np.ones((2, 3)), "expected numbers"),
    ],
)
def test_bad_scores_are_named(inliers, outliers, message):
    with pytest.raises(EvaluationError, match=message) as caught:
        readers_and_cases(inliers, outliers)
    assert caught.value.hint
