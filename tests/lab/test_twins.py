"""Modules of the page that compute what a module in Python computes, number by number."""

import numpy as np
import pytest

from tests.lab.modules import asked
from thalweg.data import noise
from thalweg.data.transforms import TRANSFORMS
from thalweg.evaluation.outliers import scores
from thalweg.lab.words import english
from thalweg.networks import costs
from thalweg.statistics import intervals
from thalweg.statistics.components import Variance

LEVELS = {
    "translation": (-8, -2.5, 0, 1, 3.5),
    "rotation": (-90, -31, 0, 12, 45),
    "scale": (0.4, 0.86, 1, 1.22, 1.6),
    "shear": (-0.9, -0.32, 0, 0.5),
    "thickness": (-1, -0.25, 0, 0.5, 1, 2.75),
    "blur": (0, 0.1, 0.7, 2, 4),
}


def test_detectors_score_as_in_python(node):
    generator = np.random.default_rng(0)
    logits = generator.normal(size=(6, 5, 10)) * np.array([0.1, 1, 3, 10, 30, 1])[:, None, None]
    answers = np.exp(logits) / np.exp(logits).sum(axis=2, keepdims=True)
    answers[5, :, 3:] = 0  # entropy of what has no chance at all
    body = "return given.map(([answers, logits]) => scores(answers, logits));"
    pairs = [[answer.tolist(), own.tolist()] for answer, own in zip(answers, logits, strict=True)]
    found = asked(node, ["noise/detectors"], body, pairs)
    mean, spread = answers.mean(axis=1), scores.entropy(answers).mean(axis=1)
    expected = {
        "maximum_probability": scores.maximum_probability(mean),
        "entropy": scores.entropy(mean),
        "mutual_information": scores.mutual_information(mean, spread),
        "maximum_logit": scores.maximum_logit(logits).mean(axis=1),
        "energy": scores.energy(logits).mean(axis=1),
    }
    for name, values in expected.items():
        np.testing.assert_allclose([each[name] for each in found], values, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("shape", [(28, 28), (9, 12, 3)])
def test_pictures_are_changed_as_in_python(node, digits, shape):
    picture = np.asarray(digits.test.inputs[4])
    if len(shape) == 3:
        picture = np.random.default_rng(1).random(shape, dtype=np.float32)
    body = """return Object.entries(given.levels).map(([name, levels]) =>
        levels.map((level) => changed(Float32Array.from(given.values), given.shape, { [name]: level })));"""
    given = {"levels": LEVELS, "values": picture.ravel().tolist(), "shape": shape}
    found = asked(node, ["shift/transforms"], body, given)
    for (name, levels), pictures in zip(LEVELS.items(), found, strict=True):
        for level, made in zip(levels, pictures, strict=True):
            expected = TRANSFORMS[name](picture[None], level)[0]
            np.testing.assert_allclose(
                np.reshape(made, shape), expected, atol=1e-4, err_msg=f"{name} {level}"
            )


def test_transforms_follow_each_other_in_their_order(node, digits):
    picture = np.asarray(digits.test.inputs[7])
    levels = {"blur": 1.5, "translation": 2, "rotation": 30, "thickness": 0.5}
    body = "return changed(Float32Array.from(given.values), [28, 28], given.levels);"
    made = asked(node, ["shift/transforms"], body, {"values": picture.ravel().tolist(), "levels": levels})
    for name in ("translation", "rotation", "thickness", "blur"):
        picture = TRANSFORMS[name](picture[None], levels[name])[0]
    np.testing.assert_allclose(np.reshape(made, (28, 28)), picture, atol=1e-4)


def test_sliders_have_room_for_what_the_library_measures_and_begin_where_nothing_changes(node):
    found = asked(node, ["shift/transforms"], "return TRANSFORMS;", None)
    assert set(found) == set(LEVELS)
    for name, each in found.items():
        assert each["identity"] == TRANSFORMS[name].identity
        assert english()[f"shift.unit.{name}"].split()[0] in TRANSFORMS[name].unit
        assert each["low"] <= min(TRANSFORMS[name].levels)
        assert max(TRANSFORMS[name].levels) <= each["high"]


def test_intervals_of_shares_are_wilson_s(node):
    pairs = [(0, 1), (1, 1), (0, 200), (3, 200), (100, 200), (197, 200), (200, 200)]
    found = asked(node, ["intervals"], "return given.map(([hits, count]) => wilson(hits, count));", pairs)
    np.testing.assert_allclose(found, [intervals.wilson(*pair) for pair in pairs], atol=1e-12)


@pytest.mark.parametrize(("a", "b"), [(2, 5), (0.05, 3), (40, 0.3)])
def test_the_interval_of_a_mean_of_shares_is_that_of_the_library(node, a, b):
    values = np.random.default_rng(0).beta(a, b, 200)
    found = asked(node, ["intervals"], "return ofMean(given);", values.tolist())
    variance = Variance(((values.var(ddof=1) / 200, np.inf),))
    expected = intervals.share_interval(values.mean(), variance, 200, 0.95)
    assert found["value"] == pytest.approx(values.mean())
    assert found["interval"] == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("share", [0.0, 0.1, 1.0])
def test_no_spread_is_not_certainty(node, share):
    found = asked(node, ["intervals"], "return ofMean(given);", [share] * 200)
    assert found["interval"] == pytest.approx(intervals.wilson(200 * share, 200), abs=1e-12)


@pytest.mark.parametrize("cost", costs.COST_NAMES)
def test_costs_are_those_of_training(node, cost):
    import jax.numpy as jnp

    logits = np.random.default_rng(0).normal(size=(40, 10)) * 6
    logits[0] = [900, -900, *[0] * 8]  # must not overflow
    labels = np.arange(40) % 10
    body = "return given.logits.map((own, place) => costOf(given.cost, own, given.labels[place]));"
    given = {"cost": cost, "logits": logits.tolist(), "labels": labels.tolist()}
    found = asked(node, ["costs"], body, given)
    expected = costs.cost_per_example(cost, jnp.asarray(logits), costs.targets(jnp.asarray(labels), 10))
    np.testing.assert_allclose([each["cost"] for each in found], expected, rtol=1e-4, atol=1e-5)
    np.testing.assert_array_equal(
        [each["isRight"] for each in found], costs.is_right(jnp.asarray(logits), jnp.asarray(labels))
    )


def test_the_same_seed_gives_the_same_numbers_and_they_are_random(node):
    body = """
        const times = (count, draw) => Array.from({ length: count }, () => draw());
        const of = (seed, count) => times(count, randomNumbers(seed)), chance = randomNumbers(3);
        return { one: of(1, 40000), again: of(1, 20), other: of(2, 40000), later: of(10001, 20),
            normal: times(40000, chance.normal), order: chance.order(50) };"""
    found = asked(node, ["chance"], body, None)
    one, other, normal = (np.array(found[name]) for name in ("one", "other", "normal"))
    np.testing.assert_array_equal(one[:20], found["again"])
    assert not np.isin(found["later"], one[:20]).any()
    assert 0 <= one.min() < one.max() < 1
    for values in (one, other):
        assert values.mean() == pytest.approx(0.5, abs=4 * np.sqrt(1 / 12 / 40000))
        assert values.var() == pytest.approx(1 / 12, abs=1e-3)
        counts = np.histogram(values, 20, (0, 1))[0]
        assert ((counts - 2000) ** 2 / 2000).sum() < 45  # chi squared, 19 degrees of freedom: p = 0.0007
        assert abs(np.corrcoef(values[1:], values[:-1])[0, 1]) < 0.02
    assert abs(np.corrcoef(one, other)[0, 1]) < 0.02
    assert normal.mean() == pytest.approx(0, abs=0.02)
    assert normal.std() == pytest.approx(1, abs=0.015)
    assert (np.abs(normal) > 1.96).mean() == pytest.approx(0.05, abs=0.005)
    assert sorted(found["order"]) == list(range(50))
    assert found["order"] != list(range(50))


@pytest.mark.parametrize("shape", [(28, 28), (9, 12, 3)])
def test_noise_is_spread_as_in_python(node, digits, shape):
    real = np.asarray(digits.test.inputs[:200])
    if len(shape) == 3:
        real = np.random.default_rng(2).beta(0.5, 0.8, (200, *shape)).astype(np.float32)
    body = """const values = given.real.map((own) => Float32Array.from(own)), { shape } = given;
        return Object.fromEntries(given.kinds.map((kind) => {
            const chance = randomNumbers(7);
            return [kind, Array.from({ length: 300 }, () => made(kind, chance, { values, shape }, null))];
        }));"""
    given = {"real": real.reshape(200, -1).tolist(), "shape": shape, "kinds": list(noise.KINDS)}
    found = asked(node, ["noise/kinds", "chance"], body, given)
    for kind, make in noise.KINDS.items():
        here, expected = np.reshape(found[kind], (300, -1)), make(real, 300, 1).reshape(300, -1)
        assert here.min() >= 0
        assert here.max() <= 1
        for of in (np.mean, np.std):
            np.testing.assert_allclose(of(here), of(expected), atol=0.025, err_msg=kind)
            np.testing.assert_allclose(of(here, axis=1).std(), of(expected, axis=1).std(), atol=0.02)
        if len(shape) == 3:  # channels stay together, or are as independent as they were
            here, expected = (each.reshape(300, -1, 3).mean(axis=1) for each in (here, expected))
            apart = [(each[:, 0] - each[:, 1]).std() for each in (here, expected)]
            assert apart[0] == pytest.approx(apart[1], rel=0.2, abs=1e-6)


def test_features_have_noise_in_their_range(node):
    real = np.random.default_rng(0).normal([1, -5], [1, 20], (150, 2)).astype(np.float32)
    ranges = np.stack([real.min(axis=0), real.max(axis=0), real.mean(axis=0), real.std(axis=0)], axis=1)
    body = """const values = given.real.map((own) => Float32Array.from(own)), chance = randomNumbers(1);
        return Object.fromEntries(given.kinds.map((kind) => [kind, Array.from({ length: 2000 },
            () => made(kind, chance, { values, shape: [2] }, given.ranges))]));"""
    given = {"real": real.tolist(), "ranges": ranges.tolist(), "kinds": list(noise.FEATURE_KINDS)}
    found = asked(node, ["noise/kinds", "chance"], body, given)
    assert all(f"noise.of_features.{kind}" in english() for kind in found)
    for kind, made in found.items():
        expected = noise.KINDS[kind](real, 2000, 1)
        away = np.mean(made, axis=0) - expected.mean(axis=0)
        assert (np.abs(away) < 0.1 * real.std(axis=0)).all(), kind
        np.testing.assert_allclose(np.std(made, axis=0), expected.std(axis=0), rtol=0.07, atol=1e-4)
        assert (np.min(made, axis=0) >= real.min(axis=0) - 1e-5).all()
        assert (np.max(made, axis=0) <= real.max(axis=0) + 1e-5).all()
