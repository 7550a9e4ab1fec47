import dataclasses
from dataclasses import replace

import numpy as np
import pytest

from thalweg.errors import StudyError
from thalweg.studies.outcomes import Outcomes
from thalweg.studies.starts.one_width import one_width, places_of, shuffled_of
from thalweg.studies.starts.record import Starts, in_unit, p_text
from thalweg.studies.starts.weight_distances import WeightDistances

MEMBERS, EXAMPLES, CLASSES = 40, 500, 4
LABELS = np.arange(EXAMPLES) % CLASSES


def ends(seed, *, spread=0.02, skill=0.8, members=MEMBERS, diverged=()):
    """Members whose training cost, test costs and answers follow one quality each, with sd `spread`."""
    generator = np.random.default_rng(seed)
    quality = spread * generator.standard_normal(members)
    right = generator.random((members, EXAMPLES)) < skill - quality[:, None]
    wrong = (LABELS + generator.integers(1, CLASSES, (members, EXAMPLES))) % CLASSES
    marks = np.isin(np.arange(members), diverged)
    train_cost = np.where(marks, np.nan, 0.5 + quality)
    costs = 0.6 + quality[:, None] + 0.05 * generator.standard_normal((members, EXAMPLES))
    predicted = np.where(right, LABELS, wrong).astype(np.uint16)
    return Outcomes(train_cost, skill - quality, costs.astype(np.float32), predicted, marks)


def made(outcomes, **parts):
    given = {"places": None, "shuffled": None, **parts}
    names = tuple(map(str, range(CLASSES)))
    return one_width(outcomes, LABELS, class_names=names, hidden=(8, 8), parameters=100, **given)


def test_starts_that_differ_are_told_to_differ():
    one = made(ends(0))
    assert one.true_cost.p_value < 1e-6
    assert one.true_cost.true.low < 0.02 < one.true_cost.true.high
    assert one.true_accuracy.true.low < 0.02 < one.true_accuracy.true.high
    assert one.correlation.low > 0.9
    answers = dict(Starts((one,), "quadratic").rows())
    assert answers["Width 8: are all starts equal in quadratic cost?"].startswith("no: true sd 0.0")


def test_starts_that_are_equal_are_not_told_to_differ():
    one = made(ends(1, spread=0.0))
    assert one.true_accuracy.p_value > 0.05
    assert one.true_accuracy.true.low == 0
    answers = dict(Starts((one,), "quadratic").rows())
    answer = answers["Width 8: are all starts equal in accuracy?"]
    assert answer.startswith("no difference shown: true sd at most ")
    assert " points (p = " in answer


def test_diverged_starts_are_counted_and_left_out():
    one = made(ends(2, diverged=(0, 7)))
    assert (one.diverged, len(one.train_cost.values)) == (2, MEMBERS - 2)
    assert np.isfinite(one.train_cost.mean.value)
    assert (
        "2 diverged, left out"
        in dict(Starts((one,), "quadratic").rows())["Width 8: where do the starts end?"]
    )


def test_too_few_sound_starts_are_refused():
    with pytest.raises(StudyError, match=r"36 of 40 starts with hidden layers \[8, 8\] diverged") as error:
        made(ends(3, diverged=range(36)))
    assert "learning rate" in error.value.hint


def test_shuffled_labels_beside_true_ones():
    true, random = ends(4, spread=0.02), ends(5, spread=0.005, skill=0.25)
    found = shuffled_of(random, true, LABELS, hidden=(8,), classes=CLASSES, seed=0)
    assert found.at_chance
    assert found.spread_ratio.low < 0.25 < found.spread_ratio.high
    assert found.test_accuracy.value == pytest.approx(0.25, abs=0.02)
    answers = dict(Starts((made(true, shuffled=found),), "quadratic").rows())
    assert " is at chance (chance gives 2" in answers["Width 8: and with labels that mean nothing?"]
    learned = shuffled_of(true, true, LABELS, hidden=(8,), classes=CLASSES, seed=0)
    assert not learned.at_chance


def test_places_say_whether_aligned_members_are_closer_than_strangers():
    generator = np.random.default_rng(6)
    near = 0.6 + 0.01 * generator.standard_normal(45)
    far = 0.9 + 0.01 * generator.standard_normal(45)
    found = places_of(WeightDistances(before=far + 0.1, after=near, strangers=far, members=10), 0)
    assert found.closer.low < 2 / 3 < found.closer.high < 0.7
    assert found.after.value == pytest.approx(near.mean())
    assert not found.clusters.found
    answers = dict(Starts((made(ends(7), places=found),), "quadratic").rows())
    assert "no clusters (p = " in answers["Width 8: do they end in the same place, units reordered?"]
    assert found.to_json()["clusters"]["count"] == 1


def test_width_changes_the_spread():
    wide = dataclasses.replace(made(ends(8, spread=0.005)), hidden=(32, 32))
    record = Starts((made(ends(9, spread=0.02)), wide), "quadratic")
    change = record.per_doubling("train_cost")
    assert change.low < 0.5 < change.high
    assert "train cost x 0." in record.rows()[-1][1]
    assert record[32] is wide


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ((0.0123, 0.0101, 0.0152), "0.0123 [0.0101, 0.0152]"),
        ((12.3, 5.0, 25.0), "12 [5, 25]"),
        ((0.0, None, None), "0"),
        ((1e-5, 0.9e-5, 1.1e-5), "0.0000100 [0.0000090, 0.0000110]"),
    ],
)
def test_numbers_have_the_digits_that_their_interval_allows(number, shown):
    from thalweg.measured import Measured

    assert in_unit(Measured(*number), 1.0, "") == shown


@pytest.mark.parametrize(("p", "shown"), [(0.0001, "p < 0.001"), (0.034, "p = 0.034"), (1.0, "p = 1")])
def test_small_p_values_are_not_written_out(p, shown):
    assert p_text(p) == shown


def test_costs_of_rounding_are_not_compared():
    fitted = ends(0)
    fitted = replace(fitted, train_cost=1e-16 * np.abs(fitted.train_cost))
    record = Starts((made(fitted), made(ends(1))), "quadratic")
    assert record.per_doubling("train_cost") is None
    assert record.per_doubling("test_cost") is not None or len({one.width for one in record.widths}) == 1
    answers = [said for asked, said in record.rows() if "is who learns better" in asked]
    assert "is rounding" in answers[0]
    assert "correlation" in answers[1]
