"""What is published is what was trained, and it is there as a whole or not at all."""

import hashlib
import json
import subprocess
import sys

import numpy as np
import polars
import pytest

from thalweg import publishing, recording, runs
from thalweg.errors import RunError
from thalweg.publishing import layout, writing


@pytest.fixture(scope="module")
def small_files():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(layout, "SHARD_BYTES", 2000)
        patch.setattr(layout.spans, "__defaults__", (2000,))
        yield


@pytest.fixture(scope="module")
def published(digits_run, digits, tmp_path_factory, small_files):
    """Three members in a file each."""
    return publishing.publish(digits_run, tmp_path_factory.mktemp("out") / "there", dataset=digits)


def test_members_are_shared_out_over_files(published):
    assert len(published.facts["shards"]) == 3
    for shard in published.facts["shards"]:
        for what in ("weights", "answers"):
            file = published.path / shard[what]["file"]
            assert hashlib.sha256(file.read_bytes()).hexdigest() == shard[what]["sha256"]


def test_weights_are_those_of_the_run(published, digits_run):
    population = recording.population_of(digits_run)
    for name, values in digits_run.weights().items():
        read = np.concatenate([_weights(published, first)[name] for first in range(3)])
        np.testing.assert_array_equal(read, values)
    assert published[0:3].diverged.tolist() == population.diverged.tolist()


def _weights(published, first):
    from thalweg.networks import exchange

    return exchange.to_tensors(published[first : first + 1].networks)


def test_answers_are_those_of_the_networks(published, digits_run, digits):
    answers = recording.population_of(digits_run).logits(digits.test).argmax(axis=-1)
    np.testing.assert_array_equal(published.answers(), answers)
    right = answers == digits.test.labels
    members, examples = published.members_table(), published.examples_table()
    np.testing.assert_allclose(members["test_accuracy"].to_numpy(), right.mean(axis=1))
    np.testing.assert_array_equal(examples["right"].to_numpy(), right.sum(axis=0))
    np.testing.assert_array_equal(examples["label"].to_numpy(), digits.test.labels)
    assert published.history_table().equals(digits_run.history())


def test_who_diverged_answers_nothing(copied_digits, digits, tmp_path):
    tensors = copied_digits.weights()
    name = next(iter(tensors))
    tensors[name] = tensors[name].copy()
    tensors[name][1] = np.nan
    copied_digits.write_weights(tensors, {})
    copied_digits.update(diverged=[1])
    published = publishing.publish(copied_digits, tmp_path / "there", dataset=digits)
    assert (published.answers()[1] == 255).all()
    members = published.members_table()
    assert members["diverged"].to_list() == [False, True, False]
    assert members["test_accuracy"].null_count() == members["test_cost"].null_count() == 1
    assert published.examples_table()["right"].max() <= 2
    assert "1 diverged" in (published.path / "README.md").read_text("utf-8")


def test_nothing_of_this_machine_is_published(copied_digits, digits, tmp_path):
    data = {**copied_digits.record["data"], "source": "/home/me/secret.npz"}
    copied_digits.update(command=["thalweg", "train", "--data", "/home/me/secret.npz"], data=data)
    published = publishing.publish(copied_digits, tmp_path / "there", dataset=digits)
    for file in ("population.json", "README.md"):
        assert "secret" not in (published.path / file).read_text("utf-8")


def test_data_that_are_not_the_runs_are_refused(digits_run, quarters_dataset, tmp_path):
    with pytest.raises(RunError, match="is not the data"):
        publishing.publish(digits_run, tmp_path / "there", dataset=quarters_dataset)
    assert not list(tmp_path.iterdir())


def test_nothing_is_overwritten(digits_run, digits, tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(RunError, match="something is there already"):
        publishing.publish(digits_run, tmp_path, dataset=digits)
    assert [file.name for file in tmp_path.iterdir()] == ["mine.txt"]


def test_what_goes_wrong_half_way_leaves_nothing(digits_run, digits, tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(writing, "_write_tables", full)
    with pytest.raises(RunError, match="No space left"):
        publishing.publish(digits_run, tmp_path / "there", dataset=digits)
    assert not list(tmp_path.iterdir())


def test_an_unfinished_run_is_refused(copied_digits, digits, tmp_path):
    copied_digits.update(status="training")
    with pytest.raises(RunError, match="not finished"):
        publishing.publish(runs.open(copied_digits.path), tmp_path / "there", dataset=digits)


def test_it_is_read_without_thalweg(published, tmp_path):
    code = (
        "import json, sys, read_population as r; p = r.Population(sys.argv[1]);"
        "w = p.weights(1, 3); assert not any(name.startswith('thalweg') for name in sys.modules);"
        "print(json.dumps([len(p), {k: v.shape for k, v in w.items()}, p.answers(0, 2).tolist(),"
        " p.table('members').height]))"
    )
    output = subprocess.check_output(
        [sys.executable, "-c", code, published.path], text=True, cwd=published.path
    )
    count, shapes, answers, rows = json.loads(output)
    assert (count, rows) == (3, 3)
    assert {shape[0] for shape in shapes.values()} == {2}
    np.testing.assert_array_equal(answers, published.answers(0, 2))


def test_a_row_an_example(published):
    file = published.path / published.facts["shards"][0]["answers"]["file"]
    assert polars.read_parquet(file).columns == ["example", "answers"]
