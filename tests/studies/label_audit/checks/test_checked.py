from dataclasses import replace

import numpy as np
import pytest

from tests.figures.studies import made_up
from thalweg.data.identity import Identity
from thalweg.errors import StudyError
from thalweg.statistics.stratified_count import Stratum, stratified_count
from thalweg.studies.label_audit.checks.answers import Answer
from thalweg.studies.label_audit.checks.checked import count_checked


@pytest.fixture(scope="module")
def found():
    """An audit of 120 labels, of which the first six are wrong."""
    return replace(made_up.audit(), identity=Identity(row=np.arange(1, 121)))


@pytest.fixture(scope="module")
def drawn(found):
    return found.to_check(40)


@pytest.fixture(scope="module")
def truth(drawn):
    return ["wrong" if label["row"] <= 6 else "right" for label in drawn.content["to_look_at"]]


def strata_of(drawn, said):
    """Return strata of the draw as the statistics take them, for answers that are all there."""
    content = drawn.content
    return [
        Stratum(
            stratum["labels"],
            np.array(
                [
                    answer == "wrong"
                    for answer, label in zip(said, content["to_look_at"], strict=True)
                    if label["stratum"] == number
                ]
            ),
        )
        for number, stratum in enumerate(content["strata"])
    ]


def test_the_count_is_that_of_the_strata_and_holds_the_truth(found, drawn, truth):
    checked = found.checked(truth, drawn=drawn)
    assert checked.wrong == stratified_count(strata_of(drawn, truth))
    low, high = checked.wrong.interval
    assert low <= 6 <= high
    assert checked.found == truth.count("wrong") > 3
    assert (checked.used, checked.answered, checked.unused, checked.unsure) == (40, 40, 0, 0)
    assert checked.verdict == f"about {checked.wrong.plain(0)} of 120"
    assert "whichever labels are wrong" in dict(checked.rows())["What that rests on"]


def test_a_file_that_was_filled_in_is_counted(found, drawn, truth, tmp_path):
    path = drawn.write_csv(tmp_path / "check.csv")
    lines = path.read_text("utf-8").splitlines()
    filled = [line.replace(",,,", f",{said},,", 1) for line, said in zip(lines[1:], truth, strict=True)]
    path.write_text("\n".join([lines[0], *filled]), "utf-8")
    assert found.checked(path).wrong == found.checked(truth, drawn=drawn).wrong


def test_who_is_unsure_counts_as_right_below_and_as_wrong_above(found, drawn, truth):
    unsure = ["unsure" if place in (3, 17) else said for place, said in enumerate(truth)]
    checked = found.checked(unsure, drawn=drawn)
    ends = [
        found.checked([instead if said == "unsure" else said for said in unsure], drawn=drawn).wrong
        for instead in ("right", "wrong")
    ]
    assert checked.wrong.interval == (ends[0].low, ends[1].high)
    assert ends[0].low <= checked.wrong.value <= ends[1].high
    assert checked.unsure == 2
    assert "Nobody could say" in dict(checked.rows())


def test_nobody_sure_of_anything_knows_nothing(found, drawn):
    wrong = found.checked(["unsure"] * 40, drawn=drawn).wrong
    assert wrong.low < 10
    assert wrong.high > 110


def test_in_each_stratum_answers_after_a_gap_are_not_used(drawn, truth):
    answers = [Answer(said) for said in truth]
    stratum = [label["stratum"] for label in drawn.content["to_look_at"]]
    of_first = [place for place, number in enumerate(stratum) if number == 0]
    answers[of_first[2]] = Answer()
    checked = count_checked(drawn.content, answers)
    assert checked.strata[0].used == 2
    assert [each.used for each in checked.strata[1:]] == [each.drawn for each in checked.strata[1:]]
    assert checked.unused == len(of_first) - 3
    assert checked.answered == 39
    said = dict(checked.rows())
    assert "random sample" in said["Answers that are not used"]
    assert "where to stop" in said["Not answered"]


def test_the_first_few_are_a_sample(drawn, truth):
    answers = [Answer(said) if place < 20 else Answer() for place, said in enumerate(truth)]
    checked = count_checked(drawn.content, answers)
    assert (checked.used, checked.unused) == (20, 0)
    low, high = checked.wrong.interval
    assert low <= 6 <= high


def test_no_answer_that_could_be_used_is_refused(drawn):
    answers = [Answer() if place < 10 else Answer("right") for place in range(40)]
    with pytest.raises(StudyError, match="no random sample is left"):
        count_checked(drawn.content, answers)
    with pytest.raises(StudyError, match="39 answers to 40 labels"):
        count_checked(drawn.content, answers[1:])


def test_answers_to_another_audit_are_refused(found, drawn, truth, tmp_path):
    other = made_up.audit(wrong=9)
    with pytest.raises(StudyError, match="which is no draw of"):
        other.checked(truth, drawn=drawn)
    with pytest.raises(StudyError, match="which is no draw of"):
        other.checked(drawn.write_csv(tmp_path / "check.csv"))
    with pytest.raises(StudyError, match="without the labels"):
        found.checked(truth)
    with pytest.raises(StudyError, match="'perhaps'"):
        found.checked(["perhaps", *truth[1:]], drawn=drawn)


def test_labels_that_were_not_judged_are_counted_too(found):
    suspicion = np.where(np.arange(120) < 30, np.nan, found.suspicion)
    blind = replace(found, suspicion=suspicion)
    drawn = blind.to_check(60)
    said = ["wrong" if label["row"] <= 6 else "right" for label in drawn.content["to_look_at"]]
    checked = blind.checked(said, drawn=drawn)
    assert checked.strata[-1].suspicion is None
    assert checked.wrong.low <= 6 <= checked.wrong.high
