import json

import numpy as np
import pytest

from tests.evaluation.fakes import FakePopulation, make_dataset, make_split
from thalweg.data.dataset import ValidationSplit
from thalweg.data.noise import uniform
from thalweg.errors import EvaluationError, NotApplicable
from thalweg.evaluation import Record
from thalweg.evaluation.abstention.conformal import expected_range
from thalweg.evaluation.abstention.measure import NOISE_IMAGES, abstention
from thalweg.evaluation.abstention.risk_coverage import risk_coverage

SETS = ("coverage", "mean_set_size", "empty", "singleton")


def test_areas_follow_from_the_probabilities():
    population, split = FakePopulation.random(5), make_split()
    probabilities = population.probabilities(split.inputs)
    found = abstention(population, split)
    areas = [
        risk_coverage(member.max(axis=1), member.argmax(axis=1) == split.labels).aurc
        for member in probabilities
    ]
    assert found.members.aurc.value == pytest.approx(np.mean(areas))
    mean = probabilities.mean(axis=0, dtype=np.float64)
    area = risk_coverage(mean.max(axis=1), mean.argmax(axis=1) == split.labels).aurc
    assert found.ensemble.aurc.value == pytest.approx(area)
    right = probabilities.argmax(axis=2) == split.labels
    assert 1 - found.members.risk[:, -1].mean() == pytest.approx(right.mean())


def test_a_data_set_gives_its_test_split():
    population, dataset = FakePopulation.random(3), make_dataset()
    assert abstention(population, dataset).to_json() == abstention(population, dataset.test).to_json()


def test_thresholds_come_from_one_half_and_are_tried_on_the_other():
    population, split = FakePopulation.random(3), make_split(101)
    found = abstention(population, split)
    assert (found.examples, found.calibrated_on, found.measured_on) == (101, 50, 51)
    held = make_split(40, kind=ValidationSplit, seed=9)
    other = abstention(population, split, calibration=held)
    assert (other.examples, other.calibrated_on, other.measured_on) == (101, 40, 101)
    assert other.members.aurc.value == pytest.approx(found.members.aurc.value)


def test_calibration_on_other_examples_by_hand():
    population, split = FakePopulation.random(1), make_split(60)
    held = make_split(39, kind=ValidationSplit, seed=9)
    found = abstention(population, split, calibration=held, levels=(0.9,))
    own = population.probabilities(held.inputs)[0]
    limit = np.sort(own[np.arange(39), held.labels])[3]  # all but the 3 least likely: 36 = ⌈40·.9⌉ of 39
    sets = population.probabilities(split.inputs)[0] >= limit
    (conformal,) = found.members.conformal.values()
    assert conformal.mean_set_size.value == pytest.approx(sets.sum(axis=1).mean())
    assert conformal.coverage.value == pytest.approx(sets[np.arange(60), split.labels].mean())


def test_noise_is_refused_below_the_threshold():
    population, split = FakePopulation.random(1), make_split(400)
    found = abstention(population, split, seed=2)
    noise = population.probabilities(uniform(split.inputs, NOISE_IMAGES, 2)).max(axis=2)
    real = population.probabilities(split.inputs).max(axis=2)
    for rate, rejection in found.members.rejection.items():
        assert rejection.false_alarms.low <= rate <= rejection.false_alarms.high
        assert abs((real < rejection.threshold).mean() - rate) < 0.03
        assert rejection.noise_rejected.value == (noise < rejection.threshold).mean()


def test_a_classifier_that_is_unsure_of_noise_alone_refuses_all_of_it():
    split = make_split(200)
    seen = {image.tobytes() for image in split.inputs}

    def classifier(inputs):
        real = np.array([image.tobytes() in seen for image in inputs])
        sure = 0.9 + 0.1 * inputs.mean(axis=(1, 2))
        top = np.where(real, sure, 0.25)
        rest = (1 - top) / 3
        return np.stack([top, rest, rest, rest], axis=1)

    found = abstention(classifier, split)
    assert found.members.rejection[0.05].noise_rejected.value == 1.0
    assert found.members.rejection[0.05].false_alarms.value < 0.15


def test_probabilities_of_the_test_examples_alone_do():
    population, split = FakePopulation.random(2), make_split()
    saved = population.probabilities(split.inputs)

    def from_a_file(inputs):
        if len(inputs) != len(split):
            raise NotApplicable("only the examples of the file")
        return saved

    found = abstention(from_a_file, split)
    assert found.members.rejection[0.05].noise_rejected is None
    assert "static" not in found.rows()[-1][1]
    assert found.to_json()["rejection"]["0.01"]["noise_rejected"] is None
    asked = abstention(population, split)
    assert asked.members.aurc.value == found.members.aurc.value
    assert asked.to_json()["conformal"] == found.to_json()["conformal"]


def test_json_as_agreed():
    record = abstention(FakePopulation.random(5), make_split())
    assert isinstance(record, Record)
    written = record.to_json()
    assert json.loads(json.dumps(written, allow_nan=False)) == written
    for side in (written, written["ensemble"]):
        for name in ("aurc", "excess_aurc"):
            low, high = side[name]["interval"]
            assert low <= side[name]["value"] <= high
        assert list(side["accuracy_at_coverage"]) == ["0.9", "0.95", "0.99"]
        for sets in (side["conformal"], side["conformal_aps"]):
            assert list(sets) == ["0.9", "0.95", "0.99"]
            for found in sets.values():
                assert {*SETS, "expected_range", "too_few"} == set(found)
                assert set(found["coverage"]) - {"caveat"} == {"value", "interval"}
        for found in side["conformal_raps"].values():
            assert {*SETS, "expected_range", "too_few", "penalty", "free"} == set(found)
        assert list(side["rejection"]) == ["0.01", "0.05"]
    arrays = record.arrays()
    assert arrays["coverage"].shape == arrays["ensemble_risk"].shape == (100,)
    assert arrays["risk"].shape == (5, 100)


def test_the_same_seed_makes_the_same_halves():
    population, split = FakePopulation.random(3), make_split()
    one, same, other = (abstention(population, split, seed=seed).to_json() for seed in (0, 0, 1))
    assert one == same
    assert one["conformal"] != other["conformal"]
    assert one["aurc"] == other["aurc"]


def test_the_random_part_of_aps_is_an_option():
    population, split = FakePopulation.random(3), make_split(400)
    drawn, plain = (abstention(population, split, randomised=choice).members for choice in (True, False))
    assert plain.conformal[0.9].mean_set_size == drawn.conformal[0.9].mean_set_size
    # That sets are larger without it: test_conformal.py.
    assert plain.conformal_aps[0.9].mean_set_size != drawn.conformal_aps[0.9].mean_set_size


def test_rows_and_reprs_are_for_people():
    population = FakePopulation.random(4)
    population.diverged[0] = True
    found = abstention(population, make_split(200))
    questions = [question for question, _ in found.rows()]
    assert questions[-1] == "Were any networks left out?"
    assert "And the vote of all 3?" in questions
    assert "television static" in found.rows()[4][1]
    growing = found.rows()[3][1]
    assert "by APS" in growing
    assert "by RAPS (randomised, may be empty)" in growing
    plain = abstention(population, make_split(200), randomised=False)
    assert "by RAPS (not randomised)" in plain.rows()[3][1]
    assert "\n" not in repr(found)
    assert "<table>" in found._repr_html_()


def test_where_too_few_examples_set_a_threshold_the_row_says_so():
    row = abstention(FakePopulation.random(1), make_split(300)).rows()[1][1]
    ninety, ninety_five, ninety_nine = row.split("; ", 2)
    assert "too few examples set this threshold" in ninety_nine
    assert "too few" not in ninety + ninety_five


def test_what_raps_charges_is_chosen_on_calibration_examples_that_do_nothing_else():
    population, split = FakePopulation.random(2), make_split(400)
    held = make_split(100, kind=ValidationSplit, seed=9)
    found = abstention(population, split, calibration=held)
    assert (found.calibrated_on, found.chosen_on, found.measured_on) == (100, 20, 400)
    other = abstention(population, make_split(400, seed=4), calibration=held)
    chosen = lambda record: [(sets.penalty, sets.free) for sets in record.members.conformal_raps.values()]  # noqa: E731
    assert chosen(found) == chosen(other)
    for sets in found.members.conformal_raps.values():  # 80 set its thresholds
        assert sets.expected_range == expected_range(sets.level, 80, 400, confidence=0.95)


def test_sets_of_raps_by_hand():
    population, split = FakePopulation.random(1), make_split(200)
    held = make_split(100, kind=ValidationSplit, seed=9)
    (sets,) = abstention(population, split, calibration=held, levels=(0.9,)).members.conformal_raps.values()
    generator = np.random.default_rng([0, 1])
    draws, choosing = generator.random(300), np.zeros(300, bool)
    choosing[generator.permutation(np.arange(200, 300))[:20]] = True
    table = np.empty((300, 4))
    inputs = np.concatenate([split.inputs, held.inputs])
    for row, own in enumerate(population.probabilities(inputs)[0].astype(float)):
        for rank, place in enumerate(np.argsort(-own), start=1):
            down = np.sort(own)[::-1][:rank].sum() - draws[row] * own[place]
            table[row, place] = down + sets.penalty * max(0, rank - sets.free)
    limit = np.sort(table[np.arange(200, 300), held.labels][~choosing[200:]])[72]  # the ⌈81·.9⌉-th of 80
    assert sets.mean_set_size.value == pytest.approx((table[:200] <= limit + 1e-9).sum(axis=1).mean())


def test_bad_arguments_are_named():
    population = FakePopulation.random(2)
    with pytest.raises(EvaluationError, match="3 examples"):
        abstention(population, make_split(3))
    with pytest.raises(EvaluationError, match=r"level 1\.5"):
        abstention(population, make_split(), levels=(1.5,))
    with pytest.raises(EvaluationError, match="not the same kind"):
        abstention(population, make_split(), calibration=make_split(classes=3))
