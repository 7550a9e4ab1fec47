import gzip

import numpy as np
import polars
import pytest
from PIL import Image

from thalweg.data.corrected_copies import copy_archive, copy_folder, copy_table
from thalweg.data.reading import Reading
from thalweg.errors import DataError

ROWS = [("1.5", "oak", "a"), ("2.5", "elm", "b"), ("3.25", "oak", "c"), ("4", "elm", "d")]


def written(tmp_path, text, name="trees.csv", encoding="utf-8"):
    path = tmp_path / name
    data = text.encode(encoding)
    path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return path


def corrected(path, changes, reading=None):
    target = path.with_name(f"new-{path.name}")
    copy_table(path, target, reading or Reading(label_column="kind"), changes)
    return target


PLAIN = "height,kind,note\n1.5,oak,a\n2.5,elm,b\n3.25,oak,c\n4,elm,d\n"


def test_only_the_cells_of_labels_change(tmp_path):
    new = corrected(written(tmp_path, PLAIN), {1: 2, 4: 3})
    assert new.read_text() == "height,kind,note\n1.5,elm,a\n2.5,elm,b\n3.25,oak,c\n4,oak,d\n"


@pytest.mark.parametrize(
    ("text", "was", "now"),
    [
        ("kind;height\r\nelm;1,5\r\noak;2,5\r\nelm;3,0\r\n", "elm;1,5", "oak;1,5"),
        ('height,kind\n1,"elm, old"\n2,"oak ""x"" one"\n3,elm\n', '1,"elm, old"', '1,"oak ""x"" one"'),
        ('"kind","height"\n"elm","1"\n"oak","2"\n"elm","3"', '"elm","1"', '"oak","1"'),
        ("# trees\nkind,height\n\nelm,1\n# more\noak,2\nelm,3\nelm,4\n", "elm,1", "oak,1"),
        ('kind,note\nelm,"two\nlines"\noak,"b"\nelm,"c"\n', 'elm,"two', 'oak,"two'),
        ("height,kind\n1, elm\n2, oak \n3, elm\n", "1, elm", "1, oak"),
        ("kind\theight\nelm\t1\noak\t2\nelm\t3\n", "elm\t1", "oak\t1"),
    ],
)
def test_a_file_stays_written_as_it_was(tmp_path, text, was, now):
    new = corrected(written(tmp_path, text), {1: 2}).read_bytes().decode()
    assert new == text.replace(was, now, 1) != text


def test_bytes_that_are_no_utf8_stay(tmp_path):
    text = "kind,note\nErle,gr\u00fcn\nT\u00e4nne,b\nErle,c\n"
    new = corrected(written(tmp_path, text, encoding="latin-1"), {1: 2})
    assert new.read_bytes() == text.replace("Erle,gr", "T\u00e4nne,gr").encode("latin-1")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_marks_of_the_byte_order_stay(tmp_path, encoding):
    new = corrected(written(tmp_path, PLAIN, encoding=encoding), {1: 2})
    assert new.read_bytes() == PLAIN.replace("1.5,oak", "1.5,elm").encode(encoding)


def test_a_packed_file_stays_packed(tmp_path):
    new = corrected(written(tmp_path, PLAIN, name="trees.csv.gz"), {1: 2})
    assert gzip.decompress(new.read_bytes()).decode() == PLAIN.replace("1.5,oak", "1.5,elm")


def test_a_file_without_a_header_has_its_label_last(tmp_path):
    new = corrected(written(tmp_path, "1.5,3,0\n2.5,4,1\n1.5,3,0\n2.5,4,1\n"), {3: 2}, Reading())
    assert new.read_text() == "1.5,3,0\n2.5,4,1\n1.5,3,1\n2.5,4,1\n"


def test_a_form_that_is_not_understood_cell_by_cell_is_refused(tmp_path):
    path = written(tmp_path, "'height','kind'\n1,'elm, old'\n2,'oak'\n3,'elm, old'\n")
    with pytest.raises(DataError, match="cannot be told apart") as refused:
        corrected(path, {1: 2})
    assert refused.value.hint


def test_parquet_keeps_its_types(tmp_path):
    frame = polars.DataFrame(ROWS, schema=["height", "kind", "note"], orient="row").with_columns(
        polars.col("kind").cast(polars.Categorical), polars.col("height").cast(float)
    )
    frame.write_parquet(tmp_path / "trees.parquet")
    new = polars.read_parquet(corrected(tmp_path / "trees.parquet", {1: 2}))
    assert new.schema == frame.schema
    assert new["kind"].to_list() == ["elm", "elm", "oak", "elm"]
    assert new.drop("kind").equals(frame.drop("kind"))


def test_an_archive_keeps_all_but_the_labels(tmp_path):
    images = np.arange(48, dtype=np.uint8).reshape(3, 4, 4)
    labels, others = np.array(["a", "b", "a"]), np.array(["a", "long"])
    arrays = {"images": images, "labels": labels, "test_images": images[:2], "test_labels": others}
    np.savez(tmp_path / "a.npz", **arrays, more=np.array([7]))
    copy_archive(
        tmp_path / "a.npz", tmp_path / "b.npz", {("train", 0): ("test", 1), ("test", 0): ("train", 1)}
    )
    with np.load(tmp_path / "b.npz") as new:
        assert set(new.files) == {*arrays, "more"}
        assert new["labels"].tolist() == ["long", "b", "a"]
        assert new["test_labels"].tolist() == ["b", "long"]
        np.testing.assert_array_equal(new["images"], images)


def pictures(folder, names):
    for place, name in enumerate(names):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.full((4, 4), place, dtype=np.uint8)).save(path)


def test_pictures_go_to_the_folder_of_their_class(tmp_path):
    source, target = tmp_path / "trees", tmp_path / "new"
    pictures(source, ["elm/1.png", "elm/sub/2.png", "elm/3.png", "oak/1.png", "yew/9.png"])
    (source / "readme.txt").write_text("mine")
    copy_folder(source, target, {"elm/1.png": "oak", "elm/sub/2.png": "oak", "yew/9.png": "elm"})
    found = sorted(path.relative_to(target).as_posix() for path in target.rglob("*") if path.is_file())
    assert found == ["elm/3.png", "elm/9.png", "oak/1-2.png", "oak/1.png", "oak/sub/2.png", "readme.txt"]
    assert (target / "oak" / "1-2.png").read_bytes() == (source / "elm" / "1.png").read_bytes()
    assert (source / "elm" / "1.png").exists()
    assert not (target / "yew").exists(), "a class without a picture cannot be read"


def test_parts_of_a_folder_stay_parts(tmp_path):
    source, target = tmp_path / "trees", tmp_path / "new"
    pictures(source, ["train/elm/1.png", "train/oak/2.png", "test/elm/3.png", "test/oak/4.png"])
    copy_folder(source, target, {"test/elm/3.png": "oak"})
    assert (target / "test" / "oak" / "3.png").exists()
    assert not (target / "test" / "elm").exists()
