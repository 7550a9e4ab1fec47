"""A study whose networks learned nothing shows that, and no conclusion."""

import json

import pytest

from thalweg import figures
from thalweg.runs.files import write_json

from . import made_up
from .kept import write_study


def guessed(content):
    """Return the content of a study as if its networks had learned nothing."""
    text = json.dumps(content)
    return json.loads(text.replace('"learned": true', '"learned": false'))


@pytest.mark.parametrize("name", ["starts", "optimisers", "structure"])
def test_only_that_nothing_was_learned_is_shown(name, tmp_path):
    folder = write_study(name, made_up.MAKERS[name](), tmp_path / name)
    assert len(figures.findings(folder)) > 1
    path = tmp_path / name / "study.json"
    record = json.loads(path.read_text())
    write_json(path, {**record, "result": guessed(record["result"])})
    (only,) = figures.findings(tmp_path / name)
    assert only.title == "Nothing was learned that can be told from guessing"
    assert "always naming" in only.sentence
    assert only.figure.layout.title.text.replace("<br>", " ").replace("\u00a0", " ") == only.title
