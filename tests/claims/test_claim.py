import json

import pytest

from thalweg.claims import CLAIMS, claim
from thalweg.claims.claim import FAILS, HOLDS, IN_PART, NOT_MEASURED, Found, Judged
from thalweg.measured import Measured


@pytest.mark.parametrize(
    ("number", "verdict"),
    [
        (Measured(0.99, 0.98, 1.0), HOLDS),
        (Measured(0.985, 0.975, 0.995), IN_PART),
        (Measured(0.975, 0.97, 0.98), IN_PART),
        (Measured(0.96, 0.95, 0.97), FAILS),
        (Measured(0.98), HOLDS),
    ],
)
def test_at_least(number, verdict):
    assert claim.at_least(number, 0.98, part=0.97) == verdict


@pytest.mark.parametrize(
    ("number", "verdict"),
    [
        (Measured(0.05, 0.0, 0.1), HOLDS),
        (Measured(0.09, 0.05, 0.13), IN_PART),
        (Measured(0.2, 0.1, 0.3), IN_PART),
        (Measured(0.4, 0.3, 0.5), FAILS),
    ],
)
def test_at_most(number, verdict):
    assert claim.at_most(number, 0.1, part=0.3) == verdict


@pytest.mark.parametrize(("value", "verdict"), [(0.96, HOLDS), (0.94, IN_PART), (0.9, FAILS)])
def test_within(value, verdict):
    assert claim.within(Measured(value), (0.95, 0.97), part=(0.93, 0.99)) == verdict


def test_there_are_the_lessons_claims_in_order():
    assert [one.id for one in CLAIMS] == list(range(1, 25))
    assert len({one.statement for one in CLAIMS}) == 24
    for one in CLAIMS:
        assert one.rule.startswith("holds")
        assert one.expected
        assert all(len(time.split(":")) == 2 for time in one.source.split(", "))


def test_json_of_what_was_found_and_of_what_was_not():
    found = Found(Measured(0.5, 0.4, 0.6), "half", IN_PART, "somehow")
    content = json.loads(json.dumps(Judged(CLAIMS[11], found, seconds=1.234).to_json(), allow_nan=False))
    asked_for = ("id", "statement", "source", "expected", "measured", "interval", "verdict")
    assert all(name in content for name in asked_for)
    assert (content["id"], content["measured"], content["interval"]) == (12, 0.5, [0.4, 0.6])
    missing = Judged(CLAIMS[0], None, "no pictures").to_json()
    assert (missing["verdict"], missing["measured"], missing["answer"]) == (NOT_MEASURED, None, "no pictures")
