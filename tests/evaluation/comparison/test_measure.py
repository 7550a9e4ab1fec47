import json

import numpy as np
import pytest

from tests.evaluation.fakes import FakePopulation, certain, make_split
from thalweg.errors import EvaluationError
from thalweg.evaluation.comparison.measure import compare
from thalweg.statistics.paired import mcnemar, paired_difference


def answering(split, accuracies, seed=0):
    """Sure members that are right as often as `accuracies` say."""
    generator = np.random.default_rng(seed)
    right = generator.random((len(accuracies), len(split))) < np.array(accuracies)[:, None]
    return certain(np.where(right, split.labels, (split.labels + 1) % 4)), right


def test_every_number_follows_from_the_answers():
    split = make_split(500)
    (first, right), (second, other) = answering(split, [0.9] * 5), answering(split, [0.8] * 3, seed=1)
    found = compare(first, second, split, names=("new", "old"))
    assert found.members == (5, 3)
    assert found.difference.measured == paired_difference(right, other).measured
    assert found.mcnemar is None
    vote = right.mean(axis=0) > 0.5
    assert found.ensemble_mcnemar == mcnemar(vote, other.mean(axis=0) > 0.5)
    assert found.shown
    assert found.verdict.startswith("new is better by ")
    assert found.verdict.endswith("over starts and examples")
    turned = compare(second, first, split, names=("old", "new"))
    assert turned.verdict == found.verdict
    assert turned.difference.measured.value == -found.difference.measured.value


def test_against_itself_there_is_no_difference():
    split = make_split(200)
    population, _ = answering(split, [0.9, 0.8, 0.85, 0.9])
    found = compare(population, population, split)
    assert found.difference.measured.value == 0.0
    assert found.probability_better.measured.value == 0.5
    assert not found.shown
    assert found.verdict.startswith("no difference shown: 0.00 points")
    assert found.ensemble_mcnemar.p_value == 1.0


def test_two_guessers_are_not_called_alike():
    split = make_split()
    found = compare(FakePopulation.random(4), FakePopulation.random(4, seed=1), split)
    assert not found.learned
    assert found.verdict.startswith("neither learned anything that can be told from guessing")
    assert found.ensemble_verdict is None
    assert "no difference" not in str(found.rows())


def test_two_single_networks_are_told_apart_by_mcnemar():
    split = make_split(400)
    (first, right), (second, other) = answering(split, [0.95]), answering(split, [0.85], seed=1)
    found = compare(first, second, split)
    assert found.mcnemar == mcnemar(right[0], other[0])
    assert found.probability_better is None
    assert found.ensemble_difference is None
    assert found.shown == (found.mcnemar.p_value < 0.05)
    assert found.verdict.endswith("over examples")
    assert found.to_json()["ensemble"] == {"difference": None, "mcnemar": None, "verdict": None}


def test_two_single_networks_that_are_alike_are_not_told_apart():
    split = make_split(400)
    found = compare(answering(split, [0.9])[0], answering(split, [0.9], seed=1)[0], split)
    assert not found.shown
    assert found.verdict.startswith("no difference shown")


def test_one_against_many_has_no_interval_over_starts():
    split = make_split(400)
    found = compare(answering(split, [0.9])[0], answering(split, [0.8] * 4, seed=1)[0], split)
    assert found.difference.over.both is None
    assert found.difference.scope == "over examples"
    assert found.probability_better is None
    assert found.mcnemar is None


def test_differences_that_are_none_are_shown_5_times_in_100():
    split, shown, ensembles = make_split(300), 0, 0
    for seed in range(400):
        accuracies = np.random.default_rng([seed, 9]).normal(0.85, 0.02, size=10)
        first, second = (
            answering(split, half, seed=[seed, number])[0]
            for number, half in enumerate((accuracies[:5], accuracies[5:]))
        )
        found = compare(first, second, split)
        shown += found.shown
        ensembles += found.ensemble_verdict is not None and "better" in found.ensemble_verdict
    assert 0.02 <= shown / 400 <= 0.075
    assert ensembles / 400 <= 0.06


def test_json_as_agreed():
    split = make_split()
    found = compare(FakePopulation.random(4), FakePopulation.random(3, seed=1), split, names=("a", "b"))
    written = found.to_json()
    assert json.loads(json.dumps(written, allow_nan=False)) == written
    assert set(written["difference"]) == {"value", "interval", "caveat", "intervals", "p_value"}
    assert written["difference"]["caveat"] == written["caveat"] == found.difference.over.caveat
    assert set(written["difference"]["intervals"]) == {"starts", "examples", "both"}
    assert set(written["accuracy"]) == {"a", "b"}
    assert {"value", "interval", "starts", "distinguishable_pairs"} <= set(written["probability_better"])
    assert written["verdict"] == found.verdict
    assert found.arrays()["second_member_accuracy"].shape == (3,)


def test_rows_and_reprs_are_for_people():
    split = make_split()
    found = compare(FakePopulation.random(4), FakePopulation.random(3, seed=1), split, names=("a", "b"))
    assert found.rows()[0] == ("Is one better?", found.verdict)
    assert all(isinstance(text, str) for row in found.rows() for text in row)
    assert repr(found) == f"a against b: {found.verdict}"
    assert "<table>" in found._repr_html_()
    single = compare(answering(split, [0.9])[0], answering(split, [0.8], seed=1)[0], split)
    assert any("McNemar" in answer for _, answer in single.rows())


def test_diverged_members_are_left_out_of_each():
    population, split = FakePopulation.random(4), make_split()
    population.diverged[1] = True
    found = compare(population, FakePopulation.random(3, seed=1), split)
    assert found.members == (3, 3)
    assert found.excluded == ((1,), ())
    assert found.to_json()["excluded"] == [1, 0]


@pytest.mark.parametrize("names", [("a", "a"), ("a",), "ab"])
def test_names_must_be_two(names):
    with pytest.raises(EvaluationError, match="two different names"):
        compare(FakePopulation.random(2), FakePopulation.random(2), make_split(), names=names)


def test_a_wrong_level_is_named():
    with pytest.raises(EvaluationError, match=r"level=1\.5"):
        compare(FakePopulation.random(2), FakePopulation.random(2), make_split(), level=1.5)
