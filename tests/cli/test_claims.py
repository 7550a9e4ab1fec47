"""`thalweg claims`: what is judged is printed and kept, whatever stops the rest."""

import pytest

from thalweg.claims import catalogue
from thalweg.claims.claim import Found, Judged
from thalweg.cli.claims import _number
from thalweg.measured import Measured
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
    result = thalweg("claims", "--quick", "--only", "2", "--data", quarters_file, "--details")
    assert result.exit_code == 0, result.stderr
    words = " ".join(result.stdout.split())
    assert "expected 12,500 to 13,500 measured 932 weights and biases verdict does not hold" in words
    assert "Measured on quarters (89 training and 40 test examples); seed 0." in words


@pytest.mark.parametrize("columns", [50, 80])
def test_a_claim_is_one_line_that_fits(thalweg, quarters_file, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    result = thalweg("claims", "--quick", "--only", "1,2", "--data", quarters_file)
    assert result.exit_code == 0, result.stderr
    *_, header, first, second, blank, counted = result.stdout.splitlines()
    assert header.split()[:2] == ["verdict", "measured"]
    assert first.startswith("1  does not hold  ")
    assert second.startswith("2  does not hold  932")
    assert (blank, counted) == ("", "2 does not hold")
    assert max(map(len, (first, second))) <= columns


@pytest.mark.parametrize(
    ("number", "answer", "said"),
    [
        (Measured(932.0), "932 weights and biases", "932"),
        (Measured(13002.0), "13,002 weights and biases", "13,002"),
        (Measured(5.25), "5.25 times as steep", "5.25"),
        (Measured(0.942, 0.939, 0.946), "94.2 % [93.9, 94.6] of new examples right", "94.2 % [93.9, 94.6]"),
        (Measured(0.0023, 0.0021, 0.0025), "costs 0.0023 [0.0021, 0.0025] of it", "0.0023 [0.0021, 0.0025]"),
        (Measured(0.75, 0.5, 0.9), "3 of 4 lie where one of ours would", "0.750 [0.500, 0.900]"),
    ],
)
def test_a_number_is_said_in_the_unit_of_its_answer(number, answer, said):
    judged = Judged(catalogue.CLAIMS[0], Found(number, answer, "holds", ""))
    assert _number(judged) == said


def test_what_was_not_measured_has_no_number():
    assert _number(Judged(catalogue.CLAIMS[0], None, "no pictures")) == "-"


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
    assert "2  does not hold  932" in result.stdout
    assert [one["id"] for one in read_json(copied_run.path / "claims.json")] == [1, 2]
