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


def with_number(content, path, value, low, high):
    """Return the content with another number at `path`."""
    copy = json.loads(json.dumps(content))
    place = copy
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = {"value": value, "interval": [low, high]}
    return copy


@pytest.mark.parametrize(
    ("name", "path", "known_badly"),
    [
        ("starts", ("sd_factor_per_doubling", "test_cost"), "No effect of the width"),
        ("starts", ("widths", "8", "cost_correlation"), "no correlation of training and test cost is shown"),
        ("structure", ("kinds", "true", "agreement_of_order"), "No common order"),
        ("random-labels", ("epochs_ratio_random_to_true", "1"), "no difference shown"),
        ("memorisation", ("removal", "test", "difference"), "is not shown to cost more"),
    ],
)
def test_no_title_concludes_from_an_interval_that_tells_nothing(name, path, known_badly, tmp_path):
    write_study(name, made_up.MAKERS[name](), tmp_path / name)
    file = tmp_path / name / "study.json"
    record = json.loads(file.read_text())
    for number, badly in (((0.7, 0.6, 0.8), False), ((0.7, -0.6, 2.0), True)):  # neither 0 nor 1, then both
        write_json(file, {**record, "result": with_number(record["result"], path, *number)})
        titles = [found.title for found in figures.findings(tmp_path / name)]
        assert any(known_badly in title for title in titles) == badly, titles


def test_barriers_that_bend_are_not_said_to_follow_a_power(tmp_path):
    write_study("barrier-width", made_up.barrier_width(), tmp_path / "kept")
    file = tmp_path / "kept" / "study.json"
    record = json.loads(file.read_text())
    for is_bent in (False, True):
        record["result"]["laws"]["weights"]["power"]["is_bent"] = is_bent
        write_json(file, record)
        titles = [found.title for found in figures.findings(tmp_path / "kept")]
        assert any("follow no one power" in title for title in titles) == is_bent, titles
        assert any("to the power" in title for title in titles) != is_bent, titles


@pytest.mark.parametrize(
    "name",
    [
        "starts",
        "optimisers",
        "structure",
        "lottery",
        "barrier-width",
        "census",
        "luck",
        "double-descent",
        "grokking",
    ],
)
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
