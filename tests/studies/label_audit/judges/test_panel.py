import json
from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import minimize_scalar

import thalweg as tw
from tests.studies.label_audit.test_audit import QUICK, clouds
from thalweg.data.label_noise import flip_labels
from thalweg.errors import StudyError
from thalweg.studies.label_audit.evidence import given_evidence
from thalweg.studies.label_audit.judges import panel
from thalweg.studies.label_audit.judges.panel import (
    JUDGES,
    LEAST_SHARE,
    NETWORKS,
    chosen_judges,
    pooled,
    shares,
)
from thalweg.studies.label_audit.pool import pool_of


def test_shares_are_the_likeliest_mixture_and_a_part_is_dealt_alike():
    generator = np.random.default_rng(0)
    values = generator.beta([[5], [2]], [[2], [2]], size=(2, 400))
    best = minimize_scalar(
        lambda share: -np.log(share * values[0] + (1 - share) * values[1]).sum(),
        bounds=(0, 1),
        method="bounded",
    ).x
    found = shares(values)
    np.testing.assert_allclose(found[0], LEAST_SHARE / 2 + (1 - LEAST_SHARE) * best, atol=1e-3)
    assert found.sum() == pytest.approx(1)


def test_what_a_judge_rules_out_costs_it_its_say_and_breaks_nothing():
    found = shares(np.array([[0.9] * 50, [0.0] * 50, [0.99] * 50]))
    assert np.isfinite(found).all()
    assert found[1] == pytest.approx(LEAST_SHARE / 3, abs=1e-3)


def test_a_panel_is_the_weighted_mean_and_tells_of_memorisation_as_far_as_networks_count():
    labels = np.array([0, 1, 1, 0])
    one = given_evidence(np.array([[0.9, 0.1], [0.2, 0.8], [0.3, 0.7], [0.6, 0.4]]), 4)
    other = given_evidence(np.array([[0.5, 0.5], [0.4, 0.6], [0.6, 0.4], [0.5, 0.5]]), 4)
    seen = one.__class__(**{**one.__dict__, "gained": np.array([0.1, 0.2, 0.3, 0.4])})
    together, judges = pooled({NETWORKS: seen, "forest": other}, labels)
    weight = judges[0].weight
    mixed = weight * one.probabilities + (1 - weight) * other.probabilities
    np.testing.assert_allclose(together.probabilities, mixed)
    np.testing.assert_allclose(together.gained, weight * seen.gained)
    np.testing.assert_array_equal(together.times, [2, 2, 2, 2])
    assert [judge.agrees.value for judge in judges] == [1.0, 0.75]
    assert weight > 0.5


def test_errors_of_judges_add_up_as_those_of_a_weighted_mean_do():
    labels = np.array([0, 1])
    answers = np.array([[0.9, 0.1], [0.2, 0.8]])
    errors = np.array([[0.03, 0.04], [0.12, 0.05]])
    opinions = {
        name: replace(given_evidence(answers, 2), error=np.stack([own, own], axis=1))
        for name, own in zip(("forest", "logistic"), errors, strict=True)
    }
    together, judges = pooled(opinions, labels)
    weights = np.array([judge.weight for judge in judges])
    drawn = np.random.default_rng(0).normal(0, errors[:, 0], (200_000, 2)) @ weights
    assert together.error[0, 0] == pytest.approx(drawn.std(), rel=0.02)


def test_one_judge_is_the_panel():
    evidence = given_evidence(np.array([[0.9, 0.1], [0.2, 0.8]]), 2)
    alone, judges = pooled({"forest": evidence}, np.array([0, 1]))
    assert alone is evidence
    assert [judge.weight for judge in judges] == [1.0]


def test_who_judges_when_nothing_is_said(monkeypatch):
    table = pool_of(*clouds(0), "all").train
    pictures = tw.load("digits").train
    assert chosen_judges(None, table, recipe_given=False) == JUDGES
    assert chosen_judges(None, table, recipe_given=True) == (NETWORKS,)
    assert chosen_judges(None, pictures, recipe_given=False) == (NETWORKS, "forest")
    assert chosen_judges(None, pictures, recipe_given=True) == (NETWORKS,)
    monkeypatch.setattr(panel, "FEW_PICTURES", len(pictures) - 1)
    assert chosen_judges(None, pictures, recipe_given=False) == (NETWORKS,)
    assert chosen_judges(["logistic", "forest"], table, recipe_given=True) == ("forest", "logistic")


@pytest.mark.parametrize(
    ("names", "said"), [(["forrest"], "forrest.*Did you mean 'forest'"), ([], "no judges")]
)
def test_judges_that_there_are_not_are_named(names, said):
    with pytest.raises(StudyError, match=said):
        tw.audit(*clouds(0), judges=names)


@pytest.mark.parametrize(
    "asked", [{"members": 12}, {"share": 0.7}, {"thorough": True}, {"recipe": "classic"}]
)
def test_what_is_asked_of_networks_that_do_not_judge_is_refused(asked):
    with pytest.raises(StudyError, match=f"{next(iter(asked))} is asked of networks"):
        tw.audit(*clouds(0), judges=["forest"], **asked)


def test_a_panel_stands_first_in_words_and_json():
    features, truth = clouds(5, spread=0.9)
    noisy = flip_labels(truth, classes=3, seed=1, flips=12)
    found = tw.audit(features, noisy.labels, judges=["forest", "logistic"])
    said = dict(found.rows())["Who judged, and how often each gives the label as it is"]
    assert "forest" in said
    assert "logistic" in said
    kept = json.loads(json.dumps(found.to_json()))
    assert [judge["name"] for judge in kept["panel"]] == ["forest", "logistic"]
    assert sum(judge["weight"] for judge in kept["panel"]) == pytest.approx(1)
    assert kept["members"] is None
    assert noisy.flipped[found.table()["example"].head(10).to_numpy()].sum() >= 8
    assert found.table()["memorisation"].is_null().all()


def test_networks_and_others_judge_together():
    features, truth = clouds(6, spread=0.9)
    noisy = flip_labels(truth, classes=3, seed=2, flips=12)
    told = []
    found = tw.audit(
        features,
        noisy.labels,
        judges=[NETWORKS, "forest"],
        recipe=QUICK,
        members=20,
        share=0.7,
        progress=lambda *said: told.append(said),
    )
    parts = ["forest", "networks 1 to 10 of 20", "networks 11 to 20 of 20", "labels, copies and outliers"]
    assert told == [(name, place, 4) for place, name in enumerate(parts)]
    assert [judge.name for judge in found.panel] == [NETWORKS, "forest"]
    assert found.evidence.times.min() > 50  # trees and networks
    assert found.table()["memorisation"].is_not_null().any()
