"""One frame of pandas, polars or Arrow in any types and with any index: the same numbers."""

import decimal

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from thalweg.data import load

ROWS = 40
GENERATOR = np.random.default_rng(0)
FRAME = pd.DataFrame(
    {
        "whole": GENERATOR.integers(0, 9, ROWS),
        "half": GENERATOR.integers(0, 9, ROWS) / 2,
        "truth": GENERATOR.random(ROWS) < 0.5,
        "word": GENERATOR.choice(["clay", "sand", "silt"], ROWS),
        "day": pd.Timestamp("2024-01-01") + pd.to_timedelta(GENERATOR.integers(0, 50, ROWS), "D"),
        "class": ["elm", "ash", "oak", "yew"] * (ROWS // 4),
    }
)

WHOLE = ["int8", "uint16", "int32", "float32", "Int16", "UInt8", "Float64", "int64[pyarrow]", "object"]
TYPES = {
    "whole": [*WHOLE, "double[pyarrow]", "Sparse[int64]", "string"],
    "half": ["float16", "float32", "Float32", "double[pyarrow]", "Sparse[float64]", "object", "string"],
    "truth": ["boolean", "bool[pyarrow]", "object", "Sparse[bool]"],
    "word": ["category", "object", "string", "string[pyarrow]", "string[python]"],
    "day": ["datetime64[s]", "datetime64[ns]", "timestamp[us][pyarrow]", "date32[pyarrow]", "object"],
    "class": ["category", "object", "string", "string[pyarrow]"],
}
WITHOUT_MISSING = ("int8", "uint16", "int32", "Sparse[int64]", "Sparse[bool]")
"""What pandas turns into floats where a value is missing."""
CASES = [(column, kind) for column, kinds in TYPES.items() for kind in kinds]


@pytest.fixture(scope="module")
def expected():
    return load(FRAME).content_hash


@pytest.mark.parametrize(("column", "kind"), CASES)
def test_any_type_of_pandas(expected, column, kind):
    frame = FRAME.astype({column: kind})
    assert str(frame[column].dtype) != str(FRAME[column].dtype) or kind in ("string", "object")
    assert load(frame).content_hash == expected


@pytest.fixture(scope="module")
def with_holes():
    """What a column of FRAME gives where each seventh value is missing, as polars says so."""
    table = pl.from_pandas(FRAME)
    empty = pl.int_range(ROWS) % 7 == 3
    return {
        column: load(table.with_columns(pl.when(~empty).then(pl.col(column)).alias(column)))
        for column in table.columns[:-1]
    }


@pytest.mark.parametrize(("column", "kind"), [case for case in CASES if case[0] != "class"])
def test_any_type_of_pandas_that_holds_missing_values(expected, with_holes, column, kind):
    """What is missing is missing, whatever stands for it: NaN, None, NaT or NA."""
    assert with_holes[column].content_hash != expected
    values = FRAME[column].astype(object).where(np.arange(ROWS) % 7 != 3, None)
    if kind in WITHOUT_MISSING:
        values, kind = values.astype(float), "float32"
    assert load(FRAME.assign(**{column: values.astype(kind)})).content_hash == with_holes[column].content_hash


def test_decimals_categories_of_numbers_and_a_mixture(expected):
    exact = FRAME.assign(half=[decimal.Decimal(str(value)) for value in FRAME["half"]])
    assert load(exact).content_hash == expected
    mixed = FRAME.assign(whole=[float(n) if n % 2 else int(n) for n in FRAME["whole"]])
    assert load(mixed.astype({"whole": object})).content_hash == expected
    assert load(FRAME.astype({"whole": "category"})).content_hash == expected


INDICES = {
    "shuffled": GENERATOR.permutation(ROWS),
    "repeated": np.arange(ROWS) // 2,
    "words": [f"tree {number}" for number in range(ROWS)],
    "moments": pd.date_range("2024-01-01", periods=ROWS),
    "two levels": pd.MultiIndex.from_product([range(ROWS // 4), list("abcd")]),
    "named as the class": pd.Index(FRAME["class"], name="class"),
    "missing": pd.Index([None] * ROWS, dtype=object),
}


@pytest.mark.parametrize("index", INDICES)
def test_any_index(expected, index):
    frame = FRAME.set_axis(INDICES[index], axis="index")
    dataset = load(frame)
    assert dataset.content_hash == expected
    assert dataset.test.identity is not None
    np.testing.assert_array_equal(dataset.test.identity.row, load(FRAME).test.identity.row)


@pytest.mark.parametrize("index", INDICES)
def test_labels_apart_go_with_the_rows_by_place(expected, index):
    """As scikit-learn takes them: what the indices of the two say does not matter."""
    labels = FRAME["class"].set_axis(INDICES[index], axis="index")
    assert load((FRAME.drop(columns="class"), labels)).content_hash == expected


@pytest.mark.parametrize("made", [pl.from_pandas, pa.Table.from_pandas, lambda f: pl.from_pandas(f).lazy()])
def test_other_libraries(expected, made):
    assert load(made(FRAME)).content_hash == expected


def test_columns_of_two_levels_and_columns_that_are_numbers(expected):
    levels = FRAME.set_axis(pd.MultiIndex.from_tuples([("soil", name) for name in FRAME]), axis="columns")
    assert load(levels, label_column="soil class").content_hash == expected
    assert load(FRAME.set_axis(range(6), axis="columns"), label_column="5").content_hash == expected


def test_files_that_pandas_writes(expected, tmp_path):
    numbers = FRAME.drop(columns="day")
    plain = load(numbers).content_hash
    numbers.to_csv(tmp_path / "indexed.csv")
    numbers.to_csv(tmp_path / "plain.csv", index=False)
    numbers.set_axis(GENERATOR.permutation(ROWS)).to_csv(tmp_path / "shuffled.csv")
    for name in ("indexed", "plain", "shuffled"):
        assert load(tmp_path / f"{name}.csv").content_hash == plain
    FRAME.astype({"word": "category", "whole": "Int64"}).to_parquet(tmp_path / "one.parquet")
    FRAME.set_axis(INDICES["words"]).to_parquet(tmp_path / "two.parquet")
    for name in ("one", "two"):
        assert load(tmp_path / f"{name}.parquet").content_hash == expected
