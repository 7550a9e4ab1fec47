"""A published population is read by members, whichever file they are in, and damage is told."""

import json
import shutil

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings, strategies

import thalweg as tw
from thalweg import publishing
from thalweg.errors import RunError
from thalweg.networks import exchange
from thalweg.publishing import layout


@pytest.fixture(scope="module")
def published(digits_run, digits, tmp_path_factory):
    """Three members in two files."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(layout.spans, "__defaults__", (2 * 4 * digits_run.record["parameters"],))
        return publishing.publish(digits_run, tmp_path_factory.mktemp("out") / "there", dataset=digits)


@pytest.fixture
def copy(published, tmp_path):
    shutil.copytree(published.path, tmp_path / "copy")
    return tmp_path / "copy"


@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    strategies.integers(-4, 4),
    strategies.one_of(strategies.none(), strategies.integers(-4, 5)),
    strategies.sampled_from([1, 2, -1]),
)
def test_slices_are_those_of_the_run(published, digits_run, first, stop, step):
    wanted = digits_run.weights()
    place = slice(first, stop, step)
    name = next(iter(wanted))
    if len(wanted[name][place]) == 0:
        with pytest.raises(IndexError, match=r"members 0\.\.2"):
            published[place]
        return
    population = published[place]
    np.testing.assert_array_equal(exchange.to_tensors(population.networks)[name], wanted[name][place])
    cost = digits_run.history()["cost"].to_numpy().reshape(3, -1)
    np.testing.assert_array_equal(population.history.cost, cost[place])


def test_one_member_and_blocks(published, digits):
    whole = published[:].probabilities(digits.test)
    np.testing.assert_allclose(published[-1].probabilities(digits.test), whole[2], atol=1e-6)
    assert [len(some) for some in published.blocks(members=2)] == [2, 1]
    assert len(published) == 3
    with pytest.raises(IndexError, match=r"members 0\.\.2"):
        published[3]


def test_what_is_not_asked_for_is_not_read(copy):
    (copy / "weights-00001-of-00002.safetensors").unlink()
    population = tw.load_population(copy)
    assert len(population[:2]) == 2
    with pytest.raises(RunError, match=r"weights-00001-of-00002\.safetensors"):
        population[2]


def test_verify_names_what_was_changed(published, copy):
    published.verify()
    file = copy / "answers-00001-of-00002.parquet"
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    with pytest.raises(RunError, match=r"answers-00001-of-00002\.parquet: is not what was published"):
        tw.load_population(copy).verify()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"format": 99}, "format 99"),
        ({"format": None}, "states no format"),
        ({"members": 4}, "hold 3 members, expected 4"),
        ({"shards": []}, "hold 0 members"),
        ({"class_names": "ab"}, "class_names is 'ab'"),
    ],
)
def test_damaged_facts_are_told(copy, change, said):
    facts = json.loads((copy / "population.json").read_text("utf-8"))
    (copy / "population.json").write_text(json.dumps({**facts, **change}), "utf-8")
    with pytest.raises(RunError, match=said):
        tw.load_population(copy)


def test_what_is_no_population_is_told(tmp_path, digits_run):
    with pytest.raises(RunError, match="no such population"):
        tw.load_population(tmp_path / "nowhere")
    with pytest.raises(RunError, match="not a published population"):
        tw.load_population(digits_run.path)
    with pytest.raises(RunError, match="not a published population"):
        tw.load_population(tmp_path)


def test_files_of_other_members_are_told(copy):
    first, second = sorted(copy.glob("weights-*"))
    shutil.copyfile(first, second)
    with pytest.raises(RunError, match="holds 2 members, expected 1"):
        tw.load_population(copy)[:]


def test_a_history_of_other_members_is_told(copy):
    import polars

    path = copy / layout.HISTORY
    polars.read_parquet(path)[:-1].write_parquet(path)
    with pytest.raises(RunError, match=r"history\.parquet: damaged"):
        tw.load_population(copy)[0:3]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda facts: facts["shards"][0]["weights"].update(file="../run.json"), "names no file beside it"),
        (lambda facts: facts["shards"][1]["answers"].update(file="a\0b"), "names no file beside it"),
        (lambda facts: facts.update(diverged=[3]), "more members diverged than there are"),
    ],
)
def test_files_elsewhere_and_members_that_there_are_not(copy, change, why):
    facts = json.loads((copy / layout.FILE).read_text("utf-8"))
    change(facts)
    (copy / layout.FILE).write_text(json.dumps(facts), "utf-8")
    with pytest.raises(RunError, match=why):
        tw.load_population(copy)
