"""What is said last: how often it is right, and what is most surprising, by the ends of the intervals."""

from types import SimpleNamespace

import numpy as np
import pytest

from thalweg import evaluation, recording
from thalweg.cli.headline import headline, headline_of_audit
from thalweg.evaluation.calibration.record import Calibration
from thalweg.evaluation.noise.record import Noise
from thalweg.measured import Measured


@pytest.fixture(scope="module")
def records(finished_run, quarters_dataset):
    population = recording.population_of(finished_run)
    return evaluation.evaluate(population, quarters_dataset, only="accuracy")


def noise(**sure):
    answers = {name: SimpleNamespace(members=SimpleNamespace(mean_confidence=m)) for name, m in sure.items()}
    return Noise(answers, None, tuple("0123456789"), ())


def calibration(signed, confidence=0.9, accuracy=0.8):
    scores = SimpleNamespace(signed=signed, confidence=confidence, accuracy=accuracy)
    return Calibration(scores, scores, None, 15, 40, ())  # type: ignore[arg-type]


def test_how_often_one_is_right_and_the_vote_of_all(records):
    first = headline(records, who="network of small", data="quarters")[0]
    test = records["accuracy"].test
    assert first == (
        f"One network of small is right on {test.measured.percent()} of 40 new examples of quarters, the "
        f"vote of all 3 on {test.ensemble.percent()} (95 % intervals, the first {test.mean.scope}; "
        "of 3 starts, 95 % intervals cover 90 to 99 %)."
    )


def test_one_network_has_no_vote(finished_run, quarters_dataset):
    one = recording.population_of(finished_run)[:1]
    found = evaluation.evaluate(one, quarters_dataset, only="accuracy")
    first = headline(found, who="model")[0]
    assert first.startswith(
        f"The model is right on {found['accuracy'].test.measured.percent()} of 40 new exam"
    )
    assert first.endswith(
        "(95 % interval over examples; decided by so few examples, 95 % intervals cover 89 to 100 %)."
    )


def test_who_diverged_is_said(finished_run, quarters_dataset):
    population = recording.population_of(finished_run)
    from dataclasses import replace

    population = replace(population, diverged=np.array([False, True, False]))
    found = evaluation.evaluate(population, quarters_dataset, only="accuracy")
    assert "Left out: 1 that diverged." in headline(found)


def test_the_most_surprising_is_what_is_farthest_by_the_near_end_of_its_interval():
    far = noise(uniform=Measured(0.9, 0.5, 1.0), gaussian=Measured(0.8, 0.7, 0.9))
    near = calibration(Measured(0.3, 0.25, 0.35))
    (line,) = headline({"noise": far, "calibration": near})
    assert line.startswith("Most surprising: shown grey static")
    assert "80.0 % [70.0, 90.0] sure of its answer on average, where 10.0 % would be right" in line
    (line,) = headline({"noise": noise(uniform=Measured(0.9, 0.2, 1.0)), "calibration": near})
    assert line == (
        "Most surprising: it is 90.0 % sure on average and right 80.0 % of the time: too sure, by 30.0 "
        "points [25.0, 35.0]."
    )


def test_too_little_confidence_is_a_surprise_as_well():
    (line,) = headline({"calibration": calibration(Measured(-0.3, -0.35, -0.25), 0.5, 0.8)})
    assert "not sure enough, by 30.0 points [25.0, 35.0]" in line


def test_a_picture_in_negative_still_shows_something():
    assert headline({"noise": noise(inverted=Measured(1.0, 1.0, 1.0))}) == []


def test_where_nothing_stands_out_its_confidence_fits():
    lines = headline(
        {
            "noise": noise(uniform=Measured(0.12, 0.05, 0.2)),
            "calibration": calibration(Measured(0.1, -0.1, 0.3)),
        }
    )
    assert lines == ["Its confidence fits: 90.0 % sure on average, and right 80.0 % of the time."]


def test_what_was_not_measured_is_not_said():
    assert headline({}) == []


def audit(suspicious, row):
    table = SimpleNamespace(
        row=lambda place, named: {
            "row": row,
            "split": "test",
            "example": 4,
            "label": "cat",
            "suggested_label": "dog",
        }
    )

    class Audit(SimpleNamespace):
        def __len__(self):
            return 1200

    wrong = Measured(22.0, 10.0, 34.0)
    return Audit(
        errors=SimpleNamespace(wrong=wrong),
        suspicious=suspicious,
        table=lambda: table,
        called={} if row is None else {"row": row},
        is_counted=True,
        caveat="",
        issues=None,
        verdict="about 22 [10, 34] of 1,200",
    )


def test_an_audit_says_how_many_and_which_first():
    assert headline_of_audit(audit(3, 17)) == [
        "About 22 [10, 34] of 1,200 labels are wrong (95 % interval).",
        "3 are more likely wrong than right, first of all row 17: labelled cat, more likely dog.",
    ]
    assert (
        "1 is more likely wrong than right, first of all split test, example 4:"
        in headline_of_audit(audit(1, None))[1]
    )
    assert headline_of_audit(audit(0, 17))[1] == "No single label is more likely wrong than right."


def test_guesses_are_said_to_be_guesses_and_nothing_more():
    from tests.evaluation.fakes import FakePopulation, make_dataset
    from thalweg.evaluation import accuracy

    first, advice = headline({"accuracy": accuracy(FakePopulation.random(3), make_dataset())})
    assert first.startswith("Nothing was learned that can be told from guessing: right ")
    assert "more epochs" in advice
