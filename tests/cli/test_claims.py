"""`thalweg claims`: what is judged is printed and kept, whatever stops the rest."""

import pytest

from thalweg.claims import catalogue
from thalweg.runs.files import read_json

from .conftest import only_json


@pytest.fixture
def stopped_at_four(monkeypatch):
    judge = catalogue._judge

    def stop(claim, laboratory):
        if claim.id == 4:
            raise KeyboardInterrupt
        return judge(claim, laboratory)

    monkeypatch.setattr(catalogue, "_judge", stop)


def test_a_claim_is_printed_with_what_was_expected_of_it(thalweg, quarters_file):
    result = thalweg("claims", "--quick", "--only", "2", "--data", quarters_file)
    assert result.exit_code == 0, result.stderr
    words = " ".join(result.stdout.split())
    assert "expected 12,500 to 13,500 measured 932 weights and biases verdict does not hold" in words
    assert "Measured on quarters (89 training and 40 test examples); seed 0." in words


@pytest.mark.parametrize("only", ["", " , ", "two", "1.5"])
def test_only_takes_numbers(thalweg, quarters_file, only):
    result = thalweg("claims", "--quick", "--only", only, "--data", quarters_file)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "expected numbers such as 8,12" in result.stderr


def test_a_claim_that_is_not_there(thalweg, quarters_file):
    result = thalweg("claims", "--only", "99", "--data", quarters_file)
    assert result.exit_code == 1
    assert "There is no claim 99." in result.stderr
    assert "\n\nhint: " in result.stderr


def test_verdicts_are_put_to_those_of_the_run(thalweg, quarters_file, copied_run):
    words = ("claims", "--quick", "--data", quarters_file, "--into", copied_run.path, "--json", "--only")
    only_json(thalweg(*words, "2,1"))
    only_json(thalweg(*words, "5"))
    assert [one["id"] for one in read_json(copied_run.path / "claims.json")] == [1, 2, 5]


def test_what_was_judged_is_not_lost_to_ctrl_c(thalweg, quarters_file, copied_run, stopped_at_four):
    words = ("claims", "--quick", "--data", quarters_file, "--into", copied_run.path, "--only", "1,2,4,5")
    result = thalweg(*words)
    assert result.exit_code == 130
    assert "stopped after 2 of 4 claims." in result.stderr
    assert "--only 4,5" in result.stderr
    assert "932 weights and biases" in result.stdout
    assert [one["id"] for one in read_json(copied_run.path / "claims.json")] == [1, 2]
