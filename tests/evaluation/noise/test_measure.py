import json

import numpy as np
import pytest

from tests.evaluation.fakes import FakePopulation, make_split
from thalweg.data.noise import KINDS, kinds_for
from thalweg.errors import DataError, EvaluationError
from thalweg.evaluation import noise
from thalweg.evaluation.noise.scale_sweep import SCALES
from thalweg.statistics.intervals import crossed


def test_every_number_follows_from_the_confidences():
    population, split = FakePopulation.random(5), make_split()
    found = noise(population, split, kinds=["uniform"], examples=40, seed=3)["uniform"]
    images = KINDS["uniform"](split.inputs, 40, 3)
    probabilities = population.probabilities(images)
    confidence, answers = probabilities.max(axis=2), probabilities.argmax(axis=2)
    np.testing.assert_allclose(found.confidence, confidence, atol=1e-6)
    members = found.members
    assert members.mean_confidence.value == pytest.approx(confidence.mean(), abs=1e-6)
    assert members.mean_confidence.interval == pytest.approx(
        crossed(found.confidence, limits=(0.0, 1.0)).both, abs=1e-6
    )
    for limit, share in members.share_above.items():
        assert share.value == pytest.approx((confidence > limit).mean())
        assert share.interval == crossed(confidence > limit).both
    shares = [(answers == label).mean() for label in range(4)]
    np.testing.assert_allclose(members.class_shares, shares)
    assert members.most_named == int(np.argmax(shares))
    different = [len(set(answers[:, image])) for image in range(40)]
    assert members.classes_named.value == pytest.approx(np.mean(different))
    ensemble = probabilities.mean(axis=0).max(axis=1)
    assert found.ensemble.mean_confidence.value == pytest.approx(ensemble.mean(), abs=1e-6)


def test_a_classifier_that_knows_nothing_is_as_sure_as_chance():
    found = noise(lambda inputs: np.full((3, len(inputs), 4), 0.25), make_split(), examples=50)
    for kind in found.kinds.values():
        assert kind.members.mean_confidence.value == pytest.approx(0.25)
        assert kind.members.share_above[0.9].value == 0.0
        assert kind.ensemble.mean_confidence.value == pytest.approx(0.25)


def test_disagreeing_members_are_sure_and_their_ensemble_is_not():
    def stubborn(inputs):
        return np.repeat(np.eye(4)[:, None, :], len(inputs), axis=1)

    found = noise(stubborn, make_split(), kinds=["uniform"], examples=30)["uniform"]
    assert found.members.mean_confidence.value == 1.0
    assert found.members.classes_named.value == 4.0
    assert found.ensemble.mean_confidence.value == pytest.approx(0.25)
    assert found.ensemble.classes_named.value == 1.0


def test_a_blank_image_is_one_example_with_an_interval_over_starts():
    found = noise(FakePopulation.random(6), make_split(), kinds=["blank"], examples=500)["blank"]
    assert found.confidence.shape == (6, 1)
    assert found.members.mean_confidence.interval == crossed(found.confidence).starts
    assert found.ensemble.mean_confidence.interval is None
    assert found.members.classes_named.interval is None


def test_json_as_agreed():
    record = noise(FakePopulation.random(5), make_split(), examples=30)
    written = record.to_json()
    assert json.loads(json.dumps(written, allow_nan=False)) == written
    assert {"uniform", "shuffled", "blank"} <= set(written)
    assert list(written["scale_sweep"]) == ["scales", "test", "uniform"]
    for kind in (written[name] for name in record.kinds):
        for answers in (kind, kind["ensemble"]):
            assert set(answers["mean_confidence"]) - {"caveat"} == {"value", "interval"}
            assert list(answers["share_above"]) == ["0.9", "0.95", "0.99"]
            assert list(answers["confidence_quantiles"]) == ["0.05", "0.25", "0.5", "0.75", "0.95"]
            assert set(answers["digits_named"]) >= {"value", "interval", "most", "shares"}
            assert sum(answers["digits_named"]["shares"].values()) == pytest.approx(1.0)
    assert record.arrays()["uniform_confidence"].shape == (5, 30)
    assert record.arrays()["uniform_ensemble_confidence"].shape == (30,)
    assert record.arrays()["scale_sweep_uniform_confidence"].shape == (5, len(SCALES))


def test_the_distribution_of_confidence():
    record = noise(FakePopulation.random(5), make_split(), kinds=["uniform"], examples=30, sweep=False)
    found, arrays = record["uniform"], record.arrays()
    for level, value in found.members.quantiles.items():
        assert value == pytest.approx(np.quantile(found.confidence, level))
    assert arrays["uniform_histogram"].sum() == 5 * 30
    assert arrays["uniform_ensemble_histogram"].sum() == 30
    place = np.searchsorted(arrays["edges"], found.confidence, side="right") - 1
    np.testing.assert_array_equal(arrays["uniform_histogram"], np.bincount(place.ravel(), minlength=50))


def test_the_scale_sweep_starts_from_the_confidence_on_these_inputs():
    population, split = FakePopulation.random(5), make_split()
    record = noise(population, split, kinds=["uniform"], examples=40, seed=3)
    place = SCALES.index(1)
    static = record.scale_sweep["uniform"].mean_confidence[place]
    assert static.value == pytest.approx(record["uniform"].members.mean_confidence.value)
    real = record.scale_sweep["test"].mean_confidence[place]
    assert real.value == pytest.approx(population.probabilities(split.inputs).max(axis=2).mean())
    assert "turned up" in record.rows()[-1][0]
    without = noise(population, split, kinds=["uniform"], examples=40, sweep=False)
    assert without.scale_sweep is None
    assert "scale_sweep" not in without.to_json()
    assert len(without.rows()) == 1


def test_the_same_seed_shows_the_same_images():
    population, split = FakePopulation.random(3), make_split()
    one, same, other = (noise(population, split, examples=20, seed=seed).to_json() for seed in (1, 1, 2))
    assert one == same
    assert one != other


def test_features_have_noise_of_their_own():
    population, split = FakePopulation.random(3), make_split()
    rows = split.take(slice(None))
    features = type(split)(
        rows.raw.reshape(60, 16).astype(np.float32), split.labels, split.class_names, split.scaling
    )
    assert set(noise(population, features, examples=20).kinds) == set(kinds_for((16,)))


def test_an_unknown_kind_is_named_with_its_near_match():
    with pytest.raises(EvaluationError, match=r"'unifrom'\. Did you mean 'uniform'") as caught:
        noise(FakePopulation.random(2), make_split(), kinds=["unifrom"])
    assert "shuffled" in caught.value.hint


def test_no_examples_is_a_named_error():
    with pytest.raises(DataError, match="0 examples"):
        noise(FakePopulation.random(2), make_split(), examples=0)


def test_rows_and_reprs_are_for_people():
    population = FakePopulation.random(4)
    population.diverged[0] = True
    found = noise(population, make_split(), kinds=["uniform", "blank"], examples=20)
    assert found.excluded == (0,)
    questions = [question for question, _ in found.rows()]
    assert questions[0] == "How sure is a network of television static (uniform noise)?"
    assert "voting together" in found.rows()[0][1]
    assert repr(found).startswith("mean confidence on noise: uniform ")
    assert "<table>" in found._repr_html_()


def test_of_large_inputs_fewer_are_made_and_it_is_said(monkeypatch):
    from thalweg.evaluation.classifier import as_classifier
    from thalweg.evaluation.noise import measure

    said, split = [], make_split()
    one = 4 * int(np.prod(split.input_shape))
    monkeypatch.setattr(measure, "NOISE_BYTES", 12 * one)
    monkeypatch.setattr(measure, "SPLIT_BYTES", 5 * one)
    asked = as_classifier(lambda inputs: np.full((len(inputs), 4), 0.25), say=said.append)
    found = noise(asked, split, kinds=["uniform", "inverted"], examples=100, sweep=False)
    assert [kind.confidence.shape[1] for kind in found.kinds.values()] == [12, 12]
    assert len(said) == 1
    assert said[0].endswith("12 of each kind, not 100.")
