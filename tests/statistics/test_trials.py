import pytest

from thalweg.statistics.trials import AGREES, DISAGREES, OPEN, REFUTED, SUPPORTED, tried


@pytest.mark.parametrize(
    ("agreeing", "against", "verdict"), [(8, 0, SUPPORTED), (0, 8, REFUTED), (3, 3, OPEN), (0, 0, OPEN)]
)
def test_a_conjecture_is_judged_by_the_trials_that_tell(agreeing, against, verdict):
    verdicts = [AGREES] * agreeing + [DISAGREES] * against + [OPEN] * 5
    found = tried(verdicts, [3] * len(verdicts))
    assert (found.decided, found.agreeing, found.verdict) == (agreeing + against, agreeing, verdict)
    assert found.to_json()["verdict"] == verdict


def test_what_chance_gives_is_that_of_the_trials_that_tell():
    found = tried([AGREES, DISAGREES, OPEN], [2, 4, 100])
    assert found.chance == pytest.approx((1 / 2 + 1 / 4) / 2)
    assert tried([OPEN], [2]).share is None


def test_trials_that_agree_as_often_as_chance_does_support_nothing():
    assert tried([AGREES] * 8, [1] * 8).verdict == OPEN
