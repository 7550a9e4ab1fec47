import base64

import numpy as np
import pytest

from thalweg import runs
from thalweg.errors import RunError
from thalweg.page.networks import LIGHT_BUDGET, packed


def numbers(content, name):
    entry = content["tensors"][name]
    return np.frombuffer(base64.b64decode(entry["data"]), f"<f{entry['bytes']}").reshape(entry["shape"])


def test_what_is_packed(digits_run):
    found = packed(digits_run)
    assert found.members == (0, 1, 2)
    assert found.content is not None
    assert {name: found.content[name] for name in ("layers", "convolutions", "activation", "readout")} == {
        "layers": 2,
        "convolutions": 0,
        "activation": "sigmoid",
        "readout": "softmax",
    }
    for name, tensor in digits_run.weights().items():
        large = tensor[0].size > 4096
        assert found.content["tensors"][name]["bytes"] == (2 if large else 4)
        np.testing.assert_allclose(numbers(found.content, name), tensor, rtol=5e-4 if large else 0, atol=1e-7)


def test_fewer_where_they_would_be_too_large(digits_run):
    one = 2 * 28 * 28 * 6 + 4 * (6 + 6 * 10 + 10)
    found = packed(digits_run, budget=round(2.5 * one * 4 / 3))
    assert found.members == (0, 1)
    assert "2 of the 3 networks" in found.note
    none = packed(digits_run, budget=one)
    assert none.content is None
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
    found = packed(runs.open(copied_digits.path))
    assert found.members == (1,)
    assert found.content is not None
    assert len(numbers(found.content, "layers.0.weight")) == 1
    assert "2 that diverged are left out" in found.note


def test_no_network_that_the_page_does_not_know(copied_digits):
    recipe = copied_digits.record["recipe"]
    copied_digits.update(recipe={**recipe, "network": {"kind": "transformer"}})
    assert "'transformer'" in packed(copied_digits).why


def test_weights_of_another_run(copied_digits):
    copied_digits.update(members=4)
    with pytest.raises(RunError, match="expected the weights of 4 members of 10 classes, found 3 members"):
        packed(copied_digits)


def test_damaged_weights(copied_digits):
    file = copied_digits.path / "population.safetensors"
    file.write_bytes(file.read_bytes()[:100])
    with pytest.raises(RunError, match=r"population\.safetensors: damaged"):
        packed(copied_digits)
