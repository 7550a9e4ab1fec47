"""CSV and Parquet tables: where the label is, what a feature may hold, which row is at fault."""

import gzip

import numpy as np
import polars as pl
import pytest

from thalweg.data import load
from thalweg.errors import DataError

TABLE = pl.DataFrame(
    {
        "height": [float(n) for n in range(20)],
        "count": [3 * n for n in range(20)],
        "old": [n % 3 == 0 for n in range(20)],
        "class": ["ash", "oak"] * 10,
    }
)


@pytest.fixture
def csv(tmp_path):
    def write(table=TABLE, name="trees.csv"):
        table.write_csv(tmp_path / name, separator="\t" if ".tsv" in name else ",")
        return tmp_path / name

    return write


def test_csv(csv):
    dataset = load(csv())
    assert dataset.class_names == ("ash", "oak")
    assert dataset.input_shape == (3,)
    assert (dataset.name, len(dataset.train), len(dataset.test)) == ("trees", 16, 4)
    rows = np.concatenate([dataset.train.raw, dataset.test.raw])
    expected = TABLE.drop("class").cast(pl.Float32).to_numpy()
    np.testing.assert_array_equal(rows[rows[:, 0].argsort()], expected)


def test_every_form_gives_the_same_data(csv, tmp_path):
    expected = load(csv()).content_hash
    TABLE.write_parquet(tmp_path / "trees.parquet")
    (tmp_path / "trees.csv.gz").write_bytes(gzip.compress(csv().read_bytes()))
    for path in (tmp_path / "trees.parquet", csv(name="trees.tsv"), tmp_path / "trees.csv.gz"):
        assert load(path).content_hash == expected


@pytest.mark.parametrize("name", ["label", "Labels", "CLASS", "target", "y"])
def test_label_column_by_its_name(csv, name):
    assert load(csv(TABLE.rename({"class": name}))).class_names == ("ash", "oak")


def test_named_label_column_comes_first(csv):
    dataset = load(csv(TABLE.drop("class").with_columns(y=pl.col("old").not_())), label_column="old")
    assert dataset.class_names == ("false", "true") or dataset.class_names == ("False", "True")
    assert dataset.input_shape == (3,)


def test_whole_numbers_in_float_column_are_classes(csv):
    table = TABLE.with_columns(pl.Series("class", [0.0, 1.0] * 10))
    assert load(csv(table)).class_names == ("0", "1")


def test_categories_in_parquet(tmp_path):
    TABLE.with_columns(pl.col("class").cast(pl.Categorical)).write_parquet(tmp_path / "x.parquet")
    assert load(tmp_path / "x.parquet").class_names == ("ash", "oak")


def put(column, row, value):
    values = TABLE[column].to_list()
    values[row] = value
    return TABLE.with_columns(pl.Series(column, values, strict=False))


@pytest.mark.parametrize(
    ("table", "says"),
    [
        (put("height", 6, float("inf")), "column 'height', row 7, is inf"),
        (TABLE.with_columns(pl.Series("class", [n / 2 for n in range(20)])), r"has 0\.5: expected whole"),
        (TABLE.with_columns(pl.Series("class", list(range(20)))), "a single example"),
        (TABLE.with_columns(pl.lit("ash").alias("class")), "Only one class, 'ash'"),
        (TABLE.with_columns(pl.lit("NA").alias("class")), "label column 'class' is empty in every row"),
        (TABLE.head(0), "a header but no rows"),
        (TABLE.select("class"), "no column besides 'class'"),
        (TABLE.rename({"class": "klasse"}), "no label column: expected one called label"),
        (TABLE.rename({"class": "lable"}), "no label column.*Did you mean 'lable'"),
    ],
)
def test_bad_tables(csv, table, says):
    with pytest.raises(DataError, match=says) as caught:
        load(csv(table))
    assert caught.value.hint


REPAIRED = [
    (put("height", 6, None), r"column 'height', row 7, is empty \(1 such rows\)", "'height' (1 row)"),
    (put("height", 6, float("nan")), "column 'height', row 7, is empty", "'height' (1 row)"),
    (put("class", 3, None), "column 'class', row 4, is empty", "Rows without a class are left out"),
    (put("class", 3, "?"), "column 'class', row 4, is empty", "Rows without a class are left out"),
    (
        TABLE.with_columns(count=pl.Series(["1"] * 4 + ["?"] + ["2"] * 15)),
        "'count', row 5",
        "'count' (1 row)",
    ),
    (TABLE.with_columns(count=pl.Series(["new", "old"] * 10)), "column 'count' is text", "categories"),
    (
        TABLE.with_columns(count=pl.Series([f"tree {n}" for n in range(20)])),
        "20 different",
        "of too many kinds",
    ),
    (TABLE.with_columns(count=pl.Series(range(20))), "'count' counts the rows", "'count' counts the rows"),
]


@pytest.mark.parametrize(("table", "says", "note"), REPAIRED)
def test_what_can_be_repaired_is_repaired_and_said_or_refused(csv, table, says, note):
    assert any(note in line for line in load(csv(table)).notes)
    with pytest.raises(DataError, match=says) as caught:
        load(csv(table), strict=True)
    assert caught.value.hint


def test_all_problems_are_told_at_once(csv):
    table = put("height", 6, None).with_columns(count=pl.Series(["new", "old"] * 10))
    with pytest.raises(DataError, match=r"has 2 problems:\n  - .*'height'.*\n  - .*'count' is text"):
        load(csv(table), strict=True)


def test_no_such_label_column(csv):
    with pytest.raises(DataError, match=r"no column 'clas'\. Did you mean 'class'\?") as caught:
        load(csv(), label_column="clas")
    assert "'height', 'count', 'old', 'class'" in caught.value.hint


@pytest.mark.parametrize("name", ["x.csv", "x.parquet"])
@pytest.mark.parametrize("content", [b"", b"a,label\n1,2,3\n4\n\x00\xff"])
def test_unreadable(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError, match="cannot be read as a table"):
        load(tmp_path / name)


@pytest.mark.parametrize(
    "name", ["data[1]", "data*", "data?", "{data}", "data{1,2}", "[2024] run", "~data", "#1 data"]
)
@pytest.mark.parametrize("ending", [".csv", ".csv.gz", ".tsv", ".parquet"])
def test_a_path_is_a_path_and_no_pattern(tmp_path, name, ending):
    def write(stem, words):
        table = pl.DataFrame({"a": [1.0, 2.0, 3.0, 4.0], "label": words})
        path = tmp_path / f"{stem}{ending}"
        if ending == ".parquet":
            with path.open("wb") as file:
                table.write_parquet(file)
        else:
            text = table.write_csv(separator="\t" if ending == ".tsv" else ",").encode()
            path.write_bytes(gzip.compress(text) if ending.endswith(".gz") else text)
        return path

    for other in ("data1", "data2", "dataX", "data", "2 run"):
        write(other, ["wrong", "file"] * 2)
    assert load(write(name, ["this", "one"] * 2)).class_names == ("one", "this")
