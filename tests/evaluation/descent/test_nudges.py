import json

import numpy as np
import pytest

from thalweg.evaluation.descent.nudges import Nudges, in_words, nudges_of
from thalweg.weights.gradients import CostsAndGradients


def by_hand():
    """Two members of five weights: sizes 4 3 2 1 0 and 1 1 1 1 6."""
    gradient = {
        "layers.0.weight": np.array([[[4.0, -3.0], [2.0, 1.0]], [[1.0, 1.0], [-1.0, 1.0]]]),
        "layers.0.bias": np.array([[0.0], [-6.0]]),
    }
    found = CostsAndGradients(np.ones(2), np.zeros(2), gradient)
    return nudges_of(found, epoch=3, members=np.array([0, 5]), input_shape=(1, 2), cost_name="quadratic")


def test_a_nudge_is_against_the_gradient():
    nudges = by_hand()
    np.testing.assert_array_equal(nudges.all, [[-4, 3, -2, -1, 0], [-1, -1, 1, -1, 6]])
    assert nudges.upward.value == pytest.approx((1 / 4 + 2 / 5) / 2)


def test_shares_of_the_top():
    nudges = by_hand()
    assert nudges.top_share(0.2).value == pytest.approx((4 / 10 + 6 / 10) / 2)
    assert nudges.top_share(0.4).value == pytest.approx((7 / 10 + 7 / 10) / 2)
    assert nudges.top_share(1.0).value == pytest.approx(1.0)
    assert nudges.top_share(0.001).value == nudges.top_share(0.2).value  # never less than one


def test_layers_share_the_whole():
    layers = by_hand().by_layer
    assert layers["layers.0.weight"]["mean"].value == pytest.approx((10 / 4 + 4 / 4) / 2)
    assert layers["layers.0.bias"]["share"].value == pytest.approx((0 + 0.6) / 2)
    assert sum(parts["share"].value for parts in layers.values()) == pytest.approx(1.0)


def test_pixels_sum_over_neurons():
    nudges = by_hand()
    np.testing.assert_array_equal(nudges.by_pixel, [[[6.0, 4.0]], [[2.0, 2.0]]])
    wide = Nudges(None, nudges.members, nudges.layers, (3, 3))
    assert wide.by_pixel is None
    assert set(wide.arrays("end")) == {"nudges_end_layers.0.weight", "nudges_end_layers.0.bias"}


def test_the_largest_are_named_with_their_place():
    first, second, *_ = by_hand().largest(1)
    assert first == {"layer": "layers.0.bias", "index": [0], "nudge": 6.0, "rank": 1}
    assert second == {"layer": "layers.0.weight", "index": [0, 0], "nudge": -1.0, "rank": 2}
    assert by_hand().largest(0, 3)[2]["index"] == [1, 0]


def test_json_and_arrays():
    nudges = by_hand()
    written = nudges.to_json()
    assert json.loads(json.dumps(written, allow_nan=False)) == written
    assert (written["epoch"], written["members"]) == (3, [0, 5])
    arrays = nudges.arrays("start")
    np.testing.assert_array_equal(arrays["nudges_start_by_pixel"], [[4.0, 3.0]])
    np.testing.assert_array_equal(arrays["nudges_start_layers.0.weight"], [[-4, 3], [-2, -1]])
    assert "the weights of layer 1 hold 70.0 % of it" in nudges.answer()
    assert "the biases of layer 1 the hardest" in nudges.answer()


def test_without_a_slope_there_are_no_shares():
    flat = Nudges(None, np.zeros(1), {"layers.0.weight": np.zeros((1, 2, 2))}, (2,))
    assert json.dumps(flat.to_json(), allow_nan=False)
    assert flat.top_share(0.1).value == flat.upward.value == 0.0


def test_layers_in_words():
    assert in_words("convolutions.1.bias") == "the biases of convolution 2"
    assert in_words("other") == "other"
