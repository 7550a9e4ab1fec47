import pytest

from thalweg.report.ranges import accuracies_of
from thalweg.report.reading import Subject


def test_places_on_the_scale(copied_digits):
    test = {
        "mean": 0.8,
        "members": 3,
        "interval": {"both": [0.7, 0.85]},
        "ensemble": 0.9,
        "ensemble_interval": None,
    }
    copied_digits.write_evaluation("accuracy", {"test_accuracy": test}, {})
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
    test = {"mean": 1.0, "members": 1, "interval": {}}
    copied_digits.write_evaluation("accuracy", {"test_accuracy": test}, {})
    ranges = accuracies_of([Subject(copied_digits)])
    assert ranges is not None
    assert ranges.lines[0].at == 100.0
    assert ranges.high == "100.0 %"


def test_nothing_known(copied_digits):
    (copied_digits.path / "evaluation" / "accuracy.json").unlink()
    assert accuracies_of([Subject(copied_digits)]) is None
