import json
import re

import pytest

from thalweg import runs
from thalweg.errors import RunError
from thalweg.runs.described import table
from thalweg.runs.record import FORMAT, read_described, read_record, utc_now


def rewrite(run, **entries):
    (run.path / "run.json").write_text(json.dumps({**run.record, **entries}))


def test_what_was_written_is_read(run):
    assert read_record(run.path) == run.record


def test_a_newer_format_is_refused_by_name(run):
    rewrite(run, format=FORMAT + 1)
    with pytest.raises(RunError, match=f"format {FORMAT + 1}; .* up to {FORMAT}") as error:
        read_record(run.path)
    assert "upgrade" in error.value.hint


@pytest.mark.parametrize("content", ["[]", "{}", '{"format": "1"}'])
def test_json_that_is_not_a_record_is_refused(run, content):
    (run.path / "run.json").write_text(content)
    with pytest.raises(RunError, match="not the record of a run"):
        read_record(run.path)


@pytest.mark.parametrize("key", ["status", "recipe", "members", "seed", "data"])
def test_a_record_that_lacks_an_entry_is_refused(run, key):
    rewrite(run, **{key: None})
    with pytest.raises(RunError, match=f"{key} is None"):
        read_record(run.path)


def test_time_is_utc():
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", utc_now())


def test_format_is_public():
    assert runs.FORMAT == FORMAT


@pytest.mark.parametrize("what", ["run", "study", "label audit"])
def test_a_newer_record_of_any_kind_says_to_upgrade(tmp_path, what):
    file = tmp_path / "record.json"
    file.write_text(json.dumps({"format": FORMAT + 1, "status": "finished"}), "utf-8")
    with pytest.raises(RunError, match="written in format") as caught:
        read_described(file, table({str: "status"}), what=what)
    assert "upgrade" in caught.value.hint
    file.write_text(json.dumps({"format": FORMAT}), "utf-8")
    with pytest.raises(RunError, match="status is missing"):
        read_described(file, table({str: "status"}), what=what)
