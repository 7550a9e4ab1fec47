import numpy as np
import pytest

from thalweg.evaluation.lanczos import ends, lanczos, quadrature


def matrix(values, seed=0):
    size = len(values)
    turned, _ = np.linalg.qr(np.random.default_rng(seed).standard_normal((size, size)))
    return turned @ np.diag(values) @ turned.T, turned


VALUES = np.concatenate([[-2.0], np.linspace(-0.5, 1, 150), [7.0]])


def test_the_ends_are_the_true_ones_within_their_residuals():
    a, turned = matrix(VALUES)
    found = ends(lambda v: a @ v, len(a), seed=0, steps=150)
    for one, place in ((found.smallest, 0), (found.largest, -1)):
        assert one.value == pytest.approx(VALUES[place], rel=1e-10)
        assert one.residual < 1e-6
        assert abs(one.vector @ turned[:, place]) == pytest.approx(1, abs=1e-8)
    assert found.none_below < -2


def test_too_few_steps_are_confessed_by_the_residual():
    a, _ = matrix(np.linspace(0, 1, 300))
    found = ends(lambda v: a @ v, len(a), seed=0, steps=12)
    low, high = found.smallest.interval
    assert high - low > 1e-3
    assert found.none_below < 0 < found.smallest.value


def test_the_basis_stays_orthogonal():
    a, _ = matrix(np.geomspace(1e-8, 1, 200))
    basis = lanczos(lambda v: a @ v, np.ones(200), steps=200).basis
    np.testing.assert_allclose(basis @ basis.T, np.eye(len(basis)), atol=1e-12)


def test_directions_set_apart_are_not_found():
    a, turned = matrix(VALUES)
    apart = turned[:, :1]
    found = ends(lambda v: a @ v, len(a), seed=0, steps=150, project=lambda v: v - apart @ (apart.T @ v))
    assert found.smallest.value == pytest.approx(-0.5, rel=1e-7)


@pytest.mark.parametrize("seed", range(5))
def test_what_is_set_apart_stays_apart_when_hardly_anything_else_is_left(seed):
    # as at a minimum: of some hundred directions a few dozen are steep, and one is flat for a known reason
    values = np.concatenate([[0.0], np.geomspace(1e-4, 6e-4, 250), np.geomspace(1e-3, 5, 49)])
    a, turned = matrix(values, seed)
    apart = turned[:, :1]
    set_apart = {"project": lambda v: v - apart @ (apart.T @ v), "tolerance": 1e-13}
    found = ends(lambda v: a @ v, len(a), seed=seed, steps=1500, **set_apart)
    assert found.smallest.value == pytest.approx(1e-4, rel=1e-6)
    assert found.smallest.interval[0] > 0


def test_the_trace_is_within_its_error():
    a, _ = matrix(VALUES)
    traces = quadrature(lambda v: a @ v, len(a), seed=0, probes=200, steps=2).traces
    error = traces.std(ddof=1) / np.sqrt(200)
    assert abs(traces.mean() - VALUES.sum()) < 4 * error
    assert error < 0.1 * abs(VALUES.sum())


def test_the_density_integrates_to_one_and_follows_the_eigenvalues():
    a, _ = matrix(VALUES)
    found = quadrature(lambda v: a @ v, len(a), seed=0, probes=20, steps=40)
    grid = np.linspace(-4, 9, 500)
    density = found.density(grid, 0.2).mean(axis=0)
    assert density.sum() * (grid[1] - grid[0]) == pytest.approx(1, abs=1e-6)
    true = np.exp(-0.5 * ((grid - VALUES[:, None]) / 0.2) ** 2).mean(axis=0) / (0.2 * np.sqrt(2 * np.pi))
    assert np.abs(density - true).max() < 0.05
    assert found.negative(0).mean() == pytest.approx((VALUES < 0).mean(), abs=0.05)
