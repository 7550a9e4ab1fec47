"""One table in many dialects, types, orders and with any index: the same numbers, and notes on the way."""

import datetime
import itertools

import numpy as np
import polars as pl
import pytest

from thalweg.data import Reading, facts as facts_of, load
from thalweg.data.leakage import leaks
from thalweg.errors import DataError

ROWS = 60
GENERATOR = np.random.default_rng(0)
TABLE = pl.DataFrame(
    {
        "a": GENERATOR.normal(size=ROWS).round(3),
        "b": GENERATOR.integers(0, 9, ROWS),
        "class": ["elm", "ash", "oak"] * 20,
    }
)


def text(table=TABLE, *, separator=",", decimal=".", header=True, before="", after="", pad=""):
    rows = [table.columns] if header else []
    rows += [[str(cell).replace(".", decimal) for cell in row] for row in table.rows()]
    return before + "".join((separator + pad).join(row) + "\n" for row in rows) + after


@pytest.fixture
def written(tmp_path):
    def write(content, name="t.csv", encoding="utf-8"):
        (tmp_path / name).write_bytes(content.encode(encoding))
        return tmp_path / name

    return write


DIALECTS = [
    {"separator": separator, "decimal": decimal, **more}
    for (separator, decimal), more in itertools.product(
        [(",", "."), (";", "."), (";", ","), ("\t", ","), ("|", "."), ("  ", ".")],
        [{}, {"before": "# one\n# two\n"}, {"after": "\n\n"}],
    )
]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_any_dialect(written, dialect):
    expected = load(written(text())).content_hash
    assert load(written(text(**dialect))).content_hash == expected


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-32", "latin-1", "cp1252"])
def test_any_encoding(written, encoding):
    accents = text().replace("elm", "forêt")
    assert "forêt" in load(written(accents, encoding=encoding)).class_names


@pytest.mark.parametrize("change", [lambda t: t.replace("\n", "\r\n"), lambda t: t.replace("\n", "\r")])
def test_any_line_end_and_blanks_after_separators(written, change):
    expected = load(written(text())).content_hash
    assert load(written(change(text()))).content_hash == expected
    assert load(written(text(pad=" "))).content_hash == expected


def quoted(words):
    """The table as some statistics packages write it: names, and maybe words, in single quotes."""
    names, *rows = text().splitlines()
    cell = lambda word: f"'{word}'"  # noqa: E731
    rows = [row.split(",") for row in rows]
    rows = [[*row[:2], cell(row[2]) if words else row[2]] for row in rows]
    return [list(map(cell, names.split(","))), *rows]


@pytest.mark.parametrize("separator", [",", "\t", ";", " "])
@pytest.mark.parametrize("words", [True, False])
def test_single_quotes_are_quotes(written, separator, words):
    content = "\n".join(separator.join(row) for row in quoted(words))
    dataset = load(written(content), label_column="class")
    assert dataset.content_hash == load(written(text(), "plain.csv")).content_hash
    assert any("single quotes" in note for note in dataset.notes)


def test_an_apostrophe_is_no_quote(written):
    words = TABLE.with_columns(pl.col("class").replace({"elm": "O'Neil", "oak": "'tis"}))
    assert load(written(text(words))).class_names == ("'tis", "O'Neil", "ash")


@pytest.mark.parametrize("form", ["%Y-%m-%d", "%Y/%m/%d", "%Y/%m/%d %H:%M", "%Y/%m/%d %H:%M:%S"])
def test_dates_that_say_which_number_is_the_day_are_moments(written, form):
    first = datetime.datetime(2024, 1, 1)
    days = [first + datetime.timedelta(days=7 * n % 90) for n in range(ROWS)]
    expected = load(TABLE.with_columns(pl.Series("z", days)).select("a", "b", "z", "class"))
    table = TABLE.with_columns(pl.Series("z", [day.strftime(form) for day in days]))
    assert load(written(text(table.select("a", "b", "z", "class")))).content_hash == expected.content_hash


def test_dates_that_do_not_say_it_stay_text(written):
    table = TABLE.with_columns(pl.Series("z", [f"{1 + n % 12:02}/{1 + n % 9:02}/2024" for n in range(ROWS)]))
    assert not any("seconds" in note for note in load(written(text(table))).notes)


def test_without_a_header_the_last_column_is_the_class(written):
    dataset = load(written(text(header=False)))
    assert dataset.content_hash == load(written(text())).content_hash
    assert any("no header" in note for note in dataset.notes)
    assert any("'column_3'" in note for note in dataset.notes)


def test_short_header_of_scikit_learn(written):
    numbers = TABLE.with_columns(pl.Series("class", [1, 0, 2] * 20))
    dataset = load(written(f"{ROWS},2,ash,elm,oak\n" + text(numbers, header=False)))
    assert dataset.content_hash == load(written(text())).content_hash


SHUFFLED = np.random.default_rng(1).permutation(ROWS)
INDICES = {
    "": SHUFFLED,
    "Unnamed: 0": SHUFFLED // 2,
    "__index_level_0__": SHUFFLED,
    "index": SHUFFLED,
    "k": SHUFFLED + 1,
    "n": np.sort(np.random.default_rng(2).permutation(2 * ROWS)[:ROWS]),
    "id": SHUFFLED * 7919,
    "name": [f"tree {number}" for number in SHUFFLED],
    "class.1": TABLE["class"].to_list(),
    "class_code": [1, 0, 2] * 20,
}


@pytest.mark.parametrize("name", INDICES)
def test_any_index_is_left_out_and_said_or_refused(tmp_path, written, name):
    table = TABLE.insert_column(0, pl.Series(name, INDICES[name]))
    table.write_parquet(tmp_path / "t.parquet")
    for path in (written(text(table)), tmp_path / "t.parquet"):
        dataset = load(path)
        assert dataset.content_hash == load(written(text(), "plain.csv")).content_hash
        assert any("Left out" in note and repr(name) in note for note in dataset.notes)
        with pytest.raises(DataError, match="column"):
            load(path, strict=True)


@pytest.mark.parametrize("name", ["individual", "Patient ID", "user_id", "subject no", "CustomerNumber"])
@pytest.mark.parametrize("values", [range(15), [f"p{number}" for number in range(15)]])
def test_whose_a_row_is_is_said_where_several_rows_are_ones(name, values):
    whose = pl.Series(name, list(values) * 4)
    notes = load(TABLE.with_columns(whose)).notes
    assert any(repr(name) in note and "15 values in 60 rows" in note for note in notes)
    for other in (whose.alias("age"), pl.Series(name, [1, 2, 3] * 20), pl.Series(name, range(60))):
        assert not any("whose" in note for note in load(TABLE.with_columns(other)).notes)


def test_a_second_label_that_disagrees_is_a_problem(written):
    table = TABLE.with_columns(pl.Series("class.1", ["elm"] * 50 + ["oak"] * 10))
    with pytest.raises(DataError, match="do not agree"):
        load(written(text(table)))
    assert load(written(text(table)), drop="class.1").input_shape == (2,)


@pytest.mark.parametrize("kind", [pl.Float64, pl.Int8, pl.UInt64, pl.Decimal(10, 2), pl.String])
def test_any_type(kind):
    assert load(TABLE.with_columns(pl.col("b").cast(kind))).content_hash == load(TABLE).content_hash


DAYS = [datetime.date(2024, 1, 1) + datetime.timedelta(days=n % 17) for n in range(ROWS)]
READ = {
    "dates": (DAYS, 1),
    "moments": ([datetime.datetime(2024, 1, day.day) for day in DAYS], 1),
    "durations": ([datetime.timedelta(days=n % 17) for n in range(ROWS)], 1),
    "lists": ([[float(n % 2), n % 5 / 7] for n in range(ROWS)], 2),
    "nested": ([[[float(n % 2), 1.0], [float(n % 7), 2.0]] for n in range(ROWS)], 4),
    "truth": ([True, False, None] * 20, 2),
    "words": (["x", "y", None] * 20, 3),
}


@pytest.mark.parametrize("name", READ)
def test_types_that_are_read(name):
    values, inputs = READ[name]
    assert load(TABLE.with_columns(pl.Series("z", values))).input_shape == (2 + inputs,)


REFUSED = {
    "ragged": pl.Series([[1.0] * (1 + n % 3) for n in range(ROWS)]),
    "bytes": pl.Series([b"no picture"] * ROWS),
    "records": pl.Series([{"x": 1}] * ROWS),
    "objects": pl.Series([{1}, {2}] * 30, dtype=pl.Object),
    "word lists": pl.Series([["a"]] * ROWS),
}


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.parametrize("column", ["a", "class"])
def test_types_that_are_named_and_refused(name, column):
    with pytest.raises(DataError, match=repr(column)) as caught:
        load(TABLE.with_columns(REFUSED[name].alias(column)))
    assert caught.value.hint


@pytest.mark.parametrize("name", ["x[1].csv", "x*.csv", "x?.csv", "{x}.csv", "#x.csv", "~x.csv", "a b.csv"])
def test_a_path_is_a_path(tmp_path, monkeypatch, written, name):
    written("a,label\n" + "1,p\n2,q\n" * 9, "x1.csv")
    monkeypatch.chdir(tmp_path)
    written(text(), name)
    assert load(name).classes == 3


@pytest.mark.parametrize("offset", [1_760_000_000, 5.4e6, -3e9])
def test_numbers_with_a_large_offset_keep_every_value(offset):
    values = offset + np.arange(ROWS) % 20 * 0.5
    dataset = load((np.column_stack([values, TABLE["a"]]), TABLE["class"].to_list()))
    kept = np.concatenate([dataset.train.raw, dataset.test.raw])[:, 0]
    assert len(np.unique(kept)) == 20
    np.testing.assert_allclose(dataset.train.inputs.std(axis=0), 1.0, rtol=1e-5)
    near = load((np.column_stack([values - offset, TABLE["a"]]), TABLE["class"].to_list()))
    np.testing.assert_allclose(dataset.train.inputs, near.train.inputs, atol=1e-5)
    assert near.train.raw.dtype == np.float32


def test_a_feature_that_gives_the_class_away_is_named():
    labels = np.arange(300) % 3
    columns = {"code": (labels * 7 % 3).astype(float), "noise": np.random.default_rng(0).normal(size=300)}
    assert set(leaks(columns, labels)) == {"code"}


def test_a_second_file_is_encoded_as_the_first_says_in_any_order_of_columns(written):
    wordy = TABLE.with_columns(pl.Series("soil", ["clay", "sand", None, "clay"] * 15))
    first, second = (
        written(text(wordy), "one.csv"),
        written(text(wordy.select(wordy.columns[::-1])), "two.csv"),
    )
    dataset = load(first, test=second)
    np.testing.assert_array_equal(dataset.train.raw, dataset.test.raw)
    facts = facts_of.data_facts(dataset)
    assert facts_of.load_again(first, facts).content_hash == dataset.content_hash


def test_a_record_keeps_how_its_data_were_read(written):
    path = written(text(TABLE.rename({"class": "kind"}), separator=";"))
    dataset = load(path, label_column="kind", columns=["a"], separator=";")
    facts = facts_of.data_facts(dataset)
    assert Reading.from_json(facts) == Reading("kind", columns=("a",), separator=";")
    assert facts_of.load_again(path, facts).content_hash == dataset.content_hash
