"""Runs made while words stood in natural order open and evaluate as they did."""

import numpy as np
import polars
import pytest

from thalweg import data, recording, runs
from thalweg.data import facts as facts_of
from thalweg.data.labels import natural_order
from thalweg.errors import RunError

WORDS = ["setosa", "Versicolor", "virginica"]


@pytest.fixture
def old_run(tmp_path, small_recipe):
    """A run on a table whose classes were sorted without regard to case."""
    generator = np.random.default_rng(0)
    labels = np.array(WORDS)[np.arange(90) % 3]
    inputs = generator.normal(size=(90, 4)) + 3 * np.eye(3, 4)[np.arange(90) % 3]
    path = tmp_path / "flowers.csv"
    table = polars.DataFrame(inputs, schema=list("abcd")).with_columns(label=polars.Series(labels))
    table.write_csv(path)
    as_then = data.from_arrays(
        inputs, labels, class_names=natural_order(WORDS), name="flowers", source=str(path)
    )
    assert as_then.class_names != data.load(path).class_names
    run = recording.train_run(small_recipe, as_then, members=2, out=tmp_path / "run")
    return run, as_then


def test_it_is_measured_on_its_own_test_part_in_its_own_order(old_run):
    run, as_then = old_run
    from thalweg.evaluation import accuracy

    found = recording.evaluate_run(runs.open(run.path), only="accuracy")["accuracy"].to_json()
    expected = accuracy(recording.population_of(run), as_then).to_json()
    for each in (*found["hardest"], *expected["hardest"]):  # arrays then, a file now
        for name in ("row", "index", "called"):
            each.pop(name, None)
    assert found == expected
    assert found["class_names"] == WORDS


def test_it_can_be_resumed(old_run):
    run, _ = old_run
    run.update(status="training")
    weights = run.weights()
    again = recording.resume_run(run.path)
    assert again.finished
    assert all(np.array_equal(weights[name], tensor) for name, tensor in again.weights().items())


def test_records_that_name_no_classes_are_tried_in_the_order_of_then(old_run):
    run, as_then = old_run
    facts = run.record["data"]
    found = facts_of.load_again(run.path, facts)
    assert found.content_hash == as_then.content_hash
    with pytest.raises(RunError, match="not the data that this was made of"):
        facts_of.load_again(run.path, {**facts, "hash": "0" * 64})
