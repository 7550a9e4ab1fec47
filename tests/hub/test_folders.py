"""Folders in the Hub's layout: the same population again, and a card that says what was measured."""

import json
import re
import sys

import jax
import numpy as np
import pytest

import thalweg as tw
from thalweg import recording
from thalweg.data import from_arrays
from thalweg.errors import HubError, RunError
from thalweg.hub import from_pretrained, read_config, save_pretrained
from thalweg.hub.card import plain
from thalweg.networks import ConvNet, Mlp, OwnNetwork, Population


def population(spec, input_shape, readout="softmax", members=3):
    keys = jax.random.split(jax.random.key(1), members)
    networks = jax.vmap(lambda key: spec.build(key, input_shape, 4))(keys)
    return Population(networks, np.arange(members) == 1, readout, input_shape, tuple("abcd"))


def same(found, expected):
    assert jax.tree.structure(found.networks) == jax.tree.structure(expected.networks)
    for one, other in zip(jax.tree.leaves(found.networks), jax.tree.leaves(expected.networks), strict=True):
        np.testing.assert_array_equal(one, other)
    np.testing.assert_array_equal(found.diverged, expected.diverged)
    for name in ("readout", "input_shape", "class_names"):
        assert getattr(found, name) == getattr(expected, name)


@pytest.mark.parametrize("readout", ["softmax", "sigmoid"])
@pytest.mark.parametrize(
    ("spec", "input_shape"),
    [
        (Mlp((7, 5), "tanh"), (6, 5)),
        (Mlp((7,)), (13,)),
        (ConvNet((3, 5), 2, 2, "same", (6,), "gelu"), (12, 11, 3)),
    ],
    ids=str,
)
def test_a_population_is_had_again(tmp_path, spec, input_shape, readout):
    before = population(spec, input_shape, readout)
    same(from_pretrained(save_pretrained(before, tmp_path / "new" / "folder")), before)


def test_a_run_is_had_again_with_what_it_was_trained_on(tmp_path, digits_run):
    folder = save_pretrained(digits_run.path, tmp_path)
    same(from_pretrained(folder), recording.population_of(digits_run))
    config = read_config(folder)
    assert config.recipe == digits_run.record["recipe"]
    assert config.data["name"] == "digits"
    assert config.data["hash"] == digits_run.record["data"]["hash"]


def test_nothing_of_this_machine_is_written(tmp_path, finished_run):
    folder = save_pretrained(finished_run, tmp_path / "folder")
    for name in ("config.json", "README.md"):
        text = (folder / name).read_text("utf-8")
        assert str(finished_run.path.parent) not in text
        assert finished_run.record["data"]["source"] not in text


def failures(folder):
    text = (folder / "README.md").read_text("utf-8")
    return dict(re.findall(r"^- \*\*(.+?)\*\*: (.+)$", text, flags=re.MULTILINE))


def test_the_card_says_what_fails_and_what_was_not_measured(tmp_path, digits_run):
    said = failures(save_pretrained(digits_run, tmp_path))
    assert "Pure noise gets a name" in said["Inputs that show nothing"] or "learned" in said["Confidence"]
    assert said["Inputs that are moved, turned or damaged"].startswith("not measured (`thalweg evaluate")
    assert said["Inputs of no class"].startswith("not measured")
    assert not said["Confidence"].startswith("not measured")


def test_records_in_memory_make_the_card_as_well(tmp_path, digits_run, digits):
    members = recording.population_of(digits_run)
    records = tw.evaluate(members, digits, only="noise")
    said = failures(save_pretrained(members, tmp_path, records=records))
    assert "Pure noise gets a name" in said["Inputs that show nothing"]
    assert said["Confidence"].startswith("not measured")
    assert all(
        each.startswith("not measured") for each in failures(save_pretrained(members, tmp_path)).values()
    )


def test_the_front_of_the_card_is_what_the_hub_reads(tmp_path, digits_run):
    yaml = pytest.importorskip("yaml")
    text = (save_pretrained(digits_run, tmp_path, name="a: 'b' #c") / "README.md").read_text("utf-8")
    facts = yaml.safe_load(text.split("---")[1])
    assert facts["datasets"] == ["digits"]
    assert facts["pipeline_tag"] == "image-classification"
    found = facts["model-index"][0]["results"][0]["metrics"][0]["value"]
    assert found == digits_run.evaluation("accuracy")["test_accuracy"]["mean"]
    assert "# a: 'b' \\#c" in text


def test_names_cannot_write_markdown():
    assert plain("a\n# b <script> [x](y) `z` |") == r"a \# b \<script\> \[x\](y) \`z\` \|"


def test_how_features_were_scaled_is_said_where_it_is_known(tmp_path):
    rows = np.random.default_rng(0).normal(40, 9, (60, 5)).astype(np.float32)
    dataset = from_arrays(rows, np.arange(60) % 4)
    members = population(Mlp((3,)), (5,))
    config = read_config(save_pretrained(members, tmp_path, dataset=dataset))
    again = (rows - config.inputs["offset"]) / config.inputs["divisor"]
    np.testing.assert_allclose(again, dataset.train.scaling(rows), atol=1e-5)
    assert read_config(save_pretrained(members, tmp_path)).inputs is None
    assert "is not known here" in (tmp_path / "README.md").read_text("utf-8")


@pytest.fixture
def folder(tmp_path):
    return save_pretrained(population(Mlp((3,)), (5,)), tmp_path / "folder")


def changed(folder, **entries):
    path = folder / "config.json"
    content = {**json.loads(path.read_text("utf-8")), **entries}
    path.write_text(json.dumps(content), "utf-8")


@pytest.mark.parametrize(
    ("entries", "says"),
    [
        ({"model_type": "bert"}, "of type 'bert'"),
        ({"thalweg_format": 99}, "format 99"),
        ({"thalweg_format": "one"}, "format 'one'"),
        ({"members": "three"}, "Expected `int`"),
        ({"members": 4}, "tells of 4 members"),
        ({"diverged": [7]}, "tells of 3 members"),
        ({"id2label": {"1": "a"}}, "does not name the classes"),
        ({"id2label": None}, "does not name the classes"),
        ({"id2label": {"0": "a", "1": "b"}}, "layers.1.weight has shape"),
        ({"readout": "argmax"}, "readout is 'argmax'"),
        ({"network": {"kind": "transformer"}}, "transformer"),
        ({"network": {"kind": "mlp", "hidden": [4]}}, "has shape"),
        ({"network": {"kind": "mlp", "hidden": ["x"]}}, "hidden"),
        ({"network": {"kind": "own", "path": "os:system"}}, "that code is run"),
    ],
)
def test_what_does_not_fit_is_named(folder, entries, says):
    changed(folder, **entries)
    with pytest.raises(HubError, match=says) as caught:
        from_pretrained(folder)
    assert caught.value.hint


def test_damaged_and_missing_files_are_named(folder, tmp_path):
    (folder / "model.safetensors").write_bytes(b"nothing")
    with pytest.raises(HubError, match="damaged"):
        from_pretrained(folder)
    (folder / "config.json").write_text("{")
    with pytest.raises(HubError, match="damaged"):
        from_pretrained(folder)
    (folder / "config.json").unlink()
    with pytest.raises(HubError, match=r"holds no config\.json"):
        from_pretrained(folder)
    with pytest.raises(HubError, match="There is no folder"):
        from_pretrained(tmp_path / "nowhere")
    with pytest.raises(HubError, match="is of a repository"):
        from_pretrained(folder, revision="main")


def test_what_cannot_be_saved_is_named(tmp_path):
    with pytest.raises(HubError, match="A float is no run"):
        save_pretrained(0.5, tmp_path)  # type: ignore[arg-type]
    with pytest.raises(RunError):
        save_pretrained(tmp_path / "no run", tmp_path)
    (tmp_path / "file").touch()
    with pytest.raises(HubError, match="is a file"):
        save_pretrained(population(Mlp((3,)), (5,)), tmp_path / "file")


def test_without_the_package_folders_are_read_and_repositories_named(folder, monkeypatch):
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    assert len(from_pretrained(folder)) == 3
    with pytest.raises(HubError, match="need the package huggingface_hub") as caught:
        from_pretrained("me/digits")
    assert "thalweg[hub]" in caught.value.hint


def test_a_network_of_ones_own_is_built_only_if_trusted(folder):
    changed(folder, network={"kind": "own", "path": "tests.hub.test_folders:nothing"})
    with pytest.raises(HubError, match="code is run"):
        from_pretrained(folder)
    assert OwnNetwork("tests.hub.test_folders:nothing").path
