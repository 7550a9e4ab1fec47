"""Places at URLs: what a store holds, and what is wrong with one, in the words of a path."""

import errno
import importlib.util
import time

import pytest

from thalweg import remote
from thalweg.errors import DataError, RunError
from thalweg.places import given_path
from thalweg.remote import is_url

fsspec = pytest.importorskip("fsspec", reason="needs fsspec (pip install 'thalweg[remote]')")


@pytest.fixture
def place(store):
    return given_path(f"{store}/folder", "a run", RunError, remote=True)


@pytest.mark.parametrize("text", ["s3://bucket/run", "memory://x", "https://host/a.csv", "FILE:///tmp/x"])
def test_what_is_a_url(text):
    assert is_url(text)


@pytest.mark.parametrize("given", ["runs/first", "c:/run", "./s3:/x", "", "://x", 3, None, "a::s3://x/y"])
def test_what_is_none(given):
    assert not is_url(given)


def test_a_file_is_written_whole_read_and_deleted(place, tmp_path):
    (tmp_path / "x").write_bytes(b"one")
    file = place / "inside" / "file.json"
    assert not file.exists()
    file.put(tmp_path / "x")
    assert file.is_file()
    assert not file.is_dir()
    assert file.read_bytes() == file.open().read() == b"one"
    assert file.stat().st_size == 3
    assert place.is_dir()
    assert [each.name for each in place.iterdir()] == ["inside"]
    assert list(file.parent.glob("*.json")) == [file]
    assert list(file.parent.glob("[!.]*.npz")) == list((place / "none").glob("*")) == []
    file.unlink()
    file.unlink(missing_ok=True)
    with pytest.raises(FileNotFoundError):
        file.read_bytes()


def test_names_are_those_of_a_path(place):
    file = place / "evaluation" / "accuracy.json"
    assert (file.name, file.stem, file.suffix) == ("accuracy.json", "accuracy", ".json")
    assert file.with_suffix(".npz").name == "accuracy.npz"
    assert file.with_name("other").parent == file.parent == place / "evaluation"
    assert file.absolute() is file
    root = place
    for _ in range(9):
        root = root.parent
    assert root == root.parent


def test_of_two_one_creates(place):
    file = place / "once"
    file.create(b"first")
    with pytest.raises(FileExistsError):
        file.create(b"second")
    assert file.read_bytes() == b"first"
    with pytest.raises(FileExistsError):
        place.mkdir()


def test_all_in_a_folder_is_deleted(place):
    for name in ("one", "two"):
        (place / "sub" / name).create(b"")
    (place / "kept").create(b"")
    (place / "sub").remove_all()
    (place / "sub").remove_all()
    assert [each.name for each in place.iterdir()] == ["kept"]


def test_a_url_of_this_machine_is_a_path(tmp_path):
    assert given_path(tmp_path.as_uri(), "a run", RunError, remote=True) == tmp_path


def test_a_url_where_none_can_be():
    with pytest.raises(
        DataError, match="memory://x: a URL, and a recipe is read and written on this machine"
    ):
        given_path("memory://x", "a recipe", DataError)


@pytest.mark.parametrize(
    ("url", "said", "hint"),
    [
        ("mermory://x", "Protocol not known: mermory", "memory"),
        ("s3://", "names no place of a run", "s3://bucket/name"),
        ("s3://key:secret@bucket/run", "holds a password", "leave it out"),
    ],
)
def test_what_is_wrong_with_a_url(url, said, hint):
    with pytest.raises(RunError, match=said) as caught:
        given_path(url, "a run", RunError, remote=True)
    assert hint in caught.value.hint
    assert "secret" not in str(caught.value)


def test_without_fsspec(monkeypatch):
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "fsspec" else find(name))
    with pytest.raises(RunError, match="not installed") as caught:
        given_path("memory://x", "a run", RunError, remote=True)
    assert "thalweg[remote]" in caught.value.hint


class Refusing(fsspec.AbstractFileSystem):
    """A store that raises what it is told to."""

    protocol = "refusing"
    error = RuntimeError()

    def info(self, path, **_):
        raise self.error

    def exists(self, path, **_):
        time.sleep(self.error if isinstance(self.error, float) else 0)
        raise self.error


class NoCredentialsError(Exception):
    """What botocore raises is no `OSError`."""


@pytest.mark.parametrize(
    ("error", "hint"),
    [
        (NoCredentialsError("Unable to locate credentials"), "credentials"),
        (PermissionError("Forbidden"), "credentials"),
        (FileNotFoundError("The specified bucket does not exist"), "make x first"),
        (RuntimeError("Could not connect to the endpoint"), "reached"),
        (ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused"), "reached"),
        (0.5, "reached"),
    ],
)
def test_a_store_that_refuses(monkeypatch, error, hint):
    fsspec.register_implementation("refusing", Refusing, clobber=True)
    monkeypatch.setattr(Refusing, "error", error)
    monkeypatch.setattr(remote, "ANSWERED_WITHIN", 0.1)
    with pytest.raises(RunError, match=r"refusing://x/run: cannot be looked at: .+\.\n") as caught:
        given_path("refusing://x/run", "a run", RunError, remote=True)
    assert hint in caught.value.hint
