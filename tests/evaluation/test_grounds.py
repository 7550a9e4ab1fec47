"""Three kinds of network: of two of them nothing may be concluded about the hill that they stand on."""

from __future__ import annotations

from dataclasses import replace

import equinox as eqx
import jax
import numpy as np
import pytest

from thalweg import evaluation, figures
from thalweg.data.dataset import TrainSplit
from thalweg.evaluation.minimum.record import FALLING
from thalweg.networks import Mlp, Population
from thalweg.networks.path import path_through

NAMES = ("ash", "oak")
COST = "cross-entropy"
QUICK = {
    "minimum": {"descent_steps": 200},
    "connectivity": {"points": 5},
    "descent": {"steps": 3},
    "curvature": {"probes": 2},
    "landscape": {"grid": 3},
}
CONCLUSIONS = {
    "minimum": "How much does it bend up in the flattest direction?",
    "connectivity": "How high is the hill between two networks, as they are?",
    "descent": "Which weights does the slope nudge where it stopped?",
    "curvature": "How sharply does the hill bend at most?",
    "landscape": "How far in a random direction until the cost has doubled?",
}


def population(scale=1.0):
    """Three members that are nearly the same; the last layer's weights and biases times `scale`."""
    network = Mlp((3,), "tanh", "glorot").build(jax.random.key(0), (4,), 2)

    def nearby(leaf):
        noise = np.random.default_rng(leaf.size).normal(0, 0.01, (3, *leaf.shape))
        return (np.asarray(leaf) + noise).astype(np.float32)

    members = jax.tree.map(nearby, network)
    last = jax.tree.map(lambda leaf: leaf * np.float32(scale), members.layers[-1])
    members = eqx.tree_at(lambda one: one.layers[-1], members, last)
    return Population(members, np.zeros(3, bool), "softmax", (4,), NAMES)


def examples(*, known, count=80):
    """Labels as all members say, of examples that they are sure of; or labels that mean nothing."""
    generator = np.random.default_rng(1)
    drawn = generator.normal(0, 3 * 255, (400, 4)).astype(np.float32)  # a split divides by 255
    every = TrainSplit(drawn, np.zeros(400, np.int32), NAMES)
    given = population().probabilities(every)
    sure = np.flatnonzero(np.abs(given[..., 1] - 0.5).min(axis=0) > 0.1)[:count]
    labels = given.mean(axis=0)[sure].argmax(axis=1) if known else generator.integers(0, 2, len(sure))
    return replace(every.take(sure), labels=labels.astype(np.int32))


KINDS = {
    "fitted": (population(1e3), examples(known=True), 0.0),
    "guessing": (population(), examples(known=False), 0.0),
    "usual": (population(), examples(known=True), 1e-3),
}


@pytest.fixture(scope="module")
def made():
    """Every evaluation of every kind, made when it is first asked for."""
    found = {}

    def make(kind, name):
        if (kind, name) not in found:
            members, split, l2 = KINDS[kind]
            more = {"path": path_through([population(), members], (0, 1))} if name == "descent" else {}
            measure = getattr(evaluation, name)
            found[kind, name] = measure(members, split, cost=COST, l2=l2, **QUICK[name], **more)
        return found[kind, name]

    return make


@pytest.mark.parametrize("name", QUICK)
def test_of_usual_networks_everything_is_said(made, name):
    record = made("usual", name)
    assert record.grounds.hold
    answers = dict(record.rows())
    assert "cannot" not in answers[CONCLUSIONS[name]]
    assert not {"Was anything learned?", "Can anything be told of this hill?"} & answers.keys()
    titles = " ".join(finding.title for finding in figures.of(record))
    assert "Nothing was learned" not in titles
    assert "rounding" not in titles


@pytest.mark.parametrize("name", [name for name in QUICK if name != "minimum"])
def test_of_guesses_nothing_is_concluded_and_why_comes_first(made, name):
    record = made("guessing", name)
    rows = record.rows()
    assert rows[0][0] == "Was anything learned?"
    assert "guessing" in rows[0][1]
    assert CONCLUSIONS[name] not in dict(rows)
    (only,) = figures.of(record)
    assert only.title == "Nothing was learned that can be told from guessing"
    assert record.to_json()["grounds"]["hold"] is False


@pytest.mark.parametrize("name", QUICK)
def test_of_a_cost_of_rounding_nothing_is_concluded(made, name):
    record = made("fitted", name)
    assert record.grounds.over_chance.learned
    answers = dict(record.rows())
    assert "cannot be asked" in answers.get(CONCLUSIONS[name], "cannot be asked")
    assert "rounding" in str(answers) or name == "minimum"
    json = record.to_json()
    titles = [finding.title for finding in figures.of(record)]
    if name == "minimum":
        assert record.verdicts[FALLING] == 3
        assert record.certified == 0
        assert "as the weights grow" in answers["Is there a bottom?"]
        assert "falls on towards zero" in titles[0]
    elif name == "descent":
        assert json["walk"]["rounding_from"] == 1
        assert json["nudges"]["end"]["rounding"]
        assert not any("at the end" in title for title in titles)
        assert (
            "epoch 1 on the cost is rounding" in answers["How steep is it at the top, and where it stopped?"]
        )
    elif name == "landscape":
        assert not any("doubled" in title for title in titles)
    else:
        assert titles == ["The cost is so small that what is left of it is rounding"]


def test_a_place_polished_until_it_learned_is_judged():
    """Members that guess may be taken down to where they do not: what is judged is that place."""
    members, split, _ = KINDS["usual"]
    turned = replace(split, labels=1 - split.labels)
    found = evaluation.minimum(members, turned, cost=COST, l2=1e-2, members=[0], descent_steps=300)
    assert found.grounds.hold
    assert "kind of place" in found.rows()[0][0]
