import re

import jax
import numpy as np

from thalweg.networks import Mlp, Population
from thalweg.networks.population import History

HOSTILE = "<script>alert(1)</script>"


def population(members=5, epochs=4, *, diverged=(), names=("a", "b", "c")):
    keys = jax.random.split(jax.random.key(0), members)
    networks = jax.vmap(lambda key: Mlp((7,), "relu").build(key, (6, 5), 3))(keys)
    accuracy = np.linspace(0.1, 0.9, members * epochs).reshape(epochs, members).T
    empty = np.full((members, epochs), np.nan)
    history = History(accuracy, accuracy, empty, empty) if epochs else None
    flags = np.isin(np.arange(members), diverged)
    return Population(networks, flags, "softmax", (6, 5), names, history)


def test_it_says_who_is_in_it():
    found = population(diverged=(1,))
    shown = found._repr_html_()
    assert "Population of 5 members" in shown
    assert f"Mlp of {found.parameters:,} weights and biases each" in shown
    assert "6\u00d75" in shown
    assert "1 of 5" in shown
    last = 100 * np.asarray(found.history.accuracy)[[0, 2, 3, 4], -1]
    assert f"median {np.median(last):.1f} %, from {last.min():.1f} to {last.max():.1f} %" in shown


def test_the_curve_is_the_median_from_left_to_right():
    line = re.search(r'polyline points="([^"]+)"', population()._repr_html_())
    points = np.array([[float(part) for part in point.split(",")] for point in line[1].split()])
    median = np.median(np.asarray(population().history.accuracy), axis=0)
    np.testing.assert_allclose(58 - 56 * median, points[:, 1], atol=0.06)
    assert points[0, 0] == 0
    assert points[-1, 0] == 240


def test_it_is_small_static_and_safe():
    names = tuple(f"{HOSTILE}{place}" for place in range(300))
    shown = population(members=20, epochs=1000, names=names)._repr_html_()
    assert len(shown) < 20_000
    assert "<script" not in shown
    assert "288 more" in shown


def test_without_history_or_sound_members_there_is_no_curve():
    assert "<svg" not in population(epochs=0)._repr_html_()
    assert "<svg" not in population(members=2, diverged=(0, 1))._repr_html_()
    assert repr(population(epochs=0)).startswith("Population(5 members")
