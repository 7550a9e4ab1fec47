import itertools

import numpy as np
import pytest
from scipy.stats import hypergeom

from thalweg.statistics.agreement import agree, disagree_table, named_by, self_consistency
from thalweg.statistics.pairs import disagreements, pseudo_values


@pytest.fixture(scope="module")
def predicted():
    """Answers of seven members to twelve examples; on the first they all agree."""
    answers = np.random.default_rng(0).integers(0, 3, (7, 12))
    answers[:, 0] = 2
    return answers


SIZES = [(2, 0), (3, 0), (3, 1), (5, 1), (5, 2), (6, 0)]


@pytest.mark.parametrize(("size", "dissent"), SIZES)
def test_agreement_is_that_of_all_subsets(predicted, size, dissent):
    subsets = [predicted[list(some)] for some in itertools.combinations(range(7), size)]
    most = np.array([named_by(some, 3).max(axis=1) for some in subsets])
    found = agree(named_by(predicted, 3), size, dissent)
    np.testing.assert_allclose(found, (most >= size - dissent).mean(axis=0), atol=1e-12)


@pytest.mark.parametrize(("size", "dissent"), SIZES)
def test_the_table_is_the_jackknife(predicted, size, dissent):
    """Each row is n times the share of all members minus n - 1 times that without the member."""
    counts = named_by(predicted, 3)
    without = [named_by(np.delete(predicted, member, axis=0), 3) for member in range(7)]
    expected = 7 * (1 - agree(counts, size, dissent)) - 6 * (
        1 - np.array([agree(left, size, dissent) for left in without])
    )
    np.testing.assert_allclose(disagree_table(predicted, counts, size, dissent), expected, atol=1e-12)


def test_two_that_disagree_are_pairs(predicted):
    counts = named_by(predicted, 3)
    expected = pseudo_values(disagreements(predicted, 3))
    np.testing.assert_allclose(disagree_table(predicted, counts, 2), expected, atol=1e-12)
    np.testing.assert_allclose(self_consistency(counts), agree(counts, 2), atol=1e-12)


def test_two_classes_are_as_published():
    """1 - 2 B0 B1 / (B (B - 1)) of Cooper et al., who have B0 answers of one kind and B1 of the other."""
    other = np.arange(11)
    published = 1 - 2 * other * (10 - other) / (10 * 9)
    np.testing.assert_allclose(self_consistency(np.stack([other, 10 - other], axis=1)), published)


def test_shares_do_not_depend_on_how_many_members_there_are():
    """Over all draws of six of twenty members, the mean is the share of the twenty."""
    of_twenty = np.arange(21)
    whole = agree(np.stack([of_twenty, 20 - of_twenty], axis=1), 5, 1)
    of_six = agree(np.stack([np.arange(7), 6 - np.arange(7)], axis=1), 5, 1)
    expected = [hypergeom.pmf(np.arange(7), 20, count, 6) @ of_six for count in of_twenty]
    np.testing.assert_allclose(whole, expected, atol=1e-12)
