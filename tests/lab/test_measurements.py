import json

import pytest

from thalweg.errors import RunError
from thalweg.lab.lesson import ours
from thalweg.lab.measurements import measurement, measurements
from thalweg.lab.opened import Missing, opened


@pytest.fixture
def given(lab_run):
    return opened(lab_run)


def test_a_number_is_what_the_record_says_with_its_interval(given, lab_run):
    record = lab_run.evaluation("noise")["uniform"]["mean_confidence"]
    found = measurement(given, "noise/uniform/mean_confidence")
    assert (found["value"], found["interval"]) == (record["value"], record["interval"])
    assert "--only noise" in found["how"]
    accuracy = lab_run.evaluation("accuracy")["test_accuracy"]
    vote = measurement(given, "accuracy/test_accuracy/ensemble")
    assert (vote["value"], vote["interval"]) == (accuracy["ensemble"], accuracy["ensemble_interval"])
    curve = lab_run.evaluation("shift")["curves"]["rotation"]
    turned = measurement(given, f"shift/curves/rotation/accuracy/{curve['levels'].index(30)}")
    assert turned["value"] == curve["accuracy"][curve["levels"].index(30)]["value"]


def test_facts_of_the_run(given):
    assert measurement(given, "run/inputs")["value"] == 784
    assert measurement(given, "run/classes")["value"] == 10
    assert measurement(given, "run/parameters") == {
        "value": 13002, "interval": None, "caveat": "", "how": f"in the run {given.run.path.name}",
        "how_word": "how.run", "how_values": {"name": given.run.path.name},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("features/moran", "not asked about features"),
        ("noise/gone/x", "There is no 'noise/gone/x'"),
        ("noise/uniform", "is no number"),
        ("accuracy/class_names", "is no number"),
        ("shift/curves/rotation/accuracy/99", "at '99' there is nothing"),
        ("study/random_labels/x", "No random labels study was opened"),
    ],
)
def test_what_was_not_measured_is_said(given, key, words):
    with pytest.raises(Missing) as missing:
        measurement(given, key)
    assert words in missing.value.why


def test_the_lessons_measures_are_there_or_a_command_says_how(given):
    found = measurements(given, ours())
    assert len(found) > 15
    for key, each in found.items():
        if "missing" in each:
            assert each["command"].startswith("thalweg "), key
        else:
            assert isinstance(each["value"], int | float)
    assert not any("There is no" in each.get("missing", "") for each in found.values())


def test_what_was_opened(lab_run, tmp_path, copied_digits):
    assert opened([lab_run]).run is lab_run
    with pytest.raises(RunError, match="one run"):
        opened([lab_run, copied_digits])
    (copied_digits.path / "run.json").write_text(json.dumps({**copied_digits.record, "status": "training"}))
    with pytest.raises(RunError, match="not finished"):
        opened(copied_digits.path)
