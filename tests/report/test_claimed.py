import json

import pytest

from thalweg.errors import RunError
from thalweg.report.claimed import claims_of, measured_with, said_measured_with

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


ON = {"data": "digits", "hash": "a", "train": 1295, "test": 359, "seed": 0, "members": {"classic": 8}}


def test_over_the_claims_stands_what_they_were_measured_on(copied_digits):
    claims = [{**CLAIM, "id": 1, "measured_on": ON, "how": "n = 8 members"}]
    claims.append({**claims[0], "id": 2, "measured_on": {**ON, "members": {"classic": 8, "convnet": 2}}})
    (copied_digits.path / "claims.json").write_text(json.dumps(claims), "utf-8")
    on, family, apart = measured_with(copied_digits)
    assert "not corrected for" in family
    assert on == (
        "Measured on digits (1,295 training and 359 test examples), with networks trained for the claims: "
        "8 of classic, 2 of convnet; seed 0."
    )
    assert apart == "The networks of this run (tiny on digits) were not asked."
    found = claims_of(copied_digits) or []
    assert [claim.how for claim in found] == ["n = 8 members", "n = 8 members"]


def test_claims_of_different_data_are_told_apart_and_old_ones_are_said_to_be_old():
    other = {**ON, "data": "mnist", "hash": "b"}
    first, second, old, _ = said_measured_with(
        [
            {"id": 1, "measured_on": ON},
            {"id": 2, "measured_on": other},
            {"id": 3},
            {"id": 4, "measured_on": ON},
        ]
    )
    assert first.startswith("Claims 1, 4: measured on digits")
    assert second.startswith("Claims 2: measured on mnist")
    assert old == "Claims 3: measured before it was kept on which data: how is said with each."


def test_without_claims_nothing_is_said(copied_digits):
    assert measured_with(copied_digits) == []


def test_damaged_words_on_what_was_measured_are_refused(copied_digits):
    (copied_digits.path / "claims.json").write_text(
        json.dumps([{"id": 1, "measured_on": {"train": "x"}}]), "utf-8"
    )
    with pytest.raises(RunError, match=r"measured_on"):
        measured_with(copied_digits)
