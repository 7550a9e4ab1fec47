import csv
import itertools
from dataclasses import replace

import numpy as np
import polars
import pytest

from tests.figures.studies import made_up
from thalweg.data.identity import Cells, Identity
from thalweg.errors import RunError, StudyError
from thalweg.runs.checks import file_of
from thalweg.studies.label_audit.checks.to_check import fingerprint, labels_to_check, with_rows


@pytest.fixture(scope="module")
def found():
    return replace(made_up.audit(), identity=Identity(row=np.arange(1, 121)))


def test_labels_are_drawn_by_strata_with_known_chances(found):
    drawn = found.to_check(30, seed=4)
    content = drawn.content
    assert len(drawn) == 30
    assert sum(stratum["labels"] for stratum in content["strata"]) == 120
    assert sum(stratum["drawn"] for stratum in content["strata"]) == 30
    for number, stratum in enumerate(content["strata"]):
        own = [label for label in content["to_look_at"] if label["stratum"] == number]
        assert len(own) == stratum["drawn"]
        assert stratum["probability"] == pytest.approx(stratum["drawn"] / stratum["labels"])
        low, high = stratum["suspicion"]
        assert all(low <= label["suspicion"] <= high for label in own)
    table = found.table()
    for label in content["to_look_at"]:
        row = table.row(by_predicate=polars.col("row") == label["row"], named=True)
        assert (row["label"], row["suggested_label"]) == (label["label"], label["suggested_label"])
        assert label["called"] == f"row {label['row']}"


def test_a_draw_has_a_name_of_its_own(found):
    draws = [found.to_check(*asked).draw for asked in itertools.product((20, 30))]
    draws += [found.to_check(20, seed=1).draw, made_up.audit(wrong=7).to_check(20).draw]
    assert len(set(draws)) == 4
    assert found.to_check(20).draw == draws[0]
    assert found.to_check(20).content["to_look_at"] == found.to_check(20).content["to_look_at"]
    assert draws[0].split("-") == [fingerprint(found.table()), "20", "0"]


def test_the_file_has_a_row_a_label_and_two_empty_columns(found, tmp_path):
    drawn = with_rows(found.to_check(2), Cells(("width", "label"), (("1,5", "x"), ('"a"', ""))))
    path = drawn.write_csv(tmp_path / "check.csv", audit="runs/a")
    header, *rows = csv.reader(path.read_text("utf-8").splitlines())
    assert header == [
        *("number", "row", "label", "suggested_label", "suspicion", "answer", "correct_label"),
        *("draw", "audit", "width", "label (data)"),
    ]
    assert [row[0] for row in rows] == ["1", "2"]
    assert {(row[5], row[6], row[7], row[8]) for row in rows} == {("", "", drawn.draw, "runs/a")}
    assert [row[9:] for row in rows] == [["1,5", "x"], ['"a"', ""]]
    assert [header, *rows] == file_of(drawn.content, "runs/a")


def test_a_file_that_is_there_is_never_written_over(found, tmp_path):
    path = found.to_check(5).write_csv(tmp_path / "check.csv")
    with pytest.raises(StudyError, match="may hold answers"):
        found.to_check(5).write_csv(path)
    with pytest.raises(RunError, match="a directory is there"):
        found.to_check(5).write_csv(tmp_path)


@pytest.mark.parametrize("count", [0, -3, 121])
def test_a_count_that_cannot_be_is_refused(found, count):
    with pytest.raises(StudyError, match=f"{count} labels to check of 120: expected 1 to 120") as refused:
        found.to_check(count)
    assert refused.value.hint
    with pytest.raises(StudyError, match="seed=-1"):
        labels_to_check(found.table(), found.class_names, 5, seed=-1)


def test_labels_that_nobody_judged_can_be_drawn(found):
    suspicion = np.where(np.arange(120) < 30, np.nan, found.suspicion)
    drawn = replace(found, suspicion=suspicion).to_check(40)
    unknown = drawn.content["strata"][-1]
    assert (unknown["suspicion"], unknown["mean_suspicion"], unknown["labels"]) == (None, None, 30)
    assert all(
        (label["suspicion"] is None) == (label["stratum"] == len(drawn.content["strata"]) - 1)
        for label in drawn.content["to_look_at"]
    )


def test_it_says_what_it_is(found):
    drawn = found.to_check(30)
    assert repr(drawn).startswith("ToCheck(30 of 120 labels in 2 strata, draw ")
    assert "30 labels to check" in drawn._repr_html_()
