import random
import struct

import polars as pl
import pyarrow as pa
import pytest
from pyarrow import parquet as pq

from tests.fuzz.mutations import parquet as damage, thrift as compact
from thalweg.errors import DataError
from thalweg.parquet import Leaf, _values_of, read_parquet, refuse_claims

FRAME = pl.DataFrame(
    {
        "length": [1.5, None, 3.0, 4.0] * 30,
        "name": ["a", "bb", None, "dddd"] * 30,
        "list": [[1, 2], [], None, [3]] * 30,
        "table": [{"x": 1, "y": [True, False]}] * 120,
    }
)


@pytest.mark.parametrize("compression", ["uncompressed", "snappy", "gzip", "zstd", "lz4", "brotli"])
@pytest.mark.parametrize("rows", [7, 1000])
def test_what_polars_writes_is_read(tmp_path, compression, rows):
    path = tmp_path / "x.parquet"
    FRAME.write_parquet(path, compression=compression, row_group_size=rows, data_page_size=100)
    assert read_parquet(path, DataError).equals(FRAME)
    assert read_parquet(path, DataError, columns=["name"]).equals(FRAME.select("name"))


@pytest.mark.parametrize("options", [{}, {"data_page_version": "2.0", "data_page_size": 100}])
@pytest.mark.parametrize("compression", ["none", "snappy", "zstd"])
def test_what_arrow_writes_is_read(tmp_path, options, compression):
    path = tmp_path / "x.parquet"
    pq.write_table(FRAME.to_arrow(), path, compression=compression, row_group_size=50, **options)
    assert read_parquet(path, DataError).equals(FRAME)


def test_a_table_without_rows_is_read(tmp_path):
    path = tmp_path / "x.parquet"
    FRAME.clear().write_parquet(path)
    assert read_parquet(path, DataError).equals(FRAME.clear())
    pq.write_table(pa.table({}), path)
    assert read_parquet(path, DataError).width == 0


def changed(tmp_path, change, *, plain=True):
    """Write a small file and change what its footer says."""
    path = tmp_path / "x.parquet"
    frame = pl.DataFrame({"one": list(range(40)), "two": ["word"] * 40})
    frame.write_parquet(path, compression="uncompressed" if plain else "zstd")
    content = path.read_bytes()
    start, fields = damage._footer(content)
    change({field.number: field for field in fields})
    told = compact.written(fields)
    path.write_bytes(content[:start] + told + struct.pack("<I", len(told)) + b"PAR1")
    return path


def column(footer, place=0):
    """Return what a footer says of a column of its first rows."""
    columns = next(field for field in footer[4].value.values[0] if field.number == 1).value.values
    facts = next(field.value for field in columns[place] if field.number == 3)
    return {field.number: field for field in facts}


def rows(footer):
    footer[3].value = 10**12


def values(footer):
    column(footer)[5].value = 10**12


def size(footer):
    column(footer)[7].value = 10**9


def elsewhere(footer):
    column(footer)[9].value = 10**9


def negative(footer):
    column(footer)[7].value = -1


def kind(footer):
    column(footer)[1].value = 6


def fewer(footer):
    footer[2].value.values.pop()


def without_end(footer):
    footer[2].value.claimed = 2**31


def deep(footer):
    footer[2].value.values[0] = [*footer[2].value.values[0], compact.Field(40, compact.STRUCT, [])]
    inner = footer[2].value.values[0][-1]
    for _ in range(200):
        inner.value = [compact.Field(1, compact.STRUCT, [])]
        inner = inner.value[0]


@pytest.mark.parametrize(
    "change",
    [rows, values, size, elsewhere, negative, kind, fewer, without_end, deep],
    ids=lambda each: each.__name__,
)
def test_claims_that_cannot_be_true(tmp_path, change):
    with pytest.raises(ValueError, match=r"\w"):
        refuse_claims(changed(tmp_path, change), DataError)


def test_more_than_there_is_memory_for(tmp_path, monkeypatch):
    path = tmp_path / "x.parquet"
    pl.DataFrame({"zero": [0] * 3_000_000}).write_parquet(path)
    assert path.stat().st_size < 100_000
    monkeypatch.setenv("THALWEG_MEMORY", "20MB")
    with pytest.raises(DataError, match="what it holds takes 24 MB"):
        read_parquet(path, DataError)


@pytest.mark.parametrize("content", [b"", b"PAR1", b"PAR1PAR1", b"PAR1" + b"\0" * 30 + b"PARE", b"x" * 100])
def test_what_is_no_parquet(tmp_path, content):
    path = tmp_path / "x.parquet"
    path.write_bytes(content)
    with pytest.raises(
        ValueError, match="encrypted" if content.endswith(b"PARE") else "Parquet|footer|header"
    ):
        refuse_claims(path, DataError)


def test_what_is_changed_and_not_refused_is_written_and_read_again_alike(tmp_path):
    # the mutations' own writer: what nothing was changed in is the file as it was
    path = changed(tmp_path, lambda footer: None)
    assert read_parquet(path, DataError)["one"].to_list() == list(range(40))
    before = path.read_bytes()
    assert any(damage.footer(before, random.Random(seed)) != before for seed in range(5))


@pytest.mark.parametrize("strange", [{}, {1: 2}, [], [1], b"x", None, True, 1.5, -1], ids=repr)
@pytest.mark.parametrize("field", [1, 5])
def test_a_page_header_of_other_types_is_refused(strange, field):
    leaf = Leaf(kind=1, length=0, is_repeated=False)
    header = {1: 0, 5: {1: 3, 2: 0}}
    assert _values_of(header, leaf, 12, 12) == 3
    with pytest.raises(ValueError, match=r"header has|page of kind"):
        _values_of({**header, field: strange}, leaf, 12, 12)
    with pytest.raises(ValueError, match="header has"):
        _values_of({**header, 5: {1: 3, 2: strange}}, leaf, 12, 12)
