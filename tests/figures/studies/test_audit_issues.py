"""What an audit found besides labels, drawn from what it left on disk."""

from dataclasses import replace

import numpy as np
import pytest

from tests.figures.hovers import check_hovers
from thalweg import figures, report
from thalweg.data.dataset import Dataset, Scaling, TestSplit, TrainSplit
from thalweg.data.identity import Identity
from thalweg.runs.audit import open_audit
from thalweg.studies.label_audit import audit

from . import made_up
from .kept import write_audit

NAMES = ("cat", "dog", made_up.HOSTILE)


def planted(pictures):
    """Judge 200 examples: a test example that is a training one, a contradiction, an outlier, an overlap."""
    generator = np.random.default_rng(0)
    raw, scaling = generator.normal(size=(200, 5)).astype(np.float32), Scaling.identity()
    if pictures:
        raw, scaling = generator.integers(0, 256, (200, 8, 8)).astype(np.uint8), Scaling.pixels()
    else:
        raw[70] = 60.0
    labels = (np.arange(200) % 3).astype(np.int32)
    raw[180], labels[180] = raw[3], labels[3]
    raw[40], labels[40], labels[41] = raw[41], 0, 1
    chosen = labels.copy()
    chosen[(labels == 0) & (np.arange(200) % 5 == 0)] = 1
    chosen[(labels == 1) & (np.arange(200) % 5 == 0)] = 0
    probabilities = np.eye(3)[chosen] * 0.7 + 0.1
    called = Identity(row=np.arange(1, 201))
    test = TestSplit(raw[160:], labels[160:], NAMES, scaling, called.take(slice(160, 200)))
    train = TrainSplit(raw[:160], labels[:160], NAMES, scaling, called.take(slice(0, 160)))
    return audit(Dataset("made", test, train), probabilities=probabilities)


@pytest.fixture(scope="module", params=[True, False], ids=["pictures", "rows"])
def kept(request, tmp_path_factory):
    return write_audit(planted(request.param), tmp_path_factory.mktemp("issues") / "audit")


@pytest.fixture(scope="module")
def found(kept):
    return {finding.name: finding for finding in figures.findings(kept)}


def test_leaks_come_first_and_the_rest_after_the_labels(found):
    names = list(found)
    assert names[0] == "audit-copies"
    assert names[1] == "audit-suspicion"
    assert set(names[-3:]) == {"audit-contradictions", "audit-outliers", "audit-overlaps"}


def test_titles_say_what_was_found(found, kept):
    assert found["audit-copies"].title == "1 of 40 test examples are in the training part too"
    assert found["audit-contradictions"].title.startswith("2 examples have the very same inputs")
    count = kept.result["issues"]["outliers"]["examples"]
    assert found["audit-outliers"].title.startswith("1 example stands apart" if count else "None of 200")
    assert "taken for each other" in found["audit-overlaps"].title
    assert "No two classes" not in found["audit-overlaps"].title


def test_tables_call_examples_as_the_data_do(found):
    rows = found["audit-copies"].table.rows
    assert [row[1:3] for row in rows[:2]] == [("row 4", "train"), ("row 181", "test")]
    assert {row[1] for row in found["audit-contradictions"].table.rows} == {"row 41", "row 42"}


def test_pictures_stand_beside_their_names(found, kept):
    if "issues_copies_images" not in kept.arrays():
        assert not found["audit-copies"].pictures
        return
    tiles = found["audit-copies"].pictures[0].tiles
    assert [tile.note for tile in tiles[:2]] == ["row 4, train", "row 181, test"]
    assert tiles[0].png == tiles[1].png
    assert len(found["audit-outliers"].pictures[0].tiles) == 24


def test_every_point_says_its_numbers(found):
    check_hovers(found["audit-outliers"].figure)
    check_hovers(found["audit-overlaps"].figure)


def test_nothing_is_markup(found):
    for finding in found.values():
        texts = [finding.title, finding.sentence, finding.how, str(finding.table)]
        texts += [tile.label for picture in finding.pictures for tile in picture.tiles]
        assert not any("<" in text for text in texts)
        assert finding.sentence.endswith(".")


def test_a_page_shows_them_and_the_table_is_on_disk(kept, tmp_path):
    page = report.write(kept, tmp_path / "page.html", plots_library=False).read_text("utf-8")
    assert '<article class="finding" id="audit-copies">' in page
    assert "<script>alert" not in page
    table = open_audit(kept.path).issues()
    assert set(table["issue"]) >= {"copy", "contradiction"}
    assert (kept.path / "issues.csv").is_file()


def test_an_audit_of_before_has_none(tmp_path):
    import json

    kept = write_audit(planted(False), tmp_path / "a")
    file = kept.path / "audit.json"
    record = json.loads(file.read_text("utf-8"))
    del record["result"]["issues"], record["result"]["not_counted"]
    file.write_text(json.dumps(record), "utf-8")
    (kept.path / "issues.parquet").unlink()
    before = figures.opened(kept.path)
    assert next(iter(figures.findings(before))).name == "audit-suspicion"
    assert before.issues() is None


def test_rows_that_luck_makes_alike_are_shown_once_and_do_not_lead(tmp_path):
    rows = np.random.default_rng(0).integers(0, 2, (200, 5)).astype(np.float32)
    labels, scaling = (np.arange(200) % 3).astype(np.int32), Scaling.identity()
    test, train = (
        kind(rows[place], labels[place], NAMES, scaling)
        for kind, place in ((TestSplit, slice(160, 200)), (TrainSplit, slice(0, 160)))
    )
    for differ in (True, False):
        answers = np.eye(3)[labels] * 0.7 + 0.1
        made = audit(Dataset("made", test, train), probabilities=answers)
        found = figures.findings(write_audit(made, tmp_path / str(differ)))
        assert found[0].name == "audit-suspicion"
        assert ("audit-copies" in [finding.name for finding in found]) is not differ
        # again, with labels that follow from the inputs
        own = (rows[:, 0] + rows[:, 1]).astype(np.int32)
        labels = own
        test, train = replace(test, labels=own[160:]), replace(train, labels=own[:160])
    copies = next(finding for finding in found if finding.name == "audit-copies")
    assert copies.title == "200 of 200 rows have the values of another, as by luck"
    assert "without being copies" in copies.sentence
