import base64

import numpy as np
import pytest

from thalweg import runs
from thalweg.errors import RunError
from thalweg.report.reading import Subject
from thalweg.report.weights import LIGHT_BUDGET, pad_of


def numbers(packed, name):
    entry = packed["tensors"][name]
    return np.frombuffer(base64.b64decode(entry["data"]), f"<f{entry['bytes']}").reshape(entry["shape"])


def test_what_is_packed(digits_run):
    pad = pad_of(Subject(digits_run))
    assert pad.members == (0, 1, 2)
    assert pad.packed is not None
    assert {name: pad.packed[name] for name in ("layers", "convolutions", "activation", "readout")} == {
        "layers": 2,
        "convolutions": 0,
        "activation": "sigmoid",
        "readout": "softmax",
    }
    for name, tensor in digits_run.weights().items():
        large = tensor[0].size > 4096
        assert pad.packed["tensors"][name]["bytes"] == (2 if large else 4)
        np.testing.assert_allclose(numbers(pad.packed, name), tensor, rtol=5e-4 if large else 0, atol=1e-7)


def test_fewer_where_they_would_be_too_large(digits_run):
    one = 2 * 28 * 28 * 6 + 4 * (6 + 6 * 10 + 10)
    pad = pad_of(Subject(digits_run), budget=round(2.5 * one * 4 / 3))
    assert pad.members == (0, 1)
    assert "2 of the 3 networks" in pad.note
    none = pad_of(Subject(digits_run), budget=one)
    assert none.packed is None
    assert "one of these networks alone would add 13 KB" in none.why


def test_sixty_four_classic_networks_fit_the_light_page():
    classic = 2 * 784 * 16 + 4 * (16 + 16 * 16 + 16 + 16 * 10 + 10)
    assert 64 * classic * 4 / 3 < LIGHT_BUDGET < 2_500_000


def test_diverged_members_and_weights_beyond_half_precision_are_left_out(copied_digits):
    tensors = copied_digits.weights()
    tensors["layers.0.weight"] = tensors["layers.0.weight"].copy()
    tensors["layers.0.weight"][2, 0, 0] = 7e4
    copied_digits.write_weights(tensors, {"readout": "softmax"})
    copied_digits.update(diverged=[0])
    pad = pad_of(Subject(runs.open(copied_digits.path)))
    assert pad.members == (1,)
    assert pad.packed is not None
    assert len(numbers(pad.packed, "layers.0.weight")) == 1
    assert "2 that diverged are left out" in pad.note


@pytest.mark.parametrize(
    ("shape", "words"),
    [([784], "rows of numbers"), ([28, 28, 3], "in colour"), ([14, 56], "14x56"), ([6, 6], "at least 8x8")],
)
def test_no_pad_for_what_cannot_be_drawn(copied_digits, shape, words):
    copied_digits.update(input_shape=shape)
    pad = pad_of(Subject(copied_digits))
    assert pad.packed is None
    assert words in pad.why


def test_no_pad_for_a_network_that_the_page_does_not_know(copied_digits):
    recipe = copied_digits.record["recipe"]
    copied_digits.update(recipe={**recipe, "network": {"kind": "transformer"}})
    assert "'transformer'" in pad_of(Subject(copied_digits)).why


def test_weights_of_another_run(copied_digits):
    copied_digits.update(members=4)
    with pytest.raises(RunError, match="expected the weights of 4 members of 10 classes, found 3 members"):
        pad_of(Subject(copied_digits))


def test_damaged_weights(copied_digits):
    file = copied_digits.path / "population.safetensors"
    file.write_bytes(file.read_bytes()[:100])
    with pytest.raises(RunError, match=r"population\.safetensors: damaged"):
        pad_of(Subject(copied_digits))
