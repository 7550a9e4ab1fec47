import pytest

from thalweg.report.ranges import accuracies_of
from thalweg.report.reading import Subject


def _measure(run, **found):
    """Write another accuracy on new examples into the run's own."""
    made, arrays = run.evaluation("accuracy"), run.evaluation_arrays("accuracy")
    run.write_evaluation("accuracy", {**made, "test_accuracy": {**made["test_accuracy"], **found}}, arrays)


def test_places_on_the_scale(copied_digits):
    interval = {"starts": None, "examples": None, "both": [0.7, 0.85]}
    _measure(copied_digits, mean=0.8, members=3, interval=interval, ensemble=0.9, ensemble_interval=None)
    ranges = accuracies_of([Subject(copied_digits)])
    assert ranges is not None
    assert (ranges.low, ranges.high) == ("69.0 %", "91.0 %")
    one, all_together = ranges.lines
    assert (one.what, one.value) == ("one network", "80.0 % [70.0, 85.0]")
    assert (one.at, one.left, one.width) == pytest.approx((50.0, 100 / 22, 1500 / 22), abs=0.02)
    assert (all_together.what, all_together.at, all_together.width) == (
        "all together",
        pytest.approx(2100 / 22, abs=0.01),
        0.0,
    )


def test_one_value_has_a_scale_too(copied_digits):
    interval = {"starts": None, "examples": None, "both": None}
    _measure(copied_digits, mean=1.0, members=1, interval=interval)
    ranges = accuracies_of([Subject(copied_digits)])
    assert ranges is not None
    assert ranges.lines[0].at == 100.0
    assert ranges.high == "100.0 %"


def test_nothing_known(copied_digits):
    (copied_digits.path / "evaluation" / "accuracy.json").unlink()
    assert accuracies_of([Subject(copied_digits)]) is None
