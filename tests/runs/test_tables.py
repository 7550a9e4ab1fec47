import polars as pl
import pytest

from thalweg.errors import RunError
from thalweg.runs.tables import read_columns, read_history

WHOLE = {"member": [0, 0, 1, 1], "epoch": [1, 2, 1, 2], "cost": [2.0, 1.0, 2.0, 1.5]}


def written(tmp_path, columns):
    path = tmp_path / "history.parquet"
    pl.DataFrame(columns).write_parquet(path)
    return path


def test_a_whole_table_is_read_as_it_is(tmp_path):
    path = written(tmp_path, {**WHOLE, "more": ["a"] * 4})
    assert read_history(path).columns == ["member", "epoch", "cost", "more"]
    assert read_columns(path, whole="epoch", numbers="cost", words="more").height == 4


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"epoch": None}, "no column 'epoch'"),
        ({"member": [0, None, 1, 1]}, "1 empty cells"),
        ({"member": ["a", "b", "c", "d"]}, "expected whole numbers"),
        ({"cost": ["a", "b", "c", "d"]}, "expected numbers"),
        ({"accuracy": [[1.0]] * 4}, "its column 'accuracy'"),
        ({"epoch": [1, 2, 1, 1]}, "expected one for each of both"),
        ({"epoch": [1, 2, 1, 3]}, "expected one for each of both"),
    ],
)
def test_what_whoever_reads_it_needs_is_missing(tmp_path, change, why):
    columns = {name: cells for name, cells in {**WHOLE, **change}.items() if cells is not None}
    with pytest.raises(RunError, match=why):
        read_history(written(tmp_path, columns))


def test_a_table_without_rows(tmp_path):
    path = tmp_path / "history.parquet"
    pl.DataFrame(WHOLE).clear().write_parquet(path)
    with pytest.raises(RunError, match="0 rows"):
        read_history(path)
