from __future__ import annotations

import math
import sys

import pandas
import polars
import pytest
from hypothesis import given, settings, strategies

from tests.studies.blobs import blobs
from tests.test_record import PART, Whole
from thalweg.errors import DataError
from thalweg.frames import framed, numbers_frame
from thalweg.measured import Measured, to_plain
from thalweg.record import NotMeasured

NUMBER = strategies.floats(allow_nan=False, allow_infinity=False, width=32)
NAME = strategies.text(strategies.characters(categories=["L"]), min_size=1, max_size=3)
MEASURED = strategies.builds(Measured, NUMBER, NUMBER, NUMBER)
CONTENT = strategies.recursive(
    strategies.one_of(
        NUMBER, MEASURED, strategies.text(max_size=3), strategies.booleans(), strategies.none()
    ),
    lambda inner: strategies.dictionaries(NAME, inner, max_size=3) | strategies.lists(inner, max_size=3),
)


def numbers_in(content):
    if isinstance(content, Measured):
        return [(content.value, content.low, content.high)]
    if isinstance(content, dict | list):
        every = content.values() if isinstance(content, dict) else content
        return [found for each in every for found in numbers_in(each)]
    is_number = isinstance(content, float | int) and not isinstance(content, bool)
    return [(content, None, None)] if is_number else []


@settings(max_examples=60, deadline=None)
@given(strategies.dictionaries(NAME, CONTENT, max_size=4))
def test_every_number_is_a_row_and_nothing_else_is(content):
    frame = numbers_frame(to_plain(content))
    assert frame.select("value", "low", "high").rows() == numbers_in(content)
    assert frame["name"].n_unique() == frame.height
    other = framed(frame, "pandas")
    assert list(other.columns) == frame.columns
    assert other["value"].tolist() == frame["value"].to_list()


def test_a_record_is_a_frame_in_either_library():
    record = Whole("a title", {"first": PART, "second": PART})
    frame = record.to_frame()
    assert isinstance(frame, polars.DataFrame)
    assert frame["name"].to_list() == [
        "parts.first.length", "parts.first.found", "parts.second.length", "parts.second.found",
    ]  # fmt: skip
    assert isinstance(record.to_frame("pandas"), pandas.DataFrame)
    assert NotMeasured("no weights", "give some").to_frame().height == 0


def test_an_undefined_number_is_null_and_nan_for_pandas():
    frame = numbers_frame({"undefined": {"value": None, "interval": None}})
    assert frame["value"].to_list() == [None]
    assert math.isnan(framed(frame, "pandas")["value"][0])


def test_what_speaks_of_examples_has_a_row_for_each():
    from sklearn.naive_bayes import GaussianNB

    import thalweg as tw

    data = blobs(60)
    found = tw.audit(data, estimator=GaussianNB(), members=12, split="train")
    assert found.to_frame().height == 60
    assert found.to_frame("pandas").shape == found.table().shape


@pytest.mark.parametrize("library", ["panda", "arrow", None])
def test_another_library_is_refused(library):
    with pytest.raises(DataError, match="expected one of polars, pandas") as caught:
        NotMeasured("a", "b").to_frame(library)
    assert caught.value.hint


def test_without_pandas_it_is_said_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(DataError, match="not installed") as caught:
        NotMeasured("a", "b").to_frame("pandas")
    assert "pip install pandas" in caught.value.hint
