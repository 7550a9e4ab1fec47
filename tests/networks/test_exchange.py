import equinox as eqx
import jax
import numpy as np
import pytest

from thalweg.errors import RunError
from thalweg.networks import ConvNet, Mlp, exchange

SPECS = [(Mlp((3, 2)), (4, 4)), (Mlp(()), (5,)), (ConvNet(), (12, 12))]
MLP, SHAPE, CLASSES, MEMBERS = SPECS[0][0], (4, 4), 3, 2


def stacked(spec, input_shape, members=MEMBERS):
    keys = jax.random.split(jax.random.key(0), members)
    return eqx.filter_vmap(lambda key: spec.build(key, input_shape, CLASSES))(keys)


@pytest.fixture
def tensors():
    return exchange.to_tensors(stacked(MLP, SHAPE))


@pytest.mark.parametrize(("spec", "input_shape"), SPECS)
def test_a_population_comes_back_as_it_was(spec, input_shape):
    networks = stacked(spec, input_shape)
    again = exchange.from_tensors(exchange.to_tensors(networks), spec, input_shape, CLASSES)
    assert bool(eqx.tree_equal(networks, jax.tree.map(jax.numpy.asarray, again)))
    assert jax.tree.structure(again) == jax.tree.structure(networks)


def test_names_and_shapes_speak_for_themselves(tensors):
    assert {name: tensor.shape for name, tensor in tensors.items()} == {
        "layers.0.weight": (2, 3, 16),
        "layers.0.bias": (2, 3),
        "layers.1.weight": (2, 2, 3),
        "layers.1.bias": (2, 2),
        "layers.2.weight": (2, 3, 2),
        "layers.2.bias": (2, 3),
    }


def test_the_order_of_the_tensors_does_not_matter(tensors):
    turned = dict(reversed(tensors.items()))
    again = exchange.from_tensors(turned, MLP, SHAPE, CLASSES)
    np.testing.assert_array_equal(again.layers[0].bias, tensors["layers.0.bias"])
    np.testing.assert_array_equal(again.layers[2].weight, tensors["layers.2.weight"])


def test_parameters_are_counted_without_building():
    assert exchange.count_parameters(Mlp((16, 16)), (28, 28), 10) == 13_002
    spec, input_shape = SPECS[2]
    networks = stacked(spec, input_shape, members=1)
    leaves = jax.tree.leaves(eqx.filter(networks, eqx.is_array))
    assert exchange.count_parameters(spec, input_shape, CLASSES) == sum(leaf.size for leaf in leaves)


def test_a_missing_tensor_is_named(tensors):
    del tensors["layers.1.bias"]
    with pytest.raises(RunError, match=r"lack 'layers\.1\.bias'"):
        exchange.from_tensors(tensors, MLP, SHAPE, CLASSES)
    with pytest.raises(RunError, match="they hold nothing"):
        exchange.from_tensors({}, MLP, SHAPE, CLASSES)


def test_a_tensor_too_many_is_named(tensors):
    tensors["layers.2.wieght"] = np.zeros(2)
    with pytest.raises(RunError, match=r"'layers\.2\.wieght', which") as error:
        exchange.from_tensors(tensors, MLP, SHAPE, CLASSES)
    assert "Did you mean 'layers.2.weight'?" in error.value.hint


def test_weights_of_another_shape_are_named(tensors):
    with pytest.raises(RunError, match=r"layers\.0\.weight has shape \(2, 3, 16\): expected \(2, 3, 25\)"):
        exchange.from_tensors(tensors, MLP, (5, 5), CLASSES)


@pytest.mark.parametrize(
    ("shape", "classes"), [((0,), 3), ((4, -1), 3), ((4,), 0), ((-(10**9),), 3), ((2, 2), -7)]
)
@pytest.mark.parametrize("initialisation", ["glorot", "uniform", "he"])
def test_networks_of_nothing_are_named(tensors, shape, classes, initialisation):
    with pytest.raises(RunError, match="expected 1 or more of each"):
        exchange.from_tensors(tensors, Mlp((3,), "tanh", initialisation), shape, classes)


def test_members_must_agree(tensors):
    tensors["layers.1.weight"] = tensors["layers.1.weight"][:1]
    with pytest.raises(RunError, match=r"layers\.1\.weight has shape \(1, 2, 3\): expected \(2, 2, 3\)"):
        exchange.from_tensors(tensors, MLP, SHAPE, CLASSES)


def test_weights_of_another_type_are_named(tensors):
    tensors["layers.0.bias"] = tensors["layers.0.bias"].astype(np.float64)
    with pytest.raises(RunError, match=r"layers\.0\.bias is float64: expected float32"):
        exchange.from_tensors(tensors, MLP, SHAPE, CLASSES)
