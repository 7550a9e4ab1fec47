"""What a page computes of one network, layer by layer and backwards, against JAX."""

import json
import subprocess

import numpy as np
import pytest

from thalweg.networks import ConvNet, Mlp
from thalweg.page import assets

SPECS = {
    "sigmoid": Mlp((16, 16)),
    "gelu": Mlp((12,), "gelu"),
    "linear": Mlp(()),
    "tanh": Mlp((8, 8), "tanh"),
    "relu": Mlp((8,), "relu"),
    "convnet": ConvNet((4, 6), dense=(12,)),
    "same": ConvNet((3,), kernel=4, pool=3, padding="same", dense=(), activation="tanh"),
    "unpooled": ConvNet((2, 3), kernel=5, pool=1, dense=()),
}
ASKED = """
import { gradient } from "MODULES/gradient.js";
import { networksOf } from "MODULES/network.js";
import { readFileSync } from "node:fs";
const { described, asked } = JSON.parse(readFileSync(0, "utf8"));
for (const tensor of Object.values(described.tensors)) {
  tensor.values = Float32Array.from(tensor.values);
  tensor.size = tensor.values.length / described.members.length;
}
const networks = networksOf(described);
console.log(JSON.stringify(asked.map(({ member, inputs, target }) => ({
  slope: [...gradient(networks, member, Float32Array.from(inputs), target)],
  layers: networks.trace(member, Float32Array.from(inputs)).map(
    ({ kind, values, shape }) => ({ kind, shape, values: [...values] })),
  logits: [...networks.logits(Float32Array.from(inputs))[member]],
}))));
"""


@pytest.fixture
def asked(node):
    """Ask the page's networks in Node.js: [{slope, layers, logits}]."""

    def ask(described, questions):
        code = ASKED.replace("MODULES", assets.STATIC.as_uri())
        told = subprocess.run(
            [node, "--input-type=module", "-e", code],
            input=json.dumps({"described": described, "asked": questions}),
            capture_output=True,
            text=True,
            check=True,
        )
        return json.loads(told.stdout)

    return ask


def stacked(spec, members=2):
    """Return networks with large random weights, stacked, so that they differ."""
    import equinox as eqx
    import jax

    keys = jax.random.split(jax.random.key(3), members)
    drawn = eqx.filter_vmap(lambda key: spec.build(key, (28, 28), 10))(keys)
    return jax.tree.map(lambda leaf: 2 * leaf if eqx.is_array(leaf) else leaf, drawn)


def described(spec, networks, members=2):
    """Return them as `networksOf` takes them."""
    from thalweg.networks import exchange

    tensors = exchange.to_tensors(networks)
    parts = {
        part: {name.split(".")[1] for name in tensors if name.startswith(part)} for part in ("layers", "conv")
    }
    return {
        "members": list(range(members)),
        "input_shape": [28, 28],
        "class_names": [str(digit) for digit in range(10)],
        "activation": spec.activation,
        "pool": getattr(spec, "pool", 1),
        "padding": getattr(spec, "padding", "valid"),
        "readout": "softmax",
        "layers": len(parts["layers"]),
        "convolutions": len(parts["conv"]),
        "tensors": {
            name: {"shape": list(tensor.shape[1:]), "values": np.asarray(tensor).ravel().tolist()}
            for name, tensor in tensors.items()
        },
    }


@pytest.mark.parametrize("name", SPECS)
def test_the_slope_of_a_logit_is_that_of_jax(asked, digits, name):
    import equinox as eqx
    import jax

    spec = SPECS[name]
    networks = stacked(spec)
    images = np.asarray(digits.test.inputs[:3])
    questions = [
        {"member": member, "inputs": image.ravel().tolist(), "target": target}
        for member, image, target in zip((0, 1, 1), images, (3, 7, 0), strict=True)
    ]
    for question, image, found in zip(
        questions, images, asked(described(spec, networks), questions), strict=True
    ):
        member, target = question["member"], question["target"]
        arrays, rest = eqx.partition(networks, eqx.is_array)
        network = eqx.combine(jax.tree.map(lambda leaf, place=member: leaf[place], arrays), rest)
        logits = network(image)
        expected = jax.grad(lambda x, network=network, target=target: network(x)[target])(image)
        assert np.abs(expected).max() > 1e-3
        np.testing.assert_allclose(found["logits"], logits, atol=2e-5, rtol=1e-5)
        np.testing.assert_allclose(np.reshape(found["slope"], (28, 28)), expected, atol=1e-5, rtol=1e-5)


def test_every_layer_is_what_it_makes_of_the_one_before(asked, digits):
    spec = SPECS["sigmoid"]
    networks = stacked(spec)
    content = described(spec, networks)
    image = np.asarray(digits.test.inputs[5]).ravel()
    (found,) = asked(content, [{"member": 1, "inputs": image.tolist(), "target": 0}])
    assert [layer["kind"] for layer in found["layers"]] == ["dense"] * 3
    values = image
    for depth, layer in enumerate(found["layers"]):
        parts = {part: content["tensors"][f"layers.{depth}.{part}"] for part in ("weight", "bias")}
        weight, bias = (np.reshape(each["values"], (2, *each["shape"]))[1] for each in parts.values())
        values = weight @ values + bias
        if depth < 2:
            values = 1 / (1 + np.exp(-values))
        np.testing.assert_allclose(layer["values"], values, rtol=1e-5, atol=1e-5)


def test_a_convnet_shows_its_detectors_too(asked, digits):
    spec = SPECS["convnet"]
    image = np.asarray(digits.test.inputs[0]).ravel().tolist()
    (found,) = asked(described(spec, stacked(spec)), [{"member": 0, "inputs": image, "target": 0}])
    kinds = [layer["kind"] for layer in found["layers"]]
    assert kinds == ["convolution", "pooled"] * 2 + ["dense"] * 2
    for layer in found["layers"]:
        assert len(layer["values"]) == np.prod(layer["shape"])
