import numpy as np
import pytest

from thalweg import runs
from thalweg.evaluation import USUAL

from .conftest import only_json

HEADLINE = "One network of small is right on "


@pytest.fixture
def copied(copied_run):
    return copied_run.path


def test_json_is_keyed_by_evaluation_and_kept_in_the_run(thalweg, copied):
    found = only_json(thalweg("evaluate", copied, "--json"))
    run = runs.open(copied)
    assert set(found) == set(run.evaluations()) == set(USUAL)
    assert found == {name: run.evaluation(name) for name in found}


def test_only_what_is_asked_for(thalweg, copied):
    assert list(only_json(thalweg("evaluate", copied, "--only", "noise", "--json"))) == ["noise"]
    assert runs.open(copied).evaluations() == ["noise"]


def test_a_table_for_a_reader(thalweg, copied):
    result = thalweg("evaluate", copied, "--only", "accuracy")
    assert result.exit_code == 0
    assert result.stderr == ""
    assert "How often is one network right" in result.stdout
    assert result.stdout.splitlines()[-1] == f"kept in {copied / 'evaluation'}"


def test_several_answers_end_with_the_headline(thalweg, copied):
    lines = thalweg("evaluate", copied, "--only", "accuracy,calibration").stdout.splitlines()
    first = next(
        place for place, line in enumerate(lines) if line.startswith("One network of small is right")
    )
    assert first > lines.index("Is it right as often as it is sure?")
    assert HEADLINE not in thalweg("evaluate", copied, "--only", "accuracy").stdout


def test_the_names_of_the_field_are_understood_and_ours_is_said(thalweg, copied):
    result = thalweg("evaluate", copied, "--only", "accuracy,ECE", "--json")
    assert list(only_json(result)) == ["accuracy", "calibration"]
    assert result.stderr == "calibration (also called expected calibration error)\n"
    assert thalweg("evaluate", copied, "--only", "ece", "--quiet").stderr == ""


def test_an_unknown_evaluation_suggests_the_near_match(thalweg, copied):
    result = thalweg("evaluate", copied, "--only", "acuracy,noise")
    assert result.exit_code == 1
    assert "Did you mean 'accuracy'?" in result.stderr


def test_a_run_that_is_not_there_suggests_the_near_match(thalweg, copied):
    result = thalweg("evaluate", copied.with_name("rum"))
    assert result.exit_code == 1
    assert "Did you mean 'run'?" in result.stderr


def test_an_unfinished_run_says_how_to_finish_it(thalweg, copied):
    runs.open(copied).update(status="training")
    result = thalweg("evaluate", copied)
    assert result.exit_code == 1
    assert f"hint: finish it with: thalweg train --resume {copied}" in result.stderr


@pytest.fixture
def answers(tmp_path):
    """Answers of three members to 40 examples, as a user would save them."""
    generator = np.random.default_rng(0)
    labels = np.arange(40) % 4
    logits = generator.normal(size=(3, 40, 4)) + 3 * np.eye(4)[labels]
    probabilities = np.exp(logits) / np.exp(logits).sum(-1, keepdims=True)
    np.savez(tmp_path / "answers.npz", probabilities=probabilities, labels=labels)
    return tmp_path / "answers.npz"


def test_probabilities_alone_are_measured_as_far_as_they_go(thalweg, answers):
    found = only_json(thalweg("evaluate", "--probabilities", answers, "--json"))
    with np.load(answers) as arrays:
        right = arrays["probabilities"].argmax(-1) == arrays["labels"]
    assert found["accuracy"]["test_accuracy"]["mean"] == pytest.approx(right.mean())
    assert found["accuracy"]["train_accuracy"] is None
    assert {"nll", "brier"} <= found["calibration"].keys()
    for name in ("noise", "outliers", "shift", "adversarial"):
        assert "not_measured" in found[name], name


def test_an_onnx_model_is_measured_like_its_network(thalweg, copied_run, quarters_file, tmp_path):
    pytest.importorskip("onnxruntime")
    from thalweg import recording
    from thalweg.networks.onnx_export import to_onnx

    network = recording.population_of(copied_run)[0]
    to_onnx(network, tmp_path / "model.onnx")
    words = ("--model", tmp_path / "model.onnx", "--data", quarters_file, "--only", "accuracy,calibration")
    found = only_json(thalweg("evaluate", *words, "--json"))
    split = recording.dataset_of(copied_run).test
    expected = (network.probabilities(split).argmax(-1) == split.labels).mean()
    assert found["accuracy"]["test_accuracy"]["mean"] == pytest.approx(expected)
    table = thalweg("evaluate", *words)
    assert "model.onnx, measured on 40 examples" in " ".join(table.stdout.split())


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "Give one of RUN, --model or --probabilities"),
        (("run", "--model", "m.onnx"), "found RUN and --model"),
        (("--model", "m.onnx"), "--model needs --data"),
        (("run", "--layout", "nchw"), "--layout goes with --model"),
        (("--probabilities", "p.npz", "--data", "mnist"), "--data goes with --model"),
    ],
)
def test_mixtures_are_wrong_usage(thalweg, words, message):
    result = thalweg("evaluate", *words)
    assert result.exit_code == 2
    assert message in result.stderr


@pytest.fixture
def unread(monkeypatch):
    """Data that may not be read: what is refused is refused before."""
    from thalweg import data

    monkeypatch.setattr(data, "load", lambda *given, **more: pytest.fail("the data were read"))


def test_what_can_be_refused_is_refused_before_the_data_are_read(thalweg, unread, tmp_path, copied):
    model = tmp_path / "m.onnx"
    assert f"There is no file {model}" in thalweg("evaluate", "--model", model, "--data", "mnist").stderr
    model.write_bytes(b"")
    for asked in (("--model", model, "--data", "mnist"), (copied,)):
        result = thalweg("evaluate", *asked, "--only", "acuracy")
        assert (result.exit_code, result.stdout) == (1, "")
        assert "Did you mean 'accuracy'?" in result.stderr


def test_a_file_that_is_no_model_is_named(thalweg, tmp_path, quarters_file):
    path = tmp_path / "model.onnx"
    path.write_bytes(b"nothing of the kind")
    result = thalweg("evaluate", "--model", path, "--data", quarters_file)
    assert result.exit_code == 1
    assert "model.onnx" in result.stderr
    assert "hint:" in result.stderr
