import io

import numpy as np
import pytest

from thalweg import runs
from thalweg.errors import RunError


def test_history_is_one_row_a_member_and_epoch(run):
    cost = np.asarray([[3.0, 2.0, 1.0], [6.0, 5.0, np.nan]])
    nothing = np.full((2, 3), np.nan)
    run.write_history(
        {"cost": cost, "accuracy": cost / 10, "validation_cost": nothing, "validation_accuracy": nothing}
    )
    frame = run.history()
    assert frame.columns == ["member", "epoch", "cost", "accuracy"]
    assert frame["member"].to_list() == [0, 0, 0, 1, 1, 1]
    assert frame["epoch"].to_list() == [1, 2, 3, 1, 2, 3]
    np.testing.assert_array_equal(frame["cost"].to_numpy(), cost.ravel().astype(np.float32))
    np.testing.assert_allclose(frame["accuracy"].to_numpy(), cost.ravel() / 10, rtol=1e-6)


def test_validation_is_in_the_history_when_it_was_measured(run):
    values = np.ones((1, 2))
    run.write_history(
        {name: values for name in ("cost", "accuracy", "validation_cost", "validation_accuracy")}
    )
    assert run.history().columns[-2:] == ["validation_cost", "validation_accuracy"]


@pytest.mark.parametrize("content", [b"", b"PAR1 and then nothing", b"PAR1" + bytes(200) + b"PAR1"])
def test_a_damaged_history_is_named(run, content):
    (run.path / "history.parquet").write_bytes(content)
    with pytest.raises(RunError, match=r"history\.parquet: damaged"):
        run.history()


def test_a_missing_history_is_named(run):
    with pytest.raises(RunError, match=r"history\.parquet: this file of the run is missing"):
        run.history()


def test_weights_come_back(run):
    weights = {"layers.0.weight": np.arange(12, dtype=np.float32).reshape(2, 3, 2)}
    run.write_weights(weights, {"recipe": {"name": "small"}})
    np.testing.assert_array_equal(
        runs.open(run.path).weights()["layers.0.weight"], weights["layers.0.weight"]
    )


def test_missing_weights_are_named(run):
    with pytest.raises(RunError, match=r"population\.safetensors: this file of the run is missing"):
        run.weights()


def test_an_evaluation_comes_back_with_its_arrays(run):
    run.write_evaluation("mine", {"mean": 0.9}, {"right": np.eye(2, dtype=bool)})
    run.write_evaluation("other", {"mean": 0.1}, {})
    assert run.evaluations() == ["mine", "other"]
    assert run.evaluation("mine") == {"mean": 0.9}
    np.testing.assert_array_equal(run.evaluation_arrays("mine")["right"], np.eye(2, dtype=bool))
    assert run.evaluation_arrays("other") == {}


def test_an_evaluation_made_again_without_arrays_keeps_no_old_ones(run):
    run.write_evaluation("accuracy", {}, {"right": np.eye(2)})
    run.write_evaluation("accuracy", {}, {})
    assert run.evaluation_arrays("accuracy") == {}


def test_an_evaluation_that_was_not_made_suggests_the_near_match(run):
    run.write_evaluation("accuracy", {}, {})
    with pytest.raises(RunError, match="no evaluation 'acuracy'; it has accuracy") as error:
        run.evaluation("acuracy")
    assert "Did you mean 'accuracy'?" in error.value.hint


def test_nothing_in_a_run_is_pickled(run):
    with pytest.raises(RunError, match="Python objects"):
        run.write_evaluation("accuracy", {}, {"names": np.asarray(["a", None], dtype=object)})
    run.write_evaluation("accuracy", {}, {"x": np.zeros(1)})
    buffer = io.BytesIO()
    np.savez(buffer, x=np.asarray([{}], dtype=object), allow_pickle=True)
    (run.path / "evaluation" / "accuracy.npz").write_bytes(buffer.getvalue())
    with pytest.raises(RunError, match=r"accuracy\.npz: damaged"):
        run.evaluation_arrays("accuracy")


def test_damaged_arrays_are_named(run):
    run.write_evaluation("accuracy", {}, {"x": np.zeros(100)})
    path = run.path / "evaluation" / "accuracy.npz"
    path.write_bytes(path.read_bytes()[:60])
    with pytest.raises(RunError, match=r"accuracy\.npz: damaged"):
        run.evaluation_arrays("accuracy")


def test_an_evaluation_cannot_be_written_outside_the_run(run):
    with pytest.raises(RunError, match="cannot be the name"):
        run.write_evaluation("../elsewhere", {}, {})


def test_the_status_is_on_disk(run):
    assert not run.finished
    run.update(status="trained")
    assert run.finished
    assert runs.open(run.path).status == "trained"


def test_a_run_in_which_nothing_was_trained_is_taken_back(run):
    run.discard()
    assert not run.path.exists()


def test_a_run_in_which_something_was_trained_is_kept(run):
    run.checkpoint.save({"a": np.zeros(1)}, {"epoch": 1})
    run.discard()
    assert runs.open(run.path).checkpoint.load() is not None


def test_repr_says_what_it_is(run):
    assert repr(run) == f"Run({str(run.path)!r}: 2 members of small, training)"


@pytest.mark.parametrize("name", ["../run", "../../other/run", "/etc/passwd", "", "a.b"])
def test_nothing_outside_the_evaluations_is_read(run, name):
    for read in (run.evaluation, run.evaluation_arrays):
        with pytest.raises(RunError, match="cannot be the name of an evaluation"):
            read(name)


def test_a_run_that_was_deleted_while_it_was_trained_is_not_made_again(run):
    (run.path / "run.json").unlink()
    run.path.rmdir()
    for write in (
        run.update,
        lambda: run.checkpoint.save({"a": np.zeros(1)}, {"epoch": 1}),
        lambda: run.write_weights({"a": np.zeros(1)}, {}),
        lambda: run.write_history({"cost": np.zeros((1, 1))}),
        lambda: run.write_evaluation("toy", {}, {}),
    ):
        with pytest.raises(RunError) as gone:
            write()
        assert "deleted or moved" in gone.value.hint
    assert not run.path.exists()
