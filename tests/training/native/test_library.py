"""A kernel that is not there, damaged or foreign is said to be so, and never loaded."""

import hashlib
import json
import shutil

import pytest

from thalweg.training.native import library
from thalweg.training.native.library import FILE, STAMP, Library, Missing, look


@pytest.fixture
def built(kernel, tmp_path):
    """A copy of the kernel that was built, to damage."""
    for name in (FILE, STAMP):
        shutil.copyfile(library.FOLDER / name, tmp_path / name)
    return tmp_path


def stamp_anew(folder):
    """Write a stamp that fits whatever stands there."""
    digest = hashlib.sha256((folder / FILE).read_bytes()).hexdigest()
    (folder / STAMP).write_text(json.dumps({"sha256": digest, "built_with": "a test"}))


def test_what_was_built_is_found(built):
    found = look(built)
    assert isinstance(found, Library)
    assert len(found.variants) == len(found.lanes)
    assert found.variants[-1] in ("baseline", "neon")
    assert found.lanes_of(found.variants[0]) == found.lanes[0]


def test_without_a_stamp_it_was_not_built(tmp_path):
    assert look(tmp_path) == Missing("it was not built")


def test_a_stamp_says_why_it_was_not_built(tmp_path):
    (tmp_path / STAMP).write_text('{"why": "no C++ compiler was found"}')
    assert look(tmp_path) == Missing("no C++ compiler was found")


@pytest.mark.parametrize("stamp", ["", "[]", "{}", '{"sha256": "0"}', "\x00"])
def test_a_damaged_stamp_is_trusted_in_nothing(built, stamp):
    (built / STAMP).write_text(stamp)
    found = look(built)
    assert isinstance(found, Missing)
    assert found.broken


def test_half_a_library_is_not_loaded(built):
    content = (built / FILE).read_bytes()
    (built / FILE).write_bytes(content[: len(content) // 2])
    found = look(built)
    assert isinstance(found, Missing)
    assert found.broken
    assert "damaged" in found.why


@pytest.mark.parametrize("content", [b"", b"not a library at all", b"\x7fELF" + bytes(200)])
def test_what_is_no_library_is_said_to_be_none(built, content):
    (built / FILE).write_bytes(content)
    stamp_anew(built)
    found = look(built)
    assert isinstance(found, Missing)
    assert found.broken
    assert "cannot be loaded" in found.why


def test_a_foreign_library_is_not_called(built):
    import _ctypes

    shutil.copyfile(_ctypes.__file__, built / FILE)
    stamp_anew(built)
    found = look(built)
    assert isinstance(found, Missing)
    assert found.broken


def test_a_file_that_went_away_is_missed(built):
    (built / FILE).unlink()
    assert look(built) == Missing(f"{FILE} is missing", broken=True)


def test_the_doctor_says_it_in_one_line(monkeypatch):
    monkeypatch.setattr(library, "found", lambda: Missing("no C++ compiler was found"))
    found = library.described()
    assert (found["variant"], found["why"]) == (None, "no C++ compiler was found")
    assert found["said"].startswith("none: no C++ compiler was found; install a C++ compiler")
    monkeypatch.setattr(library, "found", lambda: Library(("avx2", "baseline"), (8, 4), "c++ 12"))
    assert library.described()["said"] == "native, avx2: 8 members to a register; built with c++ 12"
