import polars as pl
import pytest
from hypothesis import given, strategies as some

from thalweg.spreadsheets import as_text, as_typed, safe


@pytest.mark.parametrize(
    "cell", ["=1+1", "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", "\t=1", "\r=1", "-", "=", "+a"]
)
def test_formulas_stay_text(cell):
    assert as_text(cell) == "'" + cell
    assert safe(pl.DataFrame({"label": [cell]}))["label"].item() == "'" + cell


@pytest.mark.parametrize("cell", ["", "cat", "-1", "+1", "-.5", "-1e-3", "1=1", " =1", "'", "5", "a@b"])
def test_the_rest_is_left_alone(cell):
    assert as_text(cell) == cell
    assert safe(pl.DataFrame({"label": [cell]}))["label"].item() == cell


@given(some.text(alphabet="=+-@\t\r'1.e a", max_size=8))
def test_what_was_typed_comes_back(cell):
    assert as_typed(as_text(cell)) == cell or cell.startswith("'")
    assert safe(pl.DataFrame({"x": [cell]}, schema={"x": pl.String}))["x"].item() == as_text(cell)


def test_numbers_and_nothing_are_left_alone_and_names_are_not():
    table = pl.DataFrame({"=a": ["=1", None], "b": [-1.5, 2.0], "c": ["x", "@y"]})
    found = safe(table)
    assert found.columns == ["'=a", "b", "c"]
    assert found["'=a"].to_list() == ["'=1", None]
    assert found["c"].to_list() == ["x", "'@y"]
    assert found["b"].to_list() == [-1.5, 2.0]
