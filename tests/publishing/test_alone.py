import json
import shutil

import numpy as np
import pytest

from thalweg import publishing
from thalweg.publishing import alone


@pytest.fixture(scope="module")
def published(digits_run, digits, tmp_path_factory):
    return publishing.publish(digits_run, tmp_path_factory.mktemp("alone") / "published", dataset=digits)


@pytest.fixture
def copied(published, tmp_path):
    return shutil.copytree(published.path, tmp_path / "copy")


def test_whole_files_are_read(copied, published):
    found = alone.Population(copied)
    assert len(found) == len(published)
    np.testing.assert_array_equal(found.answers(0, 2), published.answers(0, 2))
    assert found.table("members").equals(published.members_table())


@pytest.mark.parametrize("ending", ["safetensors", "parquet"])
@pytest.mark.parametrize("way", ["flipped", "cut", "gone"])
def test_a_file_that_is_not_what_was_published_is_named(copied, ending, way):
    for path in copied.glob(f"*.{ending}"):
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(content if way == "flipped" else content[:-1])
        if way == "gone":
            path.unlink()
    found = alone.Population(copied)
    asked = [found.weights] if ending == "safetensors" else [found.answers, lambda *_: found.table("history")]
    for ask in asked:
        with pytest.raises(alone.Damaged, match=rf"\.{ending}: .*fetch it again"):
            ask(0, 1)


@pytest.mark.parametrize(
    "change",
    [
        lambda facts: facts.pop("shards"),
        lambda facts: facts.update(members=7),
        lambda facts: facts.update(members="3"),
        lambda facts: facts["shards"][0].update(first=1),
        lambda facts: facts["shards"][0].update(members=True),
        lambda facts: facts["shards"][0]["weights"].update(file="../secret"),
        lambda facts: facts["tables"][0].update(bytes="x"),
    ],
)
def test_facts_that_are_damaged_are_named(copied, change):
    path = copied / "population.json"
    facts = json.loads(path.read_text("utf-8"))
    change(facts)
    path.write_text(json.dumps(facts), "utf-8")
    with pytest.raises(alone.Damaged, match=r"population\.json: damaged"):
        alone.Population(copied)


def test_a_table_that_is_not_there(copied):
    with pytest.raises(KeyError, match=r"members\.parquet"):
        alone.Population(copied).table("../members")
