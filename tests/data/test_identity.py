"""What an example is called leads back to it: the row or the file of that name holds its very values."""

import dataclasses

import numpy as np
import polars as pl
import pytest
from PIL import Image

from thalweg.data import from_arrays, load
from thalweg.data.class_order import read_in_order
from thalweg.data.dataset import TrainSplit
from thalweg.data.identity import Identity, distinct, joined
from thalweg.errors import DataError

KINDS = ("elm", "ash", "oak")


def made_up(seed, rows):
    """Return a table in a random order, as text, whose values tell its rows apart, some without a class."""
    generator = np.random.default_rng(seed)
    kinds = np.array(KINDS, object)[generator.permutation(np.arange(rows) % 3)]
    kinds[generator.choice(rows, seed % 4, replace=False)] = None
    return pl.DataFrame(
        {
            "tree": [f"{number:04d}" for number in generator.permutation(rows)],
            "height": [f"{value:.3f}" for value in generator.permutation(rows) + 0.125],
            "girth": [f"{value:.2f}" for value in generator.normal(size=rows)],
            "kind": kinds,
        }
    )


def parts_of(dataset, fraction=0.2):
    """Return every split of the data, with a part set apart and examples chosen in a random order."""
    apart = dataset.hold_out(fraction)
    order = np.random.default_rng(1).permutation(len(dataset.train))[:20]
    return [dataset.test, apart.train, apart.validation, dataset.train.take(order)]


def check_rows(split, tables, heights):
    """Read the row back that each example is called by, and compare values, class and id."""
    for example in range(len(split)):
        called = {name: values[example] for name, values in split.identity.columns.items()}
        row = tables[called.get("file", "")].row(int(called["row"]) - 1, named=True)
        assert row["kind"] == split.class_names[split.labels[example]]
        np.testing.assert_allclose(split.raw[example, 0], float(row["height"]), rtol=1e-6)
        assert called["id"] == row["tree"]
    cells = split.identity.cells(np.arange(len(split)))
    assert cells.columns == ("height", "girth")
    assert [float(height) for height, _ in cells.values] == pytest.approx(split.raw[:, 0].tolist())
    assert {height for height, _ in cells.values} <= heights


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_a_row_holds_the_example_that_is_called_by_it(tmp_path, seed, ending):
    table = made_up(seed, 50 + seed)
    path = tmp_path / f"t.{ending}"
    getattr(table, f"write_{ending}")(path)
    dataset = load(path, id_column="tree", label_column="kind")
    back = pl.read_csv(path, infer_schema=False) if ending == "csv" else pl.read_parquet(path)
    found = sorted(np.concatenate([dataset.train.identity.row, dataset.test.identity.row]).tolist())
    assert found == [row for row, kind in enumerate(back["kind"], start=1) if kind is not None]
    for split in (dataset.train, *parts_of(dataset)):
        assert "file" not in split.identity.columns
        check_rows(split, {"": back}, set(table["height"]))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("names", [("a.csv", "b.csv"), ("one/t.csv", "two/t.csv")])
def test_of_two_files_the_file_is_named_too(tmp_path, seed, names):
    tables = {}
    for place, name in enumerate(names):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        made_up(seed + place, 40).select("kind", "girth", "tree", "height").write_csv(tmp_path / name)
        called = name if "/" not in name else str(tmp_path / name)
        tables[called] = pl.read_csv(tmp_path / name, infer_schema=False)
    train, test = (tmp_path / name for name in names)
    dataset = load(train, test=test, id_column="tree", label_column="kind", columns=("height", "girth"))
    for split, name in zip((dataset.train, dataset.test), tables, strict=True):
        assert set(split.identity.file) == {name}
    heights = {height for table in tables.values() for height in table["height"]}
    for split in (dataset.train, *parts_of(dataset)):
        reordered = split.identity.cells(np.arange(1)).columns == ("girth", "height")
        assert reordered, "in the order of the file"
    both = joined([dataset.train.identity, dataset.test.identity])
    values = np.concatenate([dataset.train.raw, dataset.test.raw])
    for example in np.random.default_rng(seed).permutation(len(both))[:30]:
        row = tables[both.file[example]].row(int(both.row[example]) - 1, named=True)
        np.testing.assert_allclose(values[example], [float(row["girth"]), float(row["height"])], rtol=1e-6)
    last = both.cells(np.array([len(both) - 1, 0]))
    assert [float(height) for _, height in last.values] == pytest.approx(values[[-1, 0], 1].tolist())
    assert {height for _, height in last.values} <= heights


def test_a_frame_is_called_by_its_rows():
    table = made_up(2, 40).with_columns(pl.col("height", "girth").cast(pl.Float64))
    split = load(table, id_column="tree", label_column="kind").test
    for example, row in enumerate(split.identity.row):
        assert table["height"][int(row) - 1] == split.raw[example, 0]
    assert split.identity.cells(np.array([0])).values[0][0] == str(split.raw[0, 0])


def test_cells_are_as_they_were_written_and_not_of_another_file(tmp_path):
    path = tmp_path / "t.csv"
    lines = ["# trees", "id;a;b;kind"]
    lines += [f'00{k};{k},50;"x;{k % 2}";{"elm" if k % 2 else "ash"}\n' for k in range(20)]
    path.write_text("\n".join(lines))
    split = load(path, id_column="id", label_column="kind").train
    rows, cells = split.identity.row, split.identity.cells(np.arange(len(split)))
    assert cells.values == tuple((f"{row - 1},50", f"x;{(row - 1) % 2}") for row in rows)
    assert split.called(0) == f"row {rows[0]} (id 00{rows[0] - 1})"
    path.write_text(path.read_text().replace("x;0", "another"))
    assert split.identity.cells(np.arange(3)) is None, "as many rows, but not those that were read"
    path.write_text(path.read_text() + "\n0020;9,5;x;elm\n")
    assert split.identity.cells(np.arange(3)) is None
    path.unlink()
    assert split.identity.cells(np.arange(3)) is None


@pytest.mark.parametrize("parted", [False, True])
def test_a_file_holds_the_picture_that_is_called_by_it(tmp_path, parted):
    generator = np.random.default_rng(0)
    for number in range(24):
        part = ("train", "val", "Test")[number % 3] if parted else ""
        inner = "deep" if number % 5 == 0 else ""
        path = tmp_path / "f" / part / f"class {number // 3 % 2}" / inner / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(generator.integers(0, 256, (4, 5), dtype=np.uint8)).save(path)
    path.write_bytes(b"no picture")
    dataset = load(tmp_path / "f")
    splits = [dataset.train, dataset.test] + [dataset.validation] * parted
    assert sum(map(len, splits)) == 23
    for split in splits:
        for picture, label, file in zip(split.raw, split.labels, split.identity.file, strict=True):
            np.testing.assert_array_equal(np.asarray(Image.open(tmp_path / "f" / file)), picture)
            assert split.class_names[label] in file.split("/")
        assert split.identity.cells(np.arange(2)) is None
        assert split.called(0) == split.identity.file[0]


def test_arrays_are_called_by_their_place_where_it_is_not_that_in_the_split():
    inputs, labels = np.arange(60.0).reshape(30, 2), np.arange(30) % 2
    dataset = from_arrays(inputs, labels)
    for split in parts_of(dataset):
        np.testing.assert_array_equal(inputs[split.identity.index], split.raw)
        assert split.called(1) == f"index {split.identity.index[1]}"
    whole = from_arrays(inputs, labels, test=(inputs, labels))
    assert whole.train.identity is None
    assert whole.test.called(3) == "example 3"
    some = from_arrays(inputs, labels, test=(inputs, np.where(labels == 1, np.nan, 0)[:30]))
    np.testing.assert_array_equal(inputs[some.test.identity.index], some.test.raw)
    np.testing.assert_array_equal(some.train.identity.index, np.arange(30))


def test_it_survives_another_order_of_the_classes(tmp_path):
    made_up(1, 60).write_csv(tmp_path / "t.csv")
    dataset = load(tmp_path / "t.csv", id_column="tree", label_column="kind")
    again = read_in_order(dataset, ("oak", "elm", "ash"))
    assert again.reading == dataset.reading
    assert not np.array_equal(again.held_out, dataset.held_out)
    back = pl.read_csv(tmp_path / "t.csv", infer_schema=False)
    for split in (again.train, again.test):
        check_rows(split, {"": back}, set(back["height"]))


def test_examples_that_are_not_chosen_with_it_are_refused():
    split = from_arrays(np.arange(60.0).reshape(30, 2), np.arange(30) % 2).train
    with pytest.raises(DataError, match="24 are called"):
        dataclasses.replace(split, raw=split.raw[:9], labels=split.labels[:9])
    assert isinstance(split.take(slice(9)), TrainSplit)


def test_several_are_led_by_what_each_is_called():
    rows, pictures = Identity(row=np.array([1, 2])), Identity(file=np.array(["cats/1.png"]))
    assert rows.within("a.csv").name(1) == "a.csv, row 2"
    assert pictures.within("pets").name(0) == "pets/cats/1.png"
    assert joined([rows, None]) is None
    assert joined([rows, pictures]) is None
    assert joined([rows, Identity(row=np.array([9]), id=np.array(["x"]))]).columns.keys() == {"row"}
    assert distinct(["x/a.csv", "y/b.csv"]) == ["a.csv", "b.csv"]
    assert distinct(["x/a.csv", "y/a.csv"]) == ["x/a.csv", "y/a.csv"]


def test_messages_name_the_file_of_a_row_and_its_number_there(tmp_path):
    made_up(0, 30).write_csv(tmp_path / "train.csv")
    made_up(0, 30).with_columns(
        girth=pl.when(pl.int_range(30) == 4).then(pl.lit("")).otherwise("girth"),
        kind=pl.when(pl.int_range(30) == 6).then(None).otherwise("kind"),
    ).write_csv(tmp_path / "test.csv")
    files = {"test": tmp_path / "test.csv", "label_column": "kind", "id_column": "tree"}
    with pytest.raises(DataError) as caught:
        load(tmp_path / "train.csv", **files, strict=True)
    assert "column 'kind', row 7 of test.csv, is empty" in caught.value.message
    assert "column 'girth', row 5 of test.csv, is empty" in caught.value.message


def test_a_copied_row_is_named(tmp_path):
    table = made_up(0, 40)
    pl.concat([table, table[:1]]).write_csv(tmp_path / "train.csv")
    pl.concat([made_up(1, 40), table[3:4]]).write_csv(tmp_path / "test.csv")
    dataset = load(tmp_path / "train.csv", test=tmp_path / "test.csv", label_column="kind", drop=("tree",))
    named = "(the first is test.csv, row 41, like train.csv, row 4)"
    assert any(named in note for note in dataset.notes), dataset.notes
