import json

import pytest

from thalweg.errors import RunError
from thalweg.report.claimed import claims_of

CLAIM = {
    "id": "accuracy",
    "statement": "About 96 % of new digits are read rightly.",
    "source": "13:14",
    "expected": "95 % to 97 %",
    "measured": 0.9423,
    "interval": [0.9387, 0.9458],
    "verdict": "holds in part",
}


def test_no_claims(copied_digits):
    assert claims_of(copied_digits) is None


@pytest.mark.parametrize("content", [[CLAIM], {"claims": [CLAIM]}])
def test_claims(copied_digits, content):
    (copied_digits.path / "claims.json").write_text(json.dumps(content), "utf-8")
    claims = claims_of(copied_digits)
    assert claims is not None
    (claim,) = claims
    assert claim.statement == CLAIM["statement"]
    assert claim.measured == "0.9423"
    assert claim.interval == "[0.9387, 0.9458]"
    assert (claim.kind, claim.mark) == ("holds-in-part", "◐")


def test_the_answer_in_words_is_shown_where_there_is_one(copied_digits):
    answered = {**CLAIM, "answer": "94.2 % [93.9, 94.6] of new examples right"}
    (copied_digits.path / "claims.json").write_text(json.dumps([answered]), "utf-8")
    (claim,) = claims_of(copied_digits) or ()
    assert (claim.measured, claim.interval) == (answered["answer"], "")


def test_claims_that_lack_things(copied_digits):
    (copied_digits.path / "claims.json").write_text(
        '[{"id": 3, "interval": null, "verdict": "<b>"}]', "utf-8"
    )
    claims = claims_of(copied_digits)
    assert claims is not None
    (claim,) = claims
    assert (claim.id, claim.measured, claim.interval, claim.kind) == ("3", "", "", "other")


@pytest.mark.parametrize("text", ["{", "3", '["holds"]'])
def test_damaged_claims(copied_digits, text):
    (copied_digits.path / "claims.json").write_text(text, "utf-8")
    with pytest.raises(RunError, match=r"claims\.json: damaged"):
        claims_of(copied_digits)
