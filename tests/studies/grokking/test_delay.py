import numpy as np
import pytest
from hypothesis import given, strategies as st

from thalweg.studies.grokking.delay import DELAYED, KINDS, NEVER, PROMPT, UNLEARNED, Rule, delays
from thalweg.studies.grokking.record import MOSTLY, OPEN, SELDOM, Cell

STEPS = np.array([1, 10, 100, 1000, 10_000])
RULE = Rule(0.99, 0.8, 10.0)


def rising(first, low, high):
    """Return accuracies that are `high` from look `first` on; 9: never."""
    return np.where(np.arange(len(STEPS)) >= np.array(first)[:, None], high, low)


def planted(learned, generalised):
    return delays(STEPS, rising(learned, 0.3, 1.0), rising(generalised, 0.1, 0.9), RULE)


@pytest.mark.parametrize(
    ("learned", "generalised", "kind", "ratio"),
    [
        (1, 1, PROMPT, 1),
        (1, 0, PROMPT, 0.1),
        (1, 2, DELAYED, 10),
        (1, 4, DELAYED, 1000),
        (2, 9, NEVER, np.inf),
        (9, 1, UNLEARNED, np.nan),
        (9, 9, UNLEARNED, np.nan),
    ],
)
def test_a_planted_delay_is_found(learned, generalised, kind, ratio):
    found = planted([learned], [generalised])
    assert found.kinds[0] == kind
    np.testing.assert_equal(found.ratio[0], ratio)


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=8))
def test_every_member_is_of_one_kind_and_judged_alone(firsts):
    learned, generalised = zip(*firsts, strict=True)
    found = planted(learned, generalised)
    assert sum(map(found.count, KINDS)) == len(firsts)
    assert (found.kinds == DELAYED).sum() == sum(5 > late > early for early, late in firsts)
    alone = [planted([one], [other]).kinds[0] for one, other in firsts]
    assert found.kinds.tolist() == alone


def test_what_falls_again_has_been_reached():
    train, test = np.array([[0.99, 0.9, 0.9, 0.9, 0.9]]), np.array([[0.1, 0.1, 0.8, 0.1, 0.1]])
    assert delays(STEPS, train, test, RULE).ratio[0] == 100


def cell(delayed, members, level=0.95):
    generalised = [3] * delayed + [1] * (members - delayed)
    train, test = rising([1] * members, 0.3, 1.0), rising(generalised, 0.1, 0.9)
    return Cell(8.0, 0.01, train, test, 500, 0, delays(STEPS, train, test, RULE), level)


def test_the_share_is_wilson_s_and_the_verdict_follows():
    from scipy.stats import binomtest

    interval = binomtest(14, 20).proportion_ci(0.99, method="wilson")
    share = cell(14, 20, 0.99).share
    assert (share.low, share.high) == pytest.approx((interval.low, interval.high))
    verdicts = [cell(delayed, 20).verdict for delayed in (0, 10, 20)]
    assert verdicts == [SELDOM, OPEN, MOSTLY]


def test_quantiles_of_the_delay_know_of_those_that_never_came():
    train = rising([1] * 4, 0.3, 1.0)
    test = rising([2, 3, 9, 9], 0.1, 0.9)
    found = Cell(8.0, 0.01, train, test, 500, 0, delays(STEPS, train, test, RULE), 0.95)
    assert found.quantiles() == {"0.05": 100, "0.25": 100, "0.5": np.inf, "0.75": np.inf, "0.95": np.inf}
    assert found.content()["learned_after"] == 10


def test_members_that_all_diverged_leave_nothing_to_say():
    nothing = np.empty((0, 5))
    found = Cell(8.0, 0.01, nothing, nothing, 500, 4, delays(STEPS, nothing, nothing, RULE), 0.95)
    assert (found.verdict, found.quantiles()) == (OPEN, {})
    assert np.isnan(found.share.value)
