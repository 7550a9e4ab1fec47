"""The real packages, told of a real training; what they wrote is read back and is what was trained."""

import numpy as np
import pytest

from thalweg import recording
from thalweg.errors import TrackerError
from thalweg.tracking import MLflow, TensorBoard, WeightsAndBiases

pytestmark = pytest.mark.filterwarnings("default")  # these packages warn of what they import


def trained(quarters_dataset, small_recipe, tmp_path, callback, **options):
    return recording.train_run(
        small_recipe,
        quarters_dataset,
        members=3,
        seed=5,
        out=tmp_path / "mine",
        callbacks=[callback],
        **options,
    )


def measured(run, name):
    """Return a measure [members, epochs] as the run kept it."""
    return run.history()[name].to_numpy().reshape(3, -1)


def test_tensorboard(quarters_dataset, small_recipe, tmp_path):
    pytest.importorskip("tensorboard")
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    run = trained(quarters_dataset, small_recipe, tmp_path, TensorBoard(tmp_path / "board", members=2))
    folders = sorted(path.name for path in (tmp_path / "board" / "mine").iterdir())
    assert folders == ["member-0000", "member-0001", "population"]

    def scalars(name, tag):
        found = EventAccumulator(str(tmp_path / "board" / "mine" / name)).Reload()
        return [(each.step, each.value) for each in found.Scalars(tag)]

    for member in (0, 1):
        steps, values = zip(*scalars(f"member-000{member}", "cost"), strict=True)
        assert steps == (1, 2, 3, 4)
        np.testing.assert_allclose(values, measured(run, "cost")[member], rtol=1e-6)
    for tag, share in (("median", 0.5), ("q05", 0.05), ("highest", 1)):
        _, values = zip(*scalars("population", f"accuracy/{tag}"), strict=True)
        np.testing.assert_allclose(values, np.quantile(measured(run, "accuracy"), share, axis=0), rtol=1e-5)
    whole = EventAccumulator(str(tmp_path / "board" / "mine" / "population")).Reload()
    assert {"settings", "custom_scalars__config__"} <= set(whole.Tags()["tensors"])
    text = whole.Tensors("settings")[0].tensor_proto.string_val[0].decode()
    assert "| batch_size | 8 |" in text


@pytest.mark.slow
def test_mlflow_in_sqlite(quarters_dataset, small_recipe, tmp_path):
    pytest.importorskip("mlflow")
    pytest.importorskip("sqlalchemy", reason="the SQLite store of MLflow needs it")
    from mlflow.tracking import MlflowClient

    address = f"sqlite:///{tmp_path / 'store.db'}"
    run = trained(
        quarters_dataset, small_recipe, tmp_path, MLflow(address, experiment="four quarters", members=2)
    )
    client = MlflowClient(tracking_uri=address)
    place = client.get_experiment_by_name("four quarters").experiment_id
    runs = {found.info.run_name: found for found in client.search_runs([place])}
    assert sorted(runs) == ["member-0000", "member-0001", "mine"]
    group = runs["mine"].info.run_id
    assert runs["mine"].data.params["batch_size"] == "8"
    assert runs["mine"].data.params["network.kind"] == "mlp"
    assert {found.info.status for found in runs.values()} == {"FINISHED"}
    for member in (0, 1):
        found = runs[f"member-000{member}"]
        assert found.data.tags["mlflow.parentRunId"] == group
        written = client.get_metric_history(found.info.run_id, "cost")
        assert [each.step for each in written] == [1, 2, 3, 4]
        np.testing.assert_allclose([each.value for each in written], measured(run, "cost")[member], rtol=1e-6)
    written = client.get_metric_history(group, "accuracy/median")
    np.testing.assert_allclose(
        [each.value for each in written], np.median(measured(run, "accuracy"), axis=0), rtol=1e-6
    )


@pytest.mark.slow
def test_a_store_that_is_not_there_is_named_before_anything_is_trained(
    quarters_dataset, small_recipe, tmp_path
):
    pytest.importorskip("mlflow")
    pytest.importorskip("sqlalchemy", reason="the SQLite store of MLflow needs it")
    (tmp_path / "file").touch()
    with pytest.raises(TrackerError, match="cannot be written to"):
        trained(quarters_dataset, small_recipe, tmp_path, MLflow(f"sqlite:///{tmp_path / 'file'}/place.db"))
    assert not (tmp_path / "mine").exists()


@pytest.mark.slow
def test_weights_and_biases_offline(quarters_dataset, small_recipe, tmp_path, monkeypatch):
    pytest.importorskip("wandb")
    for name in ("CACHE", "CONFIG", "DATA"):
        monkeypatch.setenv(f"WANDB_{name}_DIR", str(tmp_path / name))
    run = trained(
        quarters_dataset, small_recipe, tmp_path, WeightsAndBiases("quarters", tmp_path / "w", members=2)
    )
    found = dict(map(read_offline, (tmp_path / "w" / "wandb").glob("offline-run-*/*.wandb")))
    assert sorted(found) == ["member-0000", "member-0001", "population"]
    for name, (group, kind, rows) in found.items():
        assert (group, kind) == ("mine", "population" if name == "population" else "member")
        assert [row["_step"] for row in rows] == [1, 2, 3, 4]
    for member in (0, 1):
        costs = [row["cost"] for row in found[f"member-000{member}"][2]]
        np.testing.assert_allclose(costs, measured(run, "cost")[member], rtol=1e-6)
    medians = [row["accuracy/median"] for row in found["population"][2]]
    np.testing.assert_allclose(medians, np.median(measured(run, "accuracy"), axis=0), rtol=1e-6)


def read_offline(path):
    """Return the name of a run in a file of Weights & Biases, its group and kind, and its rows."""
    import json

    from wandb.proto.wandb_internal_pb2 import Record

    run, rows = None, []
    for content in log_records(path.read_bytes()):
        record = Record()
        record.ParseFromString(content)
        if record.WhichOneof("record_type") == "run":
            run = record.run
        elif record.WhichOneof("record_type") == "history":
            items = {item.key or ".".join(item.nested_key): item for item in record.history.item}
            rows.append({name: json.loads(item.value_json) for name, item in items.items()})
    return run.display_name, (run.run_group, run.job_type, rows)


def log_records(content, block=32_768):
    """Yield the records of a log in LevelDB's form, after a header of seven bytes."""
    place, parts = 7, b""
    while place + 7 <= len(content):
        if block - place % block < 7:  # too little room for the head of a record
            place += block - place % block
            continue
        length, kind = int.from_bytes(content[place + 4 : place + 6], "little"), content[place + 6]
        if kind == 0:
            break
        parts += content[place + 7 : place + 7 + length]
        place += 7 + length
        if kind in (1, 4):  # whole, or its last part
            yield parts
            parts = b""
