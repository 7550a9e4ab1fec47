from dataclasses import replace

import numpy as np
import pytest

from tests.figures.studies import made_up
from tests.figures.studies.kept import write_audit
from thalweg import figures
from thalweg.data.identity import Identity
from thalweg.measured import to_plain
from thalweg.runs.audit import FILE
from thalweg.runs.files import write_json
from thalweg.studies.label_audit.checks.answers import Answer
from thalweg.studies.label_audit.checks.checked import count_checked


@pytest.fixture
def checked(tmp_path):
    found = replace(made_up.audit(), identity=Identity(row=np.arange(1, 121)))
    kept = write_audit(found, tmp_path / "a")
    content = found.to_check(40).content
    said = ["wrong" if label["row"] <= 6 else "right" for label in content["to_look_at"]]
    said[3] = "unsure"
    counted = count_checked(content, [Answer(each) for each in said])
    result = {**kept.record["result"], "checked": to_plain(counted.to_json())}
    write_json(kept.path / FILE, {**kept.record, "result": result})
    return figures.opened(kept.path), counted


def test_what_people_found_comes_first(checked):
    kept, counted = checked
    first, second, *_ = figures.findings(kept)
    assert first.name == "audit-checked"
    assert first.title == (
        f"About {counted.wrong.plain(0)} of 120 labels are wrong, by {counted.used} that people checked"
    )
    assert "whichever labels are wrong" in first.sentence
    assert "Of 1 nobody could say" in first.sentence
    assert second.title.endswith("labels are wrong under even errors")
    assert second.sentence.startswith("Right if wrong labels strike easy and hard examples alike. ")
    assert "--to-check 100 -o check.csv" in second.how


def test_the_bars_are_what_was_found_in_each_stratum(checked):
    kept, counted = checked
    found = figures.findings(kept)[0]
    wrong, rest = found.figure.data
    assert list(wrong.x) == [stratum.wrong for stratum in counted.strata]
    assert list(rest.x) == [stratum.used - stratum.wrong for stratum in counted.strata]
    assert [row[1:] for row in found.table.rows] == [
        (str(each.labels), str(each.used), str(each.wrong), str(each.unsure)) for each in counted.strata
    ]


def test_an_audit_that_nobody_checked_has_no_such_finding(tmp_path):
    kept = write_audit(made_up.audit(), tmp_path / "a")
    assert next(found.name for found in figures.findings(kept)) == "audit-suspicion"
