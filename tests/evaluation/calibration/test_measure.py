import json

import numpy as np
import pytest
from sklearn.metrics import brier_score_loss, log_loss

from tests.evaluation.fakes import FakePopulation, certain, make_split, softmax, unasked
from thalweg.data.dataset import TestSplit, ValidationSplit
from thalweg.errors import EvaluationError
from thalweg.evaluation import Record, answers as answers_module
from thalweg.evaluation.calibration.errors import equal_width_bins
from thalweg.evaluation.calibration.measure import calibration
from thalweg.evaluation.calibration.proper_scores import brier_score, negative_log_likelihood
from thalweg.statistics.intervals import crossed

MEASURED = ("nll", "brier", "signed", "debiased_l2", "ece_equal_mass", "ece_equal_width", "classwise")


def expected_error(place, promised, kept):
    """Return the share of examples in each bin times its gap, summed (Naeini 2015)."""
    inside = (place == number for number in np.unique(place))
    return sum(mine.mean() * abs(promised[mine].mean() - kept[mine].mean()) for mine in inside)


def overconfident(examples, *, seed, members=1, times=1.0, kind=TestSplit, spread=0.0):
    """A split whose pixels are the logits, labels drawn from them, and members `times` as sure as right."""
    generator = np.random.default_rng([seed, examples])
    raw = generator.normal(128, 40, size=(examples, 1, 4)).clip(0, 255).astype(np.uint8)
    logits = raw[:, 0] / 20.0
    chances = softmax(logits).cumsum(axis=1)
    labels = (generator.random((examples, 1)) > chances).sum(axis=1).clip(0, 3).astype(np.int32)
    own = times * np.exp(spread * generator.normal(size=members))

    def classifier(inputs):
        rows = inputs.reshape(len(inputs), 4) * 255 / 20.0
        return softmax(own[:, None, None] * rows)

    return classifier, kind(raw, labels, tuple("abcd"))


def _exact(probabilities):
    """Float64 that sums to 1 closely enough for scikit-learn."""
    return probabilities / probabilities.sum(axis=1, keepdims=True, dtype=np.float64)


def test_every_number_follows_from_the_probabilities():
    population, split = FakePopulation.random(5), make_split()
    probabilities = population.probabilities(split.inputs)
    found = calibration(population, split)
    names = range(4)
    losses = [log_loss(split.labels, _exact(member), labels=names) for member in probabilities]
    assert found.members.nll.value == pytest.approx(np.mean(losses), abs=1e-5)
    np.testing.assert_allclose(found.members.member_nll, losses, atol=1e-5)
    ensemble = _exact(probabilities.mean(axis=0))
    assert found.ensemble.nll.value == pytest.approx(log_loss(split.labels, ensemble, labels=names), abs=1e-5)
    brier = brier_score_loss(split.labels, ensemble, labels=names, scale_by_half=False)
    assert found.ensemble.brier.value == pytest.approx(brier, abs=1e-5)
    confidence, right = probabilities.max(axis=2), probabilities.argmax(axis=2) == split.labels
    excess = crossed(confidence - right)
    assert found.members.signed.value == pytest.approx(confidence.mean() - right.mean(), abs=1e-6)
    assert found.members.signed.interval == pytest.approx(excess.both, abs=1e-6)
    places = equal_width_bins(confidence, 15)
    errors = [expected_error(*triple) for triple in zip(places, confidence, right, strict=True)]
    assert found.members.ece_equal_width.value == pytest.approx(np.mean(errors), abs=1e-6)
    classwise = [
        expected_error(equal_width_bins(column, 15), column, split.labels == label)
        for member in probabilities
        for label, column in enumerate(member.T)
    ]
    assert found.members.classwise.value == pytest.approx(np.mean(classwise), abs=1e-6)


def test_a_sure_and_right_classifier_is_perfect():
    split = make_split()
    found = calibration(certain(split.labels), split)
    for scores in (found.members, found.ensemble):
        for name in MEASURED:
            assert getattr(scores, name).value == pytest.approx(0.0, abs=1e-9), name
    assert found.members.signed.value == 0.0


def test_a_sure_and_wrong_classifier_is_the_worst():
    split = make_split()
    found = calibration(certain((split.labels + 1) % 4), split).members
    assert found.brier.value == 2.0
    assert found.nll.value == pytest.approx(87.336, abs=1e-3)
    assert found.signed.value == found.ece_equal_width.value == found.ece_equal_mass.value == 1.0
    assert found.debiased_l2.value == 1.0


def test_calibrated_probabilities_have_no_error_within_the_interval():
    # How often intervals miss is counted in test_calibration_error.py; here all of it stands together.
    misses = dict.fromkeys(("signed", "debiased_l2", "ece_equal_mass", "ece_equal_width", "classwise"), 0)
    for seed in range(20):
        found = calibration(*overconfident(300, seed=seed)).members
        for name in misses:
            low, high = getattr(found, name).interval
            misses[name] += not low <= 0.0 <= high
    assert max(misses.values()) <= 3, misses


def proper(examples, *, seed, members=1, spread=0.0):
    classifier, split = overconfident(examples, seed=seed, members=members, times=1.5, spread=spread)
    probabilities = classifier(split.inputs)
    right = probabilities.argmax(axis=2) == split.labels
    return {
        "nll": negative_log_likelihood(probabilities, split.labels),
        "brier": brier_score(probabilities, split.labels),
        "signed": probabilities.max(axis=2) - right,
    }


@pytest.mark.parametrize(("members", "spread"), [(1, 0.0), (6, 0.2)])
def test_intervals_of_the_proper_scores_cover(members, spread):
    truth = proper(20_000 if spread else 500_000, seed=10**6, members=100 if spread else 1, spread=spread)
    truth = {name: table.mean() for name, table in truth.items()}
    hits = dict.fromkeys(truth, 0)
    for seed in range(500):
        for name, table in proper(300, seed=seed, members=members, spread=spread).items():
            low, high = crossed(table).widest
            hits[name] += low <= truth[name] <= high
    for name, count in hits.items():
        assert 0.925 <= count / 500 <= 0.975, f"{name}: {count / 500}"


def test_temperature_scaling_mends_what_is_only_too_sure():
    classifier, split = overconfident(3_000, seed=1, members=3, times=3.0)
    _, held = overconfident(2_000, seed=2, members=3, times=3.0, kind=ValidationSplit)
    found = calibration(classifier, split, validation=held)
    after = found.temperature
    assert after is not None
    assert after.fitted_on == 2_000
    assert after.temperatures == pytest.approx([3.0] * 3, rel=0.1)
    low, high = after.mean_temperature.interval
    assert low < 3.0 < high
    low, high = after.ensemble_temperature.interval
    assert low < after.ensemble_temperature.value < high
    assert found.members.signed.low > 0.05
    assert after.members.signed.low < 0.0 < after.members.signed.high
    for before, mended in ((found.members, after.members), (found.ensemble, after.ensemble)):
        assert mended.nll.high < before.nll.low
        assert mended.accuracy == before.accuracy
        assert mended.debiased_l2.value < before.debiased_l2.low


def test_the_temperatures_come_from_validation_alone():
    classifier, split = overconfident(500, seed=1, times=3.0)
    _, held = overconfident(500, seed=2, times=3.0, kind=ValidationSplit)
    other = overconfident(500, seed=3, times=3.0)[1]
    first, second = (calibration(classifier, part, validation=held).temperature for part in (split, other))
    assert first.temperatures == second.temperatures
    assert first.members.nll.value != second.members.nll.value


def test_without_validation_it_says_how_to_get_it():
    found = calibration(FakePopulation.random(2), make_split())
    assert found.temperature is None
    assert found.to_json()["temperature"] is None
    assert "hold_out" in unasked(found).rows()[-1][1]


def test_members_in_groups_are_as_members_together(monkeypatch):
    population, split = FakePopulation.random(7), make_split()
    held = make_split(40, kind=ValidationSplit, seed=5)
    whole = calibration(population, split, validation=held).to_json()
    monkeypatch.setattr(answers_module, "BYTES_AT_ONCE", 3 * 4 * 60 * 4)
    parts = calibration(population, split, validation=held).to_json()
    assert parts["debiased_l2"]["interval"] == pytest.approx(whole["debiased_l2"]["interval"])
    assert parts["temperature"]["temperatures"] == pytest.approx(whole["temperature"]["temperatures"])
    assert parts["ensemble"]["nll"]["value"] == pytest.approx(whole["ensemble"]["nll"]["value"])


def test_json_as_agreed():
    population, split = FakePopulation.random(5), make_split()
    record = calibration(population, split, validation=make_split(kind=ValidationSplit, seed=2))
    assert isinstance(record, Record)
    written = record.to_json()
    assert json.loads(json.dumps(written, allow_nan=False)) == written
    places = (written, written["ensemble"], written["temperature"], written["temperature"]["ensemble"])
    for scores in places:
        for name in MEASURED:
            assert set(scores[name]) - {"caveat"} == {"value", "interval"}
            low, high = scores[name]["interval"]
            assert low <= scores[name]["value"] <= high, name
    assert len(written["temperature"]["temperatures"]) == 5
    arrays = record.arrays()
    assert arrays["member_nll"].shape == (5,)
    assert arrays["scaled_ensemble_reliability_low"].shape == arrays["scaled_ensemble_reliability_high"].shape
    assert all(isinstance(array, np.ndarray) for array in arrays.values())


def test_the_same_seed_gives_the_same_intervals():
    population, split = FakePopulation.random(3), make_split()
    one, same, other = (calibration(population, split, seed=seed).to_json() for seed in (0, 0, 1))
    assert one == same
    assert one["debiased_l2"] != other["debiased_l2"]
    assert one["nll"] == other["nll"]


def test_diverged_members_are_left_out():
    population, split = FakePopulation.random(4), make_split()
    sound = calibration(population[1:], split).to_json()
    population.diverged[0] = True
    found = calibration(population, split)
    assert found.excluded == (0,)
    assert found.to_json()["nll"] == sound["nll"]
    assert found.rows()[-1] == ("Were any networks left out?", "1 diverged in training")


def test_rows_and_reprs_are_for_people():
    classifier, split = overconfident(1_000, seed=1, members=3, times=3.0)
    found = calibration(classifier, split)
    assert "too sure (+" in found.rows()[0][1]
    assert "\n" not in repr(found)
    assert repr(found).startswith("NLL ")
    assert "<table>" in found._repr_html_()
    timid = calibration(*overconfident(1_000, seed=1, members=1, times=0.4))
    assert "not sure enough (-" in timid.rows()[0][1]


def test_rows_say_which_class_is_binned_and_that_intervals_of_several_are_rough():
    split = make_split(200, classes=2)
    several, one = (unasked(calibration(FakePopulation.random(count, classes=2), split)) for count in (3, 1))
    far = several.rows()[2][1]
    assert "of the class named, whichever of the two" in far
    assert "rough" in far
    assert "rough" not in one.rows()[2][1]
    assert one.to_json()["classes"] == 2
    assert "whichever" not in unasked(calibration(FakePopulation.random(3), make_split())).rows()[2][1]


def test_too_little_to_measure_is_a_named_error():
    with pytest.raises(EvaluationError, match="1 example"):
        calibration(FakePopulation.random(2), make_split(1))
    with pytest.raises(EvaluationError, match="bins=0"):
        calibration(FakePopulation.random(2), make_split(), bins=0)
    with pytest.raises(EvaluationError, match="level=2"):
        calibration(FakePopulation.random(2), make_split(), level=2)
