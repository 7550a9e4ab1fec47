import jax
import jax.numpy as jnp
import numpy as np
import pytest
from sklearn.metrics import log_loss

from thalweg.networks.costs import COST_NAMES, cost_per_example, is_right, readout_of, targets

LOGITS = jnp.array([[2.0, -1.0, 0.5], [0.0, 3.0, -2.0], [1.0, 1.0, 1.0]])
LABELS = jnp.array([0, 1, 2])


def test_cross_entropy_is_scikit_learns_log_loss():
    ours = cost_per_example("cross-entropy", LOGITS, targets(LABELS, 3)).mean()
    assert ours == pytest.approx(log_loss(LABELS, jax.nn.softmax(LOGITS), labels=[0, 1, 2]), abs=1e-6)


def test_quadratic_is_half_the_sum_of_squared_differences():
    # output activations 0.5 and 0.880797, target 1 and 0: (0.25 + 0.775803) / 2
    cost = cost_per_example("quadratic", jnp.array([[0.0, 2.0]]), jnp.array([[1.0, 0.0]]))
    assert float(cost[0]) == pytest.approx(0.5 * (0.25 + 0.8807970779778823**2), abs=1e-6)


def test_binary_cross_entropy_sums_independent_outputs():
    cost = cost_per_example("binary-cross-entropy", jnp.array([[0.0, 2.0]]), jnp.array([[1.0, 0.0]]))
    assert float(cost[0]) == pytest.approx(np.log(2) - np.log(1 - 0.8807970779778823), abs=1e-5)


def test_label_smoothing_moves_mass_evenly():
    smooth = targets(jnp.array([1]), 4, 0.2)
    np.testing.assert_allclose(smooth, [[0.05, 0.85, 0.05, 0.05]], atol=1e-7)


@pytest.mark.parametrize("cost", COST_NAMES)
def test_costs_stay_finite_for_extreme_logits(cost):
    logits = jnp.array([[1e4, -1e4, 0.0]])
    assert np.isfinite(cost_per_example(cost, logits, targets(jnp.array([1]), 3))).all()


def test_every_cost_has_its_readout():
    assert [readout_of(cost) for cost in COST_NAMES] == ["sigmoid", "softmax", "sigmoid"]


def test_nan_logits_are_never_right():
    logits = jnp.array([[jnp.nan, 1.0, 0.0], [3.0, 1.0, 0.0], [0.0, 1.0, 0.0]])
    np.testing.assert_array_equal(is_right(logits, jnp.array([0, 0, 0])), [False, True, False])


@pytest.mark.parametrize("name", COST_NAMES)
def test_many_networks_that_share_their_targets_cost_what_each_costs_alone(name):
    # 64,000 rows: jaxlib 0.10.2 compiles jax.nn.log_softmax here into a loop that is wrong beyond 32,768
    generator = np.random.default_rng(0)
    logits = (3 * generator.standard_normal((64, 1000, 10))).astype(np.float32)
    labels = generator.integers(0, 10, 1000)
    one = jax.jit(lambda one, labels: cost_per_example(name, one, targets(labels, 10)))
    together = jax.jit(lambda all, labels: jax.vmap(lambda logits: one(logits, labels))(all))(logits, labels)
    alone = np.stack([one(row, labels) for row in logits])
    np.testing.assert_allclose(together, alone, atol=1e-4)
