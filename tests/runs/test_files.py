import json
import os
import stat

import numpy as np
import pytest

from thalweg.errors import RunError
from thalweg.runs.files import read_json, read_tensors, write_atomically, write_json, write_tensors


def test_a_write_that_breaks_off_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "numbers.json"
    write_json(path, {"a": 1})

    def half(temporary):
        temporary.write_text('{"a": ')
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_atomically(path, half)
    assert read_json(path) == {"a": 1}
    assert os.listdir(tmp_path) == ["numbers.json"]


def test_the_folder_is_made(tmp_path):
    write_json(tmp_path / "deep" / "er" / "x.json", [1])
    assert read_json(tmp_path / "deep" / "er" / "x.json") == [1]


def test_a_disk_that_refuses_is_named(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(RunError, match=r"file/x\.json: cannot be written"):
        write_json(tmp_path / "file" / "x.json", {})


def test_a_disk_that_is_full_of_tensors_is_named(tmp_path, monkeypatch):
    from safetensors import SafetensorError

    def full(*given, **more):
        raise SafetensorError("Error while serializing: I/O error: File too large (os error 27)")

    monkeypatch.setattr("safetensors.numpy.save_file", full)
    with pytest.raises(RunError, match=r"x\.safetensors: cannot be written: File too large\."):
        write_tensors(tmp_path / "x.safetensors", {"a": np.zeros(3)}, {})
    assert os.listdir(tmp_path) == []


def test_nan_is_not_json(tmp_path):
    with pytest.raises(ValueError, match="JSON"):
        write_json(tmp_path / "x.json", {"value": float("nan")})
    assert os.listdir(tmp_path) == []


def test_tensors_come_back_as_they_were(tmp_path):
    path = tmp_path / "x.safetensors"
    tensors = {
        "transposed": np.arange(6, dtype=np.float32).reshape(2, 3).T,
        "scalar": np.asarray(3, dtype=np.int32),
        "flags": np.asarray([True, False]),
        "none": np.zeros((0, 4)),
        "not finite": np.asarray([np.nan, np.inf]),
    }
    write_tensors(path, tensors, {"epoch": 3, "words": ["ä"]})
    found, facts = read_tensors(path)
    assert facts == {"epoch": 3, "words": ["ä"]}
    assert found.keys() == tensors.keys()
    for name, tensor in tensors.items():
        assert found[name].dtype == tensor.dtype
        np.testing.assert_array_equal(found[name], tensor)


@pytest.mark.skipif(os.name == "nt", reason="permissions of POSIX")
def test_every_file_is_as_readable_as_any_other(tmp_path):
    (tmp_path / "plain").write_text("")
    write_tensors(tmp_path / "x.safetensors", {"a": np.zeros(2)}, {})
    modes = {stat.S_IMODE(entry.stat().st_mode) for entry in tmp_path.iterdir()}
    assert len(modes) == 1


@pytest.mark.parametrize("size", [0, 5, 40, -1])
def test_damaged_tensors_are_named(tmp_path, size):
    path = tmp_path / "x.safetensors"
    write_tensors(path, {"a": np.zeros(20)}, {})
    path.write_bytes(path.read_bytes()[:size])
    with pytest.raises(RunError, match=r"x\.safetensors: damaged") as error:
        read_tensors(path)
    assert error.value.hint


def test_damaged_json_is_named_with_its_line(tmp_path):
    path = tmp_path / "x.json"
    path.write_text('{"a": 1,\n "b": }')
    with pytest.raises(RunError, match=r"x\.json: damaged: .*line 2"):
        read_json(path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(RunError, match=r"x\.json: this file of the run is missing"):
        read_json(tmp_path / "x.json")
    with pytest.raises(RunError, match=r"x\.safetensors: this file of the run is missing"):
        read_tensors(tmp_path / "x.safetensors")


@pytest.mark.skipif(os.name == "nt", reason="an open file cannot be replaced there")
def test_who_reads_the_old_file_meanwhile_reads_all_of_it(tmp_path):
    path = tmp_path / "numbers.json"
    write_json(path, ["old"] * 1000)
    with path.open() as reader:
        first = reader.read(10)
        write_json(path, ["new"])
        assert json.loads(first + reader.read()) == ["old"] * 1000
    assert read_json(path) == ["new"]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"[" * 100_000, "recursion"),
        (b"[" * 200 + b"]" * 200, "nested more than 32 deep"),
        (b"9" * 5000, "out of range"),
        (b"1e999", "out of range"),
        (b"[NaN]", "malformed"),
        (b"[Infinity]", "malformed"),
        (b'"\\ud800"', "truncated"),
        (b'"\xff"', "utf-8"),
        ('{"a": 1}'.encode("utf-16"), "malformed"),
        (b'\xef\xbb\xbf{"a": 1}', "malformed"),
        (b"", "truncated"),
        (b"{} {}", "trailing"),
    ],
)
def test_what_is_no_json_of_ours_is_damaged(tmp_path, content, why):
    path = tmp_path / "x.json"
    path.write_bytes(content)
    with pytest.raises(RunError, match=rf"x\.json: damaged: .*{why}") as error:
        read_json(path)
    assert error.value.hint


@pytest.mark.parametrize("facts", ["[]", "{", '{"epoch": -1}', '{"seconds": "long"}', '{"epoch": true}'])
def test_facts_that_are_not_as_described_are_damaged(tmp_path, facts):
    from safetensors.numpy import save_file

    path = tmp_path / "x.safetensors"
    save_file({"a": np.zeros(2)}, path, metadata={"facts": facts})
    with pytest.raises(RunError, match=r"x\.safetensors: damaged"):
        read_tensors(path)


def test_no_flipped_bit_changes_what_is_read(tmp_path):
    path = tmp_path / "x.safetensors"
    tensors = {
        "weight": np.arange(24, dtype=np.float32).reshape(4, 6),
        "none": np.zeros((0, 3)),
        "one": np.ones(1),
    }
    write_tensors(path, tensors, {"epoch": 3})
    whole, refused = path.read_bytes(), 0
    for bit in range(8 * len(whole)):
        flipped = bytearray(whole)
        flipped[bit // 8] ^= 1 << bit % 8
        path.write_bytes(flipped)
        try:
            found, facts = read_tensors(path)
        except RunError as error:
            assert "damaged" in str(error)  # noqa: PT017 - not every bit means something
            refused += 1
            continue
        assert facts == {"epoch": 3}
        assert {name: array.tolist() for name, array in found.items()} == {
            name: array.tolist() for name, array in tensors.items()
        }
    assert refused > 0.9 * 8 * len(whole)


def test_tensors_without_a_hash_are_read_as_before(tmp_path):
    from safetensors.numpy import save_file

    path = tmp_path / "x.safetensors"
    save_file({"a": np.ones(2)}, path, metadata={"facts": '{"epoch": 1}'})
    tensors, facts = read_tensors(path)
    assert (tensors["a"].tolist(), facts) == ([1.0, 1.0], {"epoch": 1})
