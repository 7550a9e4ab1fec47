"""Parquet files that are read row by row, and folders of them, are the tables that they are in memory."""

import numpy as np
import polars as pl
import pytest

from thalweg.data import load
from thalweg.data.tables import stored
from thalweg.errors import DataError
from thalweg.parquet import refuse_claims


@pytest.fixture(autouse=True)
def small(monkeypatch):
    monkeypatch.setattr(stored, "ROWS_AT_ONCE", 17)


def table(rows=90):
    generator = np.random.default_rng(0)
    return pl.DataFrame(
        {
            "row": np.arange(1, rows + 1),
            "length": generator.normal(size=rows),
            "kind": np.array(["rose", "tulip", "lily"])[np.arange(rows) % 3],
            "petals": generator.integers(0, 9, rows),
            "wild": generator.random(rows) < 0.5,
            "width": generator.normal(size=rows).astype(np.float32),
        }
    )


def equal(one, other):
    assert one.content_hash == other.content_hash
    assert (one.feature_names, one.class_names) == (other.feature_names, other.class_names)
    np.testing.assert_array_equal(one.train.inputs, other.train.inputs)
    assert other.train.called(3).endswith(one.train.called(3))


def test_a_file_is_written_out_once_and_is_the_same_table(tmp_path):
    path = tmp_path / "flowers.parquet"
    table().write_parquet(path, row_group_size=40)
    kept = load(path, label_column="kind", in_memory=False)
    assert kept.train.is_stored
    equal(kept, load(path, label_column="kind"))
    (written,) = tmp_path.glob("*.npy")
    assert any(written.name in note and "deleted" in note for note in kept.notes)
    before = written.stat().st_mtime_ns
    load(path, label_column="kind", in_memory=False)
    assert written.stat().st_mtime_ns == before


def test_a_changed_table_is_written_again_in_place_of_the_old(tmp_path):
    path = tmp_path / "flowers.parquet"
    table().write_parquet(path)
    load(path, label_column="kind", in_memory=False)
    (first,) = tmp_path.glob("*.npy")
    table(60).write_parquet(path)
    kept = load(path, label_column="kind", in_memory=False)
    equal(kept, load(path, label_column="kind"))
    assert list(tmp_path.glob("*.npy")) != [first]
    assert len(list(tmp_path.glob("*.npy"))) == 1


def test_a_folder_of_files_is_one_table(tmp_path):
    whole = table()
    folder = tmp_path / "shards"
    folder.mkdir()
    for number, (first, last) in enumerate([(0, 20), (20, 21), (21, 90)]):
        whole[first:last].write_parquet(folder / f"part-{number}.parquet")
    whole.write_parquet(tmp_path / "whole.parquet")
    equal(load(folder, label_column="kind"), load(tmp_path / "whole.parquet", label_column="kind"))
    kept = load(folder, label_column="kind", in_memory=False)
    equal(kept, load(folder, label_column="kind"))
    whole[:5].drop("width").write_parquet(folder / "part-9.parquet")
    for in_memory in (True, False):
        with pytest.raises(DataError, match="shards"):
            load(folder, label_column="kind", in_memory=in_memory)


def test_a_test_file_of_its_own_and_rows_without_a_class(tmp_path):
    rows = table().with_columns(
        pl.when(pl.col("row") == 5).then(None).otherwise(pl.col("kind")).alias("kind")
    )
    rows.write_parquet(tmp_path / "train.parquet")
    table()[::-1].write_parquet(tmp_path / "test.parquet")
    asked = {"test": tmp_path / "test.parquet", "label_column": "kind"}
    kept = load(tmp_path / "train.parquet", in_memory=False, **asked)
    equal(kept, load(tmp_path / "train.parquet", **asked))
    assert len(kept.train) == 89
    np.testing.assert_array_equal(kept.test.inputs, load(tmp_path / "train.parquet", **asked).test.inputs)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (pl.lit("red").alias("colour"), "'colour' holds String"),
        (
            pl.when(pl.col("row") == 43).then(None).otherwise(pl.col("width")).alias("width"),
            "'width', row 43",
        ),
        (pl.when(pl.col("row") == 8).then(np.nan).otherwise(pl.col("length")).alias("length"), "row 8"),
    ],
)
def test_what_would_have_to_be_repaired_is_refused(tmp_path, change, said):
    table().with_columns(change).write_parquet(tmp_path / "flowers.parquet")
    with pytest.raises(DataError, match=said) as error:
        load(tmp_path / "flowers.parquet", label_column="kind", in_memory=False)
    assert "in_memory=True" in error.value.hint
    assert not list(tmp_path.glob("*.npy*"))


def test_large_tables_stay_by_themselves_and_csv_cannot(tmp_path, monkeypatch):
    table().write_parquet(tmp_path / "flowers.parquet")
    table().write_csv(tmp_path / "flowers.csv")
    monkeypatch.setenv("THALWEG_IN_MEMORY", "1KB")
    assert load(tmp_path / "flowers.parquet", label_column="kind").train.is_stored
    assert not load(tmp_path / "flowers.csv", label_column="kind").train.is_stored
    with pytest.raises(DataError, match="CSV"):
        load(tmp_path / "flowers.csv", label_column="kind", in_memory=False)


def test_a_folder_that_cannot_be_written_to_is_named(tmp_path, monkeypatch):
    table().write_parquet(tmp_path / "flowers.parquet")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(stored.np.lib.format, "write_array_header_1_0", full)
    with pytest.raises(DataError, match="No space left") as error:
        load(tmp_path / "flowers.parquet", label_column="kind", in_memory=False)
    assert "np.save" in error.value.hint
    assert not list(tmp_path.glob("*.part"))


@pytest.mark.parametrize("in_memory", [None, False])
def test_a_damaged_file_is_named(tmp_path, in_memory):
    path = tmp_path / "flowers.parquet"
    table().write_parquet(path)
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(DataError, match=r"flowers\.parquet"):
        load(path, label_column="kind", in_memory=in_memory)


def test_groups_of_rows_fit_where_the_whole_does_not(tmp_path):
    path = tmp_path / "flowers.parquet"
    table(5000).write_parquet(path, row_group_size=50)
    assert refuse_claims(path, DataError) == (5000, 6)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("THALWEG_MEMORY", "100KB")
        with pytest.raises(DataError, match="of memory"):
            refuse_claims(path, DataError)
        assert refuse_claims(path, DataError, in_parts=True) == (5000, 6)


def test_names_of_rows_are_refused(tmp_path):
    table().write_parquet(tmp_path / "flowers.parquet")
    with pytest.raises(DataError, match="id_column"):
        load(tmp_path / "flowers.parquet", label_column="kind", id_column="row", in_memory=False)
