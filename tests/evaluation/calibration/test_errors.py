"""Calibration errors against hand-worked and other libraries' values, null cases, and coverage."""

import numpy as np
import pytest
from sklearn.calibration import calibration_curve

from tests.evaluation.fakes import softmax
from thalweg.evaluation.calibration.errors import (
    equal_mass_bins,
    equal_width_bins,
    expected_curve,
    joined,
    measured_error,
    measured_root,
    squared_curve,
)
from thalweg.statistics.resampling import Resampling


def netcal_example():
    """The inputs of the values that netcal 1.4.0 gave (`ECE(bins).measure(probabilities, labels)`)."""
    generator = np.random.default_rng(2024)
    logits = 2.0 * generator.normal(size=(600, 5))
    labels = [generator.choice(5, p=np.exp(0.6 * row) / np.exp(0.6 * row).sum()) for row in logits]
    probabilities = softmax(logits)
    return probabilities.max(axis=1), probabilities.argmax(axis=1) == np.array(labels)


def plain(curve, place, promised, kept):
    """Return the error of one member [examples]."""
    tables = (values[None] for values in (place, promised, kept))
    return curve(*tables, Resampling.of(len(place), seed=0, repeats=1)).values.item()


@pytest.mark.parametrize(
    ("binning", "bins", "value"),
    [
        (equal_width_bins, 15, 0.13873930792913364),
        (equal_width_bins, 10, 0.13431093083535992),
        (equal_mass_bins, 15, 0.13428894190206458),  # ECE(15, equal_intervals=False)
    ],
)
def test_expected_error_is_netcals(binning, bins, value):
    confidence, right = netcal_example()
    assert plain(expected_curve, binning(confidence, bins), confidence, right) == pytest.approx(
        value, abs=1e-9
    )


def test_bins_are_those_of_scikit_learns_calibration_curve():
    confidence, right = netcal_example()
    for binning, strategy in ((equal_width_bins, "uniform"), (equal_mass_bins, "quantile")):
        place = binning(confidence, 15)
        used = np.unique(place)
        mean = [confidence[place == number].mean() for number in used]
        accuracy = [right[place == number].mean() for number in used]
        expected = calibration_curve(right, confidence, n_bins=15, strategy=strategy)
        np.testing.assert_allclose((accuracy, mean), expected, atol=1e-12)


def test_by_hand():
    confidence = np.array([0.55, 0.60, 0.85, 0.95, 1.00, 1.00])
    right = np.array([True, False, True, True, True, False])
    place = equal_width_bins(confidence, 2)
    assert place.tolist() == [1] * 6
    assert plain(expected_curve, place, confidence, right) == pytest.approx(abs(4.95 - 4) / 6)
    place = equal_width_bins(confidence, 5)  # edges .2 .4 .6 .8, closed above
    assert place.tolist() == [2, 2, 4, 4, 4, 4]
    # (.6/1)/… : |1.15 − 1|/6 + |3.80 − 3|/6
    assert plain(expected_curve, place, confidence, right) == pytest.approx(0.15 / 6 + 0.80 / 6)
    gaps = (0.15 / 2, 0.80 / 4)
    noise = (0.25 / 1, 0.75 * 0.25 / 3)
    debiased = 2 / 6 * (gaps[0] ** 2 - noise[0]) + 4 / 6 * (gaps[1] ** 2 - noise[1])
    assert plain(squared_curve, place, confidence, right) == pytest.approx(debiased)


def test_one_falls_in_the_last_bin_and_zero_in_the_first():
    assert equal_width_bins(np.array([0.0, 1e-9, 1 / 15, 0.5, 1.0]), 15).tolist() == [0, 0, 0, 7, 14]


def test_equal_mass_bins_hold_as_many_and_keep_equal_values_together():
    values = np.random.default_rng(0).permutation(np.arange(60) / 60)
    assert np.bincount(equal_mass_bins(values, 15)).tolist() == [4] * 15
    tied = np.array([0.5, 0.6, *[1.0] * 8])
    place = equal_mass_bins(tied, 5)
    assert len(set(place[2:])) == 1
    assert equal_mass_bins(np.ones(10), 5).tolist() == [0] * 10
    assert len(np.unique(equal_mass_bins(np.arange(6) / 6, 15))) == 3
    order = np.random.default_rng(1).permutation(10)
    np.testing.assert_array_equal(equal_mass_bins(tied[order], 5), place[order])


def test_parts_are_averaged():
    confidence, right = netcal_example()
    again = Resampling.of(600, seed=0)
    place = equal_width_bins(confidence, 15)
    other = equal_width_bins(1 - confidence, 15)
    stacked = (np.stack([place, 15 + other], axis=1), np.stack([confidence, 1 - confidence], axis=1))
    found = expected_curve(stacked[0][None], stacked[1][None], np.stack([right, ~right], 1)[None], again)
    expected = [
        plain(expected_curve, place, confidence, right),
        plain(expected_curve, other, 1 - confidence, ~right),
    ]
    assert found.values == pytest.approx([np.mean(expected)])


def test_up_to_two_hundred_examples_the_bootstrap_is_the_ordinary_one():
    again = Resampling.of(150, seed=3)
    assert sorted(again.groups) == list(range(150))
    assert (again.weights.sum(axis=1) == 150).all()
    assert np.bincount(Resampling.of(10_000, seed=3).groups).tolist() == [50] * 200


def test_no_spread_seen_is_not_the_same_as_none():
    again = Resampling.of(100, seed=0)
    tables = (np.zeros((1, 100), int), np.ones((1, 100)), np.ones((1, 100), bool))
    found = measured_error(expected_curve(*tables, again), again, level=0.95)
    root = measured_root(squared_curve(*tables, again), again, level=0.95)
    for measured in (found, root):
        assert measured.value == 0.0
        assert measured.interval == (0.0, pytest.approx(0.037, abs=0.001))


def draw(generator, shape, sharpness, spread=0.0):
    """Confidences [members, examples] that are too sure by a factor on the log-odds, and outcomes."""
    members, examples = shape
    base = 2.5 + 1.5 * generator.normal(size=examples)
    odds = np.abs(base + 0.3 * generator.normal(size=shape))
    own = sharpness * np.exp(spread * generator.normal(size=(members, 1)))
    chance = 1 / (1 + np.exp(-odds))
    return 1 / (1 + np.exp(-odds * own)), generator.random(shape) < chance, chance


def measured(confidence, right, seed):
    again = Resampling.of(confidence.shape[1], seed=seed)
    masses = np.stack([equal_mass_bins(member, 15) for member in confidence])
    widths = equal_width_bins(confidence, 15)
    return {
        "width": measured_error(expected_curve(widths, confidence, right, again), again, level=0.95),
        "mass": measured_error(expected_curve(masses, confidence, right, again), again, level=0.95),
        "l2": measured_root(squared_curve(masses, confidence, right, again), again, level=0.95),
    }


def truth(sharpness, spread):
    generator = np.random.default_rng(99)
    confidence, _, chance = draw(generator, (30 if spread else 1, 100_000), sharpness, spread)
    found = []
    for sure, true in zip(confidence, chance, strict=True):
        mass, width = equal_mass_bins(sure, 15), equal_width_bins(sure, 15)
        gap = np.bincount(mass, sure - true) / np.bincount(mass)
        errors = (np.abs(np.bincount(place, sure - true)).sum() / len(sure) for place in (width, mass))
        found.append((*errors, (np.bincount(mass) / len(sure) * gap**2).sum()))
    width, mass, squared = np.mean(found, axis=0)
    return {"width": width, "mass": mass, "l2": np.sqrt(squared)}


@pytest.mark.parametrize(
    ("shape", "sharpness", "spread", "most"),
    [
        # Calibrated: 0 is the end of the range, so only one tail can miss.
        ((1, 400), 1.0, 0.0, 1.0),
        ((1, 500), 1.7, 0.0, 0.985),
        pytest.param((1, 300), 1.5, 0.0, 0.985, marks=pytest.mark.slow),
        pytest.param((1, 2000), 1.0, 0.0, 0.995, marks=pytest.mark.slow),
        pytest.param((1, 2000), 1.7, 0.0, 0.975, marks=pytest.mark.slow),
        pytest.param((5, 1000), 1.3, 0.1, 0.98, marks=pytest.mark.slow),
    ],
)
def test_intervals_cover_the_true_error(request, shape, sharpness, spread, most):
    generator, target = np.random.default_rng(5), truth(sharpness, spread)
    slow = request.node.get_closest_marker("slow") is not None
    hits, simulations = dict.fromkeys(target, 0), 400 if slow else 250
    for seed in range(simulations):
        confidence, right, _ = draw(generator, shape, sharpness, spread)
        for name, found in measured(confidence, right, seed).items():
            assert found.low <= found.value <= found.high
            hits[name] += found.low <= target[name] <= found.high
    least = 0.925 if shape[0] == 1 else 0.87  # of several that differ 88 % and more, as is said beside them
    for name, count in hits.items():
        assert least <= count / simulations <= most, f"{name}: {count / simulations:.3f}"


def test_the_debiased_error_of_calibrated_members_is_zero_on_average_and_the_plug_in_is_not():
    generator = np.random.default_rng(6)
    squares, plug_ins = [], []
    for _ in range(200):
        (confidence,), (right,), _ = draw(generator, (1, 1000), 1.0)
        place = equal_mass_bins(confidence, 15)
        squares.append(plain(squared_curve, place, confidence, right))
        plug_ins.append(plain(expected_curve, place, confidence, right))
    assert abs(np.mean(squares)) < 3 * np.std(squares) / np.sqrt(200)
    assert np.mean(plug_ins) > 0.02


def test_members_in_parts_are_as_members_together():
    confidence, right, _ = draw(np.random.default_rng(7), (20, 200), 1.5)
    again = Resampling.of(200, seed=0)
    place = equal_width_bins(confidence, 15)
    whole = expected_curve(place, confidence, right, again)
    halves = [slice(0, 7), slice(7, 20)]
    parts = joined(expected_curve(place[part], confidence[part], right[part], again) for part in halves)
    np.testing.assert_allclose(whole.values, parts.values)
    np.testing.assert_allclose(whole.worlds, parts.worlds)
