import csv
from dataclasses import replace

import numpy as np
import pytest

from tests.figures.studies import made_up
from thalweg.data.identity import Identity
from thalweg.errors import StudyError
from thalweg.studies.label_audit.checks.answers import Answer, answers_of, read_check_file


@pytest.fixture(scope="module")
def drawn():
    return replace(made_up.audit(), identity=Identity(row=np.arange(1, 121))).to_check(20)


@pytest.fixture
def table(drawn, tmp_path):
    """Header and rows of a file to fill in, which `filled` writes again."""
    path = drawn.write_csv(tmp_path / "check.csv")
    return list(csv.reader(path.read_text("utf-8").splitlines()))


@pytest.fixture
def filled(table, tmp_path):
    def write(changes=(), *, rows=None, separator=",", encoding="utf-8"):
        lines = [list(row) for row in (table if rows is None else rows)]
        for row, column, value in changes:
            lines[row][lines[0].index(column)] = value
        path = tmp_path / "filled.csv"
        with path.open("w", encoding=encoding, newline="") as stream:
            csv.writer(stream, delimiter=separator).writerows(lines)
        return read_check_file(path)

    return write


def refused(filled, drawn, *changes, **more):
    with pytest.raises(StudyError) as found:
        answers_of(filled(changes, **more), drawn.content)
    assert found.value.hint
    return found.value.message


def test_answers_are_read_in_the_order_of_the_draw(filled, drawn, table):
    other = next(name for name in "abcd" if name != table[3][2])
    said = [(1, "answer", "right"), (2, "answer", "W"), (3, "answer", " Wrong "), (4, "answer", "u")]
    answers = answers_of(filled([*said, (3, "correct_label", other)]), drawn.content)
    assert answers[:4] == [Answer("right"), Answer("wrong"), Answer("wrong", other), Answer("unsure")]
    assert answers[4:] == [Answer()] * 16


def test_a_spreadsheet_may_write_it_again(filled, drawn, table):
    shuffled = [table[0], *table[:0:-1]]
    file = filled([(1, "answer", "right")], rows=shuffled, separator=";", encoding="utf-8-sig")
    answers = answers_of(file, drawn.content)
    assert answers[19] == Answer("right")
    assert sum(answer.said is not None for answer in answers) == 1


def test_a_number_may_be_written_otherwise(filled, drawn, table):
    row = table[1][table[0].index("row")]
    assert answers_of(filled([(1, "row", f"{row}.0"), (1, "answer", "right")]), drawn.content)[0].said


def test_rows_may_be_taken_away(filled, drawn, table):
    answers = answers_of(filled([(1, "answer", "wrong")], rows=table[:2]), drawn.content)
    assert answers == [Answer("wrong"), *[Answer()] * 19]


def test_what_was_not_drawn_is_named(filled, drawn):
    assert "row 2: number '21' was not drawn: expected 1 to 20" in refused(filled, drawn, (2, "number", "21"))
    said = refused(filled, drawn, (2, "row", "9999"))
    assert "row '9999' was not drawn" in said


def test_twice_and_contradictions_are_named(filled, drawn, table):
    twice = [*table, table[5]]
    said = refused(filled, drawn, (5, "answer", "right"), (21, "answer", "right"), rows=twice)
    assert "row 21: number 5 is there twice." in said
    said = refused(filled, drawn, (5, "answer", "right"), (21, "answer", "wrong"), rows=twice)
    assert "twice, with answers that contradict each other" in said


def test_a_label_that_changed_is_named(filled, drawn, table):
    other = next(name for name in "abcd" if name != table[3][2])
    said = refused(filled, drawn, (3, "label", other), (3, "answer", "right"))
    assert f"the label of row {table[3][1]} is '{other}', it was '{table[3][2]}' when it was drawn" in said


def test_an_answer_that_is_none_is_named(filled, drawn):
    said = refused(filled, drawn, (1, "answer", "rihgt"), (2, "answer", "yes"))
    assert (
        "row 1: answer is 'rihgt', which is neither right, wrong nor unsure (did you mean 'right'?)" in said
    )
    assert "row 2: answer is 'yes'" in said


def test_a_class_that_is_none_or_contradicts_is_named(filled, drawn, table):
    own = table[1][2]
    other = next(name for name in "abcd" if name != own)
    for answer, correct, named in (
        ("wrong", "e", "none of the classes"),
        ("right", other, f"right contradicts correct_label '{other}'"),
        ("wrong", own, f"wrong contradicts correct_label '{own}'"),
        ("", other, "write wrong"),
        ("unsure", other, "write wrong"),
    ):
        assert named in refused(filled, drawn, (1, "answer", answer), (1, "correct_label", correct))


def test_many_problems_are_counted(filled, drawn):
    said = refused(filled, drawn, *((row, "answer", "maybe") for row in range(1, 16)))
    assert said.count("maybe") == 8
    assert said.endswith("and 7 more.")


def test_nothing_filled_is_refused_unless_one_begins(filled, drawn):
    assert "nothing is filled in" in refused(filled, drawn)
    assert answers_of(filled(), drawn.content, begun=False) == [Answer()] * 20


def test_another_draw_is_refused(filled, drawn, table):
    assert "another audit" in refused(
        filled, drawn, *((row, "draw", "0123456789-20-0") for row in range(1, 21))
    )
    assert "several draws" in refused(filled, drawn, (4, "draw", "0123456789-20-0"))


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (b"", "it is empty"),
        (b"number,label,answer,draw\n1,a,right,x\n", "it has no column correct_label"),
        (b"number,label,answer,correct_label,draw\n", "a header and no rows"),
        (b"number,label,answer,correct_label,draw\n1,a,right\n", "line 2 has 3 fields, the header 5"),
        (b"\xff\xfe\x00", "cannot be read as UTF-8"),
        (b'number,label,answer,correct_label,draw\n1,a,"right\n', "line 2 has 3 fields"),
    ],
)
def test_a_damaged_file_is_named(tmp_path, text, named):
    path = tmp_path / "damaged.csv"
    path.write_bytes(text)
    with pytest.raises(StudyError, match=named) as found:
        read_check_file(path)
    assert str(path) in found.value.message
    assert "--to-check" in found.value.hint


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(StudyError, match="no such file"):
        read_check_file(tmp_path / "none.csv")
    with pytest.raises(StudyError, match="a folder"):
        read_check_file(tmp_path)


def test_answers_are_written_where_they_belong(filled, drawn, table):
    file = filled(rows=[table[0], *table[:0:-1]], separator="\t")
    answers = [Answer("wrong", "a"), *[Answer()] * 18, Answer("right")]
    file.with_answers(answers).write()
    lines = list(csv.reader(file.path.read_text("utf-8").splitlines(), delimiter="\t"))
    number, answer, correct = (lines[0].index(name) for name in ("number", "answer", "correct_label"))
    assert [line[answer] for line in lines[1:]] == ["right", *[""] * 18, "wrong"]
    assert [line[correct] for line in lines[1:]] == [*[""] * 19, "a"]
    assert [line[number] for line in lines[1:]] == [str(place) for place in range(20, 0, -1)]
