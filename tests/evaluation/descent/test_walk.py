import json

import numpy as np
import pytest

from thalweg.evaluation.descent.walk import Walk, steps_and_turns
from thalweg.statistics.intervals import student


def bowl(rate=0.25, epochs=5, starts=((4.0, 0.0), (0.0, 2.0))):
    """Gradient descent in the bowl |w|^2 / 2, whose gradient is w: every step is `rate` times the slope."""
    factors = (1 - rate) ** np.arange(epochs + 1)
    places = np.array(starts)[:, None, :] * factors[None, :, None]
    norms = np.linalg.norm(places, axis=2)
    length, turn = steps_and_turns(places, np.arange(epochs + 1))
    return Walk(
        epochs=np.arange(epochs + 1),
        members=np.arange(len(starts)),
        cost=norms**2 / 2,
        gradient_norm=norms,
        accuracy=np.full(norms.shape, 0.5),
        test_accuracy=None,
        step_length=length,
        turn=turn,
        cost_name="quadratic",
    )


def test_in_a_bowl_steps_are_as_long_as_the_slope_says_and_straight():
    found = bowl()
    np.testing.assert_allclose(found.step_length, 0.25 * found.gradient_norm[:, :-1])
    np.testing.assert_allclose(found.turn, 1.0)
    np.testing.assert_allclose(found.correlations, 1.0)
    step, slope = found.shrinkage
    assert step is not None
    assert slope is not None
    assert step.value == pytest.approx(slope.value) == pytest.approx(0.75**4)
    assert found.steps_with_slope is not None
    assert found.steps_with_slope.value == pytest.approx(1.0)


def test_steps_and_turns_worked_by_hand():
    # East by 3 in one epoch, north by 4 in two, back south by 4 in one, and a rest.
    places = np.array([[[0, 0], [3, 0], [3, 4], [3, 0], [3, 0]]], float)
    length, turn = steps_and_turns(places, np.array([0, 1, 3, 4, 5]))
    np.testing.assert_allclose(length, [[3, 2, 4, 0]])
    np.testing.assert_allclose(turn, [[0, -1, np.nan]])


def test_the_correlation_has_its_interval_over_members():
    found = bowl()
    swapped = found.step_length.copy()
    swapped[1, [0, 1]] = swapped[1, [1, 0]]
    mixed = Walk(**{**vars(found), "step_length": swapped})
    measured = mixed.steps_with_slope
    assert measured is not None
    assert measured.value == pytest.approx((1.0 + 0.9) / 2)
    low, _ = student(np.array([1.0, 0.9])) or (None, None)
    assert low is not None
    assert measured.interval == (pytest.approx(low), 1.0)


def test_bands_are_quartiles_over_members():
    found = bowl()
    cost = found.band("cost")
    assert cost is not None
    np.testing.assert_allclose(cost[:, 0], np.quantile([8.0, 2.0], (0.25, 0.5, 0.75)))
    assert found.band("test_accuracy") is None
    assert bowl(epochs=1).band("turn") is None


def test_json_arrays_and_rows():
    found = bowl()
    written = found.to_json()
    assert json.loads(json.dumps(written, allow_nan=False)) == written
    assert written["cost"]["median"][0] == 5.0
    assert written["steps_with_slope"]["value"] == pytest.approx(1.0)
    assert found.arrays()["walk_step_length"].shape == (2, 5)
    assert "walk_test_accuracy" not in found.arrays()
    answers = dict(found.rows())
    assert answers["How far down the hill did the ball roll in 5 epochs?"].startswith("cost 5.0000 to 0.2816")
    assert answers["How long is the last step?"] == "step 31.6 % of the first, where the slope is 31.6 %"
    assert "cosine 1.00 at first" in answers["Does it go straight down?"]


def test_a_path_that_never_moves_has_no_angles_and_no_correlation():
    still = bowl(rate=0.0)
    assert still.steps_with_slope is None
    assert still.shrinkage[0] is None
    written = still.to_json()
    assert written["turn"]["median"] == [None] * 4
    assert [question for question, _ in still.rows()][-1].startswith("How steep")
