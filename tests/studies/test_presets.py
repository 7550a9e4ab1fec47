"""Presets can answer what they ask, on the data that they are for: nothing of them is refused."""

import numpy as np
import pytest

from thalweg import data
from thalweg.studies import STUDIES, find

PRESETS = [(name, preset) for name in STUDIES for preset in find(name).presets]
FOR_DIGITS = ("census",)


class Reached(Exception):
    """The first part is about to be made."""


def reach(what, place, count):
    assert (place, count > 0) == (0, True)
    raise Reached


@pytest.fixture(scope="module")
def like_mnist():
    """As many pictures of as many pixels as MNIST has, all of one grey."""

    def part(examples):
        return np.full((examples, 28, 28), 9, np.uint8), np.arange(examples) % 10

    return data.from_arrays(*part(60_000), test=part(10_000), name="like-mnist")


@pytest.mark.parametrize(("name", "preset"), PRESETS)
def test_every_preset_comes_to_its_first_part(name, preset, digits, like_mnist, monkeypatch):
    monkeypatch.setenv("THALWEG_MEMORY", "16GB")
    study = find(name)
    dataset = digits if preset == "quick" or name in FOR_DIGITS else like_mnist
    with pytest.raises(Reached):
        study.make(dataset, study.presets[preset], progress=reach)
