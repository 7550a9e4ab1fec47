import json
import random

import pytest

from thalweg import recording, runs
from thalweg.cli import tables
from thalweg.record import NotMeasured


@pytest.fixture
def narrow(monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")


def test_a_result_fits_in_80_columns_and_keeps_its_intervals(copied_run, capsys, narrow):
    records = recording.evaluate_run(copied_run)
    tables.print_result(copied_run, records)
    shown = capsys.readouterr().out
    assert max(map(len, shown.splitlines())) <= 80
    words = " ".join(shown.split())
    assert "3 networks of small, 209 parameters each, trained on 97 examples of quarters" in words
    assert "n = 3 x 40 (networks x examples)" in words
    for record in records.values():
        for question, answer in record.rows():
            assert set(question.split()) | set(answer.split()) <= set(shown.split())


def test_what_does_not_apply_says_why_once_and_questions_fit_the_data(capsys, narrow):
    import numpy as np

    from thalweg import data, evaluation

    features = np.random.default_rng(0).standard_normal((60, 5)).astype(np.float32)
    table = data.from_arrays(features, np.arange(60) % 3)
    sure = evaluation.evaluate(lambda inputs: np.full((len(inputs), 3), 1 / 3), table)
    tables.print_records("heading", sure)
    shown = " ".join(capsys.readouterr().out.split())
    assert "How sure is it of values drawn at random?" in shown
    assert "static" not in shown
    assert shown.count("what can be turned, moved and damaged are pictures") == 1


def test_one_network_is_said_to_be_one(tmp_path, finished_run, monkeypatch):
    run = runs.Run(finished_run.path, {**finished_run.record, "members": 1})
    assert tables.heading(run).startswith("1 network of small, 209 parameters, trained")
    assert "luck of the start" in tables.heading(run)


def test_diverged_members_are_counted(finished_run):
    run = runs.Run(finished_run.path, {**finished_run.record, "diverged": [0]})
    assert "; 1 diverged." in tables.heading(run)
    assert "n = 2 x 40" in tables.heading(run)


def test_json_is_json(capsys):
    tables.print_json({"a": [1.5, None], "ä": True})
    assert json.loads(capsys.readouterr().out) == {"a": [1.5, None], "ä": True}
    with pytest.raises(ValueError, match="JSON"):
        tables.print_json({"a": float("nan")})


def test_brackets_are_not_markup(capsys, narrow):
    tables.print_pairs([("[bold]name", "[95.1, 96.2]")])
    tables.print_columns(("a", "b"), [("x", "[red]y")], right=(1,))
    shown = capsys.readouterr().out
    assert "[bold]name  [95.1, 96.2]" in shown
    assert "[red]y" in shown


def test_a_number_is_shown_whole_or_not_at_all(capsys, monkeypatch):
    header = ("name", "training", "what it is")
    rows = [
        ("emnist-letters", "124,800", "letters, upper and lower case together"),
        ("digits", "1,438", "digits"),
    ]
    for columns, last in ((80, "together"), (40, "together"), (30, "124,800"), (20, "emnist-letters")):
        monkeypatch.setenv("COLUMNS", str(columns))
        tables.print_columns(header, rows, right=(1,))
        shown = capsys.readouterr().out
        assert last in shown
        assert "…" not in shown
        assert ("124,800" in shown) == (columns >= 30)
        assert ("letters, " in shown) == (columns >= 40)


def test_a_name_longer_than_its_column_is_not_cut_off(capsys, narrow):
    name = "20261122T203638Z-classic-modern-c334efed-and-more"
    tables.print_answers("one", [(f"How often is it ({name}) right?", "often")])
    shown = capsys.readouterr().out
    questions = "".join(line[:32].strip() for line in shown.splitlines())
    assert "…" not in shown
    assert name in questions


@pytest.mark.parametrize("width", [24, 50, 80, 200])
def test_no_line_ends_in_a_blank(capsys, monkeypatch, width):
    monkeypatch.setenv("COLUMNS", str(width))
    chance = random.Random(width)
    word = lambda: "x" * chance.randint(1, 14)  # noqa: E731
    words = lambda: " ".join(word() for _ in range(chance.randint(0, 12)))  # noqa: E731
    for _ in range(20):
        rows = [(words(), words()) for _ in range(chance.randint(0, 4))]
        tables.print_answers(words(), rows)
        tables.print_pairs(rows)
        tables.print_columns((word(), word()), rows, right=(chance.randint(0, 1),))
        tables.print_records(words(), {"noise": NotMeasured(words(), words())})
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if line != line.rstrip()] == []
    assert max(map(len, lines)) <= min(width, tables.WIDEST)
