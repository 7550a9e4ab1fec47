import numpy as np
import pytest
from scipy.stats import binom

from thalweg.errors import EvaluationError
from thalweg.evaluation.abstention.threshold_luck import SHARES, in_common, paths, rank_of, ranks, with_luck
from thalweg.measured import Measured


@pytest.mark.parametrize(("examples", "level"), [(179, 0.9), (1000, 0.95), (400, 0.99)])
def test_the_quantile_lies_between_the_ranks_as_often_as_asked(examples, level):
    """Whole ranks on either side bracket the confidence that the binomial law gives them."""
    place = ranks(examples, level, 0.95)
    assert place.beyond == examples + 1 - rank_of(examples, level)
    above = binom(examples, place.beyond / (examples + 1))
    # The j-th largest score lies above the quantile if j scores do.
    assert above.sf(np.floor(place.most) - 1) >= 0.025 >= above.sf(np.ceil(place.most) - 1)
    assert above.sf(np.ceil(place.fewest) - 1) <= 0.975 <= above.sf(np.floor(place.fewest) - 1)
    assert place.fewest < place.beyond < place.most
    assert not place.run_out


def test_the_largest_score_has_nothing_above_it():
    assert ranks(179, 0.99, 0.95).run_out
    assert ranks(98, 0.99, 0.95) is None
    assert rank_of(98, 0.99) == 99
    with pytest.raises(EvaluationError, match=r"level 1\.5"):
        ranks(10, 1.5, 0.95)


def test_paths_look_numbers_up_at_order_statistics():
    own = np.random.default_rng(0).permutation(np.arange(1.0, 101.0))
    place = ranks(100, 0.9, 0.95)
    down, up = paths(own, place, lambda limits: np.clip(limits, -5, 110)[None])[0]
    assert down[0] == up[0] == 101 - place.beyond  # the k-th largest of 1..100
    assert down[-1] == pytest.approx(101 - place.most)
    assert up[-1] == pytest.approx(101 - place.fewest)
    highest = paths(own, ranks(100, 0.985, 0.95), lambda limits: np.clip(limits, -5, 110)[None])[0, 1, -1]
    assert 100 < highest <= 110  # between the largest score and no limit at all


def test_what_members_have_in_common():
    generator = np.random.default_rng(1)
    own, shared = generator.normal(size=(6, 2_000)), generator.normal(size=2_000)
    under = lambda part: (part * shared + (1 - part) * own) < 0.5  # noqa: E731
    assert in_common(under(1.0)[:1]) == 1.0
    assert in_common(under(1.0)) == pytest.approx(1.0, abs=0.02)
    assert in_common(under(0.0)) < 0.1
    assert 0.4 < in_common(under(0.6)) < 0.95


def test_luck_is_joined_as_squares_and_keeps_to_the_limits():
    given = Measured(2.0, 1.7, 2.3)
    moved = np.stack([np.linspace(2.0, 1.6, len(SHARES)), np.linspace(2.0, 2.4, len(SHARES))])
    assert with_luck(given, moved, 1.0, (0.0, 10.0)).interval == pytest.approx((1.5, 2.5))
    assert with_luck(given, moved, 0.0, (0.0, 10.0)).interval == pytest.approx((1.7, 2.3))
    assert with_luck(given, moved, 1.0, (1.8, 2.4)).interval == pytest.approx((1.8, 2.4))
    turned = with_luck(given, moved[::-1], 1.0, (0.0, 10.0))  # a share that falls with the threshold
    assert turned.interval == pytest.approx((1.5, 2.5))
