"""Numbers over a plane, as the page reads them: places, slopes, lines of equal height, networks, balls."""

import base64

import equinox as eqx
import jax
import numpy as np
import pytest

from tests.lab.modules import asked
from thalweg.lab.contents import part
from thalweg.lab.opened import opened
from thalweg.weights.interpolation import EmpiricalCost
from thalweg.weights.planes import plane_through, principal_plane, random_plane

MODULES = ["hill/surface", "costs"]


def coded(values):
    return base64.b64encode(np.asarray(values, "<f4").tobytes()).decode("ascii")


def ground(heights, *, across=(-2.0, 2.0), up=(0.0, 3.0)):
    """A plane of these heights [grid, grid], with one network of one weight three times over."""
    tensor = {"shape": [3, 1, 1], "bytes": 4, "data": coded([0.0, 1.0, 2.0])}
    vertices = {
        "members": [0, 1, 2],
        "input_shape": [1],
        "class_names": ["0"],
        "activation": "relu",
        "readout": "softmax",
        "layers": 1,
        "convolutions": 0,
        "tensors": {"layers.0.weight": tensor, "layers.0.bias": {**tensor, "shape": [3, 1]}},
    }
    return {
        "across": across,
        "up": up,
        "values": coded(heights),
        "accuracy": coded(heights),
        "corners": [[0.5, 0.25], [1.75, 0.5], [-0.5, 2.0]],
        "vertices": vertices,
    }


def ask(node, body, given):
    made = "const surface = new Surface(given.plane, given.grid); "
    return asked(node, MODULES, made + body, given)


def test_a_number_between_four_is_bilinear_and_the_slope_that_of_a_plane(node):
    generator = np.random.default_rng(0)
    heights = generator.normal(size=(5, 5))
    places = np.column_stack([generator.uniform(-2, 2, 40), generator.uniform(0, 3, 40)])
    body = """return given.places.map((place) => ({
        read: surface.read(place), back: surface.place(...surface.cell(place)) }));"""
    found = ask(node, body, {"plane": ground(heights), "grid": 5, "places": places.tolist()})
    cells = (places - [-2, 0]) / [4, 3] * 4
    for (column, row), place, each in zip(cells, places, found, strict=True):
        left, bottom = int(column), int(row)
        weights = np.outer([1 - row + bottom, row - bottom], [1 - column + left, column - left])
        expected = (weights * heights[bottom : bottom + 2, left : left + 2]).sum()
        assert each["read"] == pytest.approx(expected, abs=1e-6)
        np.testing.assert_allclose(each["back"], place, atol=1e-9)
    tilted = 3 * np.arange(7)[None, :] - 2 * np.arange(7)[:, None]
    slope = ask(node, "return surface.slope([0.1, 1.2]);", {"plane": ground(tilted), "grid": 7})
    np.testing.assert_allclose(slope, [3, -2], atol=1e-5)


def test_shares_meet_the_corners_and_add_up_to_one(node):
    plane = ground(np.zeros((3, 3)))
    corners = np.array(plane["corners"])
    places = np.vstack([corners, np.random.default_rng(0).uniform(-2, 3, (20, 2))])
    body = "return given.places.map((place) => surface.shares(place));"
    found = np.array(ask(node, body, {"plane": plane, "grid": 3, "places": places.tolist()}))
    np.testing.assert_allclose(found[:3], np.eye(3), atol=1e-9)
    np.testing.assert_allclose(found.sum(axis=1), 1, atol=1e-12)
    np.testing.assert_allclose(found @ corners, places, atol=1e-9)


def test_a_line_of_equal_height_on_a_cone_is_a_circle(node):
    grid = 61
    rows, columns = np.mgrid[:grid, :grid]
    cone = np.hypot(columns - 30, rows - 28)
    pieces = np.array(ask(node, "return surface.contour(17.3);", {"plane": ground(cone), "grid": grid}))
    away = np.hypot(pieces[..., 0] - 30, pieces[..., 1] - 28)
    np.testing.assert_allclose(away, 17.3, atol=0.02)
    lengths = np.linalg.norm(pieces[:, 0] - pieces[:, 1], axis=1)
    assert lengths.sum() == pytest.approx(2 * np.pi * 17.3, rel=2e-3)
    ends, counts = np.unique(pieces.reshape(-1, 2).round(9), axis=0, return_counts=True)
    assert len(ends) == len(pieces)
    assert set(counts) == {2}  # closed: every end is another's beginning
    assert ask(node, "return surface.contour(99);", {"plane": ground(cone), "grid": grid}) == []


def test_balls_never_roll_up_and_come_to_rest_where_it_is_low(node):
    grid = 41
    rows, columns = np.mgrid[:grid, :grid] / 4
    heights = (columns - 6) ** 2 + 3 * (rows - 3) ** 2 + np.sin(4 * columns) * np.cos(3 * rows)
    starts = np.random.default_rng(0).uniform([-2, 0], [2, 3], (30, 2)).tolist()
    body = """return given.starts.map((start) => {
        const way = rolled(surface, start);
        return { way, heights: way.map((place) => surface.read(place)) };
    });"""
    given = {"plane": ground(heights), "grid": grid, "starts": starts}
    found = ask(node, body, given)
    for start, each in zip(starts, found, strict=True):
        np.testing.assert_allclose(each["way"][0], start, atol=1e-9)
        assert (np.diff(each["heights"]) <= 0).all()
    assert np.median([len(each["way"]) for each in found]) > 5
    bowl = (columns - 6) ** 2 + 3 * (rows - 3) ** 2
    found = ask(node, body, {"plane": ground(bowl), "grid": grid, "starts": starts})
    lowest = np.array([-2 + 6 / 10 * 4, 3 / 10 * 3])
    for each in found:
        if np.abs(np.array(each["way"][0]) - lowest).max() < 0.8:  # well inside
            np.testing.assert_allclose(each["way"][-1], lowest, atol=0.06)
    flat = ask(node, "return rolled(surface, [1, 1]);", {"plane": ground(np.zeros((9, 9))), "grid": 9})
    np.testing.assert_allclose(flat, [[1, 1]])


@pytest.fixture(scope="module")
def measured(lab_run):
    """What was opened, and its hill."""
    run = opened(lab_run)
    return run, part("hill", run)


@pytest.mark.parametrize("name", ["path", "members", "random"])
def test_the_network_of_a_place_costs_what_was_measured_there(node, measured, digits, name):
    run, given = measured
    (plane,) = (each for each in given["planes"] if each["name"] == name)
    grid, generator = plane["grid"], np.random.default_rng(0)
    cells = generator.integers(0, grid, (12, 2))
    inputs, labels = np.asarray(digits.train.inputs[:40]), np.asarray(digits.train.labels[:40])
    body = """return given.cells.map(([column, row]) => {
        const network = surface.networkAt(surface.place(column, row));
        return given.inputs.map((own, place) => {
            const values = Float32Array.from(own), logits = network.logits(values)[0];
            return { logits, cost: costOf("quadratic", logits, given.labels[place]).cost };
        });
    });"""
    asking = {
        "plane": plane,
        "grid": grid,
        "cells": cells.tolist(),
        "inputs": inputs.reshape(40, -1).tolist(),
        "labels": labels.tolist(),
    }
    found = ask(node, body, asking)
    places = np.column_stack(
        [np.linspace(*plane[axis], grid)[cells[:, number]] for number, axis in enumerate(("across", "up"))]
    )
    exact = exactly(name, run)
    heights = exact.heights(places, EmpiricalCost(inputs, labels, "quadratic"))
    costs = np.array([[each["cost"] for each in answers] for answers in found]).mean(axis=1)
    np.testing.assert_allclose(costs, heights.cost, atol=2e-3)
    assert np.ptp(heights.cost) > 0.05
    network = with_shares(exact, places[0])
    said = np.stack([np.asarray(network(each)) for each in inputs])
    np.testing.assert_allclose([each["logits"] for each in found[0]], said, atol=0.02, rtol=2e-3)


def with_shares(plane, place):
    """The network of a place of the plane."""
    shares = plane.shares(place[None])[0]
    arrays, rest = eqx.partition(plane.vertices, eqx.is_array)
    mixed = jax.tree.map(
        lambda leaf: sum(share * each for share, each in zip(shares, leaf, strict=True)), arrays
    )
    return eqx.combine(mixed, rest)


def exactly(name, run):
    """The plane in full precision, as `contents/hill.py` chooses it."""
    first = run.population[0].network
    if name == "path":
        return principal_plane(first, run.training_path.flat(0))
    if name == "members":
        return plane_through([run.population[member].network for member in range(3)])
    return random_plane(first, np.random.default_rng([0, 2, 0]))
