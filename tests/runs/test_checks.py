import json

import numpy as np
import pytest

from thalweg.errors import RunError
from thalweg.runs.audit import AuditRun
from thalweg.runs.checks import file_of, latest_draw, open_draw, write_draw

STRATUM = {"labels": 9, "drawn": 1, "probability": 1 / 9, "mean_suspicion": 0.2, "suspicion": [0.1, 0.3]}
LABEL = {
    "split": "train",
    "example": 3,
    "row": 4,
    "called": "row 4",
    "label": "a",
    "suggested_label": "b",
    "suspicion": 0.2,
    "stratum": 0,
    "values": ["1.5"],
}


def content(draw="abc-1-0", drawn="2026-11-27T10:00:00Z", **more):
    return {
        "draw": draw,
        "drawn": drawn,
        "to_check": 1,
        "seed": 0,
        "labels": 9,
        "classes": ["a", "b"],
        "columns": ["row"],
        "features": ["height"],
        "strata": [STRATUM],
        "to_look_at": [LABEL],
        **more,
    }


@pytest.fixture
def kept(tmp_path):
    return AuditRun(tmp_path, {})


def test_what_was_drawn_is_kept_and_read_again(kept):
    pictures = np.arange(16, dtype=np.uint8).reshape(1, 4, 4)
    write_draw(kept, content(), pictures)
    draw = open_draw(kept, "abc-1-0")
    assert draw.content == content()
    np.testing.assert_array_equal(draw.pictures(), pictures)


def test_rows_have_no_pictures(kept):
    assert write_draw(kept, content(), None).pictures() is None


def test_the_last_draw_is_found(kept):
    assert latest_draw(kept) is None
    write_draw(kept, content("abc-1-1", "2026-11-27T12:00:00Z"), None)
    write_draw(kept, content("abc-1-0"), None)
    found = latest_draw(kept)
    assert found is not None
    assert found.content["draw"] == "abc-1-1"


def test_a_draw_that_is_not_there_is_named(kept):
    with pytest.raises(RunError, match="no labels were drawn here as 'abc-1-0'") as refused:
        open_draw(kept, "abc-1-0")
    assert "--to-check" in refused.value.hint
    write_draw(kept, content(), None)
    with pytest.raises(RunError, match=r"Did you mean 'abc-1-0'\?"):
        open_draw(kept, "abc-1-1")
    with pytest.raises(RunError, match="no labels were drawn"):
        open_draw(kept, "../audit")


@pytest.mark.parametrize(
    "damage",
    [
        {"strata": 3},
        {"strata": []},
        {"to_look_at": [{**LABEL, "stratum": "first"}]},
        {"to_look_at": [{**LABEL, "stratum": 7}]},
        {"to_look_at": [LABEL] * 10_001},
        {"classes": None},
    ],
)
def test_a_damaged_draw_is_named(kept, damage):
    path = write_draw(kept, content(), None).path
    path.write_text(json.dumps({**content(), **damage}), "utf-8")
    with pytest.raises(RunError, match="damaged"):
        open_draw(kept, "abc-1-0")


def test_the_file_of_a_draw():
    header, row = file_of(content(), "runs/a")
    assert dict(zip(header, row, strict=True)) == {
        "number": "1",
        "row": "4",
        "label": "a",
        "suggested_label": "b",
        "suspicion": "0.2",
        "answer": "",
        "correct_label": "",
        "draw": "abc-1-0",
        "audit": "runs/a",
        "height": "1.5",
    }
    header, row = file_of(content(to_look_at=[{**LABEL, "picture": "/p/4.png", "suspicion": None}]))
    assert row[header.index("picture")] == "/p/4.png"
    assert row[header.index("suspicion")] == ""
