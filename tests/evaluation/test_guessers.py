"""Of networks that learned nothing no evaluation concludes anything: neither in rows nor in titles."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import jax
import numpy as np
import pytest

from thalweg import evaluation, figures
from thalweg.data.dataset import Dataset, TestSplit, TrainSplit
from thalweg.networks import Mlp, Population
from thalweg.record import told
from thalweg.runs import results
from thalweg.statistics.chance import ADVICE

NAMES, SHAPE, EXAMPLES = ("ash", "oak"), (6, 6), 120
MEASURED = {
    "alignment": ("test", {"methods": ["activations"]}),
    "dreams": ("both", {"steps": 2, "starts": ["grey"], "classes": [0, 1]}),
    "features": ("train", {"permutations": 49}),
    "diversity": ("test", {}),
    "calibration": ("test", {}),
    "adversarial": ("test", {"norms": ["linf"], "examples": 20, "steps": 2, "starts": 1}),
}


def population():
    """Four members that are nearly the same."""
    network = Mlp((6,), "tanh", "glorot").build(jax.random.key(0), SHAPE, len(NAMES))

    def nearby(leaf):
        noise = np.random.default_rng(leaf.size).normal(0, 0.02, (4, *leaf.shape))
        return (np.asarray(leaf) + noise).astype(np.float32)

    return Population(jax.tree.map(nearby, network), np.zeros(4, bool), "softmax", SHAPE, NAMES)


def dataset(*, known):
    """Labels as the members rank the pictures, or labels that follow one another in that order."""
    generator = np.random.default_rng(1)

    def split(kind):
        pictures = generator.integers(0, 256, (EXAMPLES, *SHAPE), dtype=np.uint8)
        given = kind(pictures, np.zeros(EXAMPLES, np.int32), NAMES)
        order = population().probabilities(given)[..., 1].mean(axis=0).argsort()
        labels = np.empty(EXAMPLES, np.int32)
        labels[order] = np.arange(EXAMPLES) >= EXAMPLES // 2 if known else np.arange(EXAMPLES) % 2
        return replace(given, labels=labels)

    return Dataset("made up", split(TestSplit), split(TrainSplit))


@pytest.fixture(scope="module")
def made():
    found = {}

    def make(name, known):
        if (name, known) not in found:
            part, more = MEASURED[name]
            data = dataset(known=known)
            asked = data if part == "both" else getattr(data, part)
            found[name, known] = getattr(evaluation, name)(population(), asked, **more)
        return found[name, known]

    return make


@pytest.mark.parametrize("name", MEASURED)
def test_nothing_is_concluded_from_guesses(made, name):
    guessed, right = made(name, False), made(name, True)
    assert [question for question, _ in guessed.rows()] == ["Was anything learned?", "What to do?"]
    assert guessed.rows()[1][1] == ADVICE
    assert guessed.rows() == told(guessed)
    assert "Was anything learned?" not in dict(right.rows())
    assert len(right.rows()) >= 1


@pytest.mark.parametrize("name", MEASURED)
def test_numbers_stand_in_json_and_tables_and_no_title_concludes(made, name):
    guessed, right = figures.of(made(name, False)), figures.of(made(name, True))
    assert [finding.title for finding in guessed] == ["Nothing was learned that can be told from guessing"]
    assert guessed[0].sentence.startswith("Was anything learned? Nothing")
    assert guessed[0].table.rows
    assert all("Nothing was learned" not in finding.title for finding in right)
    for known in (False, True):
        kept = made(name, known).to_json()
        assert results.evaluation(name, kept, Path("made-up.json"))["over_chance"]["learned"] is known


@pytest.mark.parametrize("name", MEASURED)
def test_a_record_of_before_asks_nothing(made, name):
    older = replace(made(name, False), over_chance=None)
    assert "Was anything learned?" not in dict(older.rows())
    content = {key: value for key, value in older.to_json().items() if key != "over_chance"}
    assert all("Nothing" not in each.title for each in figures.making.draw(name, content, older.arrays()))
