"""`load`: names, paths and arrays, and what it says when none of them will do."""

import numpy as np
import pytest

from thalweg.data import load
from thalweg.data.sources import NAMES
from thalweg.errors import DataError, SourceUnreachable


def test_a_name_comes_before_a_path(tmp_path, monkeypatch, four_files):
    monkeypatch.chdir(tmp_path)
    four_files.rename(tmp_path / "kmnist")
    with pytest.raises(SourceUnreachable):
        load("kmnist")
    assert load("./kmnist").input_shape == (5, 4)


def test_home_is_expanded(monkeypatch, tmp_path, four_files):
    monkeypatch.setenv("HOME", str(tmp_path))
    assert load("~/own").name == "own"


@pytest.mark.parametrize(
    ("source", "near"),
    [("mnits", "'mnist'"), ("fashion_mnist", "'fashion-mnist'"), ("owm", "'own'"), ("own2/x", "'own'")],
)
def test_near_match_among_names_and_entries(tmp_path, monkeypatch, four_files, source, near):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DataError, match=f"There is no '{source}'.*Did you mean {near}[?]") as caught:
        load(source)
    assert all(name in caught.value.hint for name in NAMES) == ("/" not in source)


def test_a_folder_of_no_known_form(tmp_path):
    (tmp_path / "mine").mkdir()
    with pytest.raises(DataError, match="no data of a known form, only: nothing"):
        load(tmp_path / "mine")
    (tmp_path / "mine" / "notes.txt").touch()
    (tmp_path / "mine" / "sub").mkdir()
    with pytest.raises(DataError, match=r"only: notes\.txt, sub/"):
        load(tmp_path / "mine")


@pytest.mark.parametrize("name", ["x.mat", "x.xlsx", "x"])
def test_a_file_of_no_known_form(tmp_path, name):
    (tmp_path / name).write_bytes(b"\x93NUMPY")
    with pytest.raises(DataError, match="of no known form"):
        load(tmp_path / name)


@pytest.mark.parametrize("source", ["digits", "own"])
def test_label_column_is_for_tables(tmp_path, monkeypatch, four_files, source):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DataError, match="label_column='y' is for tables"):
        load(source, label_column="y")


@pytest.mark.parametrize("source", [3, None, np.zeros((4, 2))])
def test_neither_name_nor_path_nor_pair(source):
    with pytest.raises(DataError, match="expected a name, a path or"):
        load(source)


def test_three_arrays():
    with pytest.raises(DataError, match="given 3 arrays"):
        load((np.zeros((4, 2)),) * 3)
