from pathlib import Path

import pytest

from thalweg.errors import RunError
from thalweg.runs.described import Count, Maybe, Measured, Number, checked, table

Row = table({Count: "examples", Maybe: "mean", dict[str, Number]: "by_name"}, optional="by_name")


def problem(content, kind=Row):
    with pytest.raises(RunError) as error:
        checked(content, kind, Path("x.json"), hint="make it again.")
    assert error.value.hint == "make it again."
    return error.value.message.removeprefix("x.json: damaged: ").removesuffix(".")


@pytest.mark.parametrize(
    "content",
    [
        {"examples": 3, "mean": None},
        {"examples": 3, "mean": {"value": 1, "interval": [0.5, None]}, "by_name": {"a": None, "b": 2.0}},
        {"examples": 0, "mean": {"value": None, "interval": None}, "newer": "kept"},
    ],
)
def test_what_is_as_described_is_returned_as_it_is(content):
    assert checked(content, Row, Path("x.json"), hint="") is content


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ([], "it is []: expected a table"),
        ({"mean": None}, "examples is missing"),
        ({"examples": 3, "mean": {"value": 1}}, "mean.interval is missing"),
        ({"examples": True, "mean": None}, "examples is True: expected a whole number"),
        ({"examples": None, "mean": None}, "examples is None: expected a whole number"),
        ({"examples": -1, "mean": None}, "examples is -1: expected a whole number of at least 0"),
        (
            {"examples": 10**10, "mean": None},
            "examples is 10000000000: expected a whole number of at most 1000000000",
        ),
        ({"examples": 3, "mean": 0.5}, "mean is 0.5: expected a table or nothing"),
        (
            {"examples": 3, "mean": {"value": 1, "interval": [0, "x"]}},
            "mean.interval[1] is 'x': expected a number or nothing",
        ),
        (
            {"examples": 3, "mean": {"value": 1, "interval": [0]}},
            "mean.interval is [0]: expected a list of length 2",
        ),
        (
            {"examples": 3, "mean": None, "by_name": {"a": 1, "b": "x"}},
            "by_name[...] is a text: expected a number or nothing",
        ),
        (
            {"examples": 3, "mean": {"value": 1e200, "interval": None}},
            "mean.value is 1e+200: expected a number of at most 1e+100",
        ),
    ],
)
def test_what_is_not_is_said_with_its_place_and_value(content, said):
    assert problem(content) == said


def test_a_table_has_the_keys_of_its_base():
    wider = table({str: "unit"}, base=Measured)
    assert problem({"value": 1, "interval": None}, wider) == "unit is missing"
    assert problem({"unit": "m"}, wider) == "value is missing"


def test_a_partial_table_may_lack_anything_but_holds_nothing_else():
    some = table({Count: "first second"}, partial=True)
    assert checked({}, some, Path("x.json"), hint="") == {}
    assert problem({"second": "x"}, some) == "second is 'x': expected a whole number"
