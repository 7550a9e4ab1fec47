"""Networks and optimisers of one's own, by import path: trained as ours are, kept in a run, or refused."""

import equinox as eqx
import jax
import numpy as np
import optax
import pytest

import thalweg as tw
from tests.training import written_by_a_user as own
from thalweg.errors import NotApplicable, RecipeError
from thalweg.networks import Mlp, OwnNetwork
from thalweg.training import Cosine, OwnOptimiser, Recipe, Sgd, train

HERE = "tests.training.written_by_a_user"
SHORT = Recipe(epochs=2, batch_size=64)


@pytest.fixture(scope="module")
def digits():
    return tw.load("digits")


def with_(**parts):
    return Recipe(**{"epochs": 2, "batch_size": 64, **parts})


def test_an_optimiser_of_ones_own_takes_the_steps_of_ours(digits):
    recipe = with_(optimiser=Sgd([0.1, 0.3], momentum=0.9), schedule=Cosine())
    ours = train(recipe, digits.train, members=2, engine="xla")  # which trains theirs: the same to the bit
    theirs = train(
        with_(optimiser=OwnOptimiser(f"{HERE}:sgd", [0.1, 0.3]), schedule=Cosine()), digits.train, members=2
    )
    for one, other in zip(ours.networks.layers, theirs.networks.layers, strict=True):
        np.testing.assert_array_equal(one.weight, other.weight)


def test_a_network_of_ones_own_learns_as_ours_does(digits):
    ours = train(with_(network=Mlp((8,), "tanh"), l2=1e-3), digits.train, members=3)
    theirs = train(with_(network=OwnNetwork(f"{HERE}:AsOurs"), l2=1e-3), digits.train, members=3)
    np.testing.assert_allclose(
        ours.probabilities(digits.test), theirs.probabilities(digits.test), rtol=0, atol=1e-6
    )
    assert theirs.parameters == ours.parameters
    assert len(theirs[1:]) == 2


@pytest.mark.parametrize("maker", ["Residual", "library_mlp"])
def test_modules_of_any_make_are_trained_in_groups_of_any_size(digits, maker):
    recipe = with_(network=OwnNetwork(f"{HERE}:{maker}"), epochs=5)
    three = train(recipe, digits.train, members=3)  # groups of two and of one
    assert tw.evaluation.accuracy(three, digits.test).mean.mean > 0.6
    one = three[0]
    np.testing.assert_allclose(one.probabilities(digits.test), three.probabilities(digits.test)[0], atol=1e-6)


def test_a_run_of_ones_own_is_kept_and_opened(digits, tmp_path):
    recipe = with_(network=own.Residual, optimiser=own.clipped, name="mine")
    run = tw.train_run(recipe, digits, out=tmp_path / "run", members=2)
    population = tw.recording.population_of(run)
    assert recipe == Recipe.load(_written(run, tmp_path))
    again = train(recipe, tw.recording.as_trained(recipe, digits).train, members=2)
    np.testing.assert_allclose(
        population.probabilities(digits.test), again.probabilities(digits.test), atol=1e-6
    )


def _written(run, tmp_path):
    tw.recording.recipe_of(run).save(tmp_path / "mine.toml")
    return tmp_path / "mine.toml"


def test_questions_about_layers_do_not_apply(digits):
    population = train(with_(network=own.Residual), digits.train, members=2)
    with pytest.raises(NotApplicable, match="does not say what its layers are"):
        population.features(digits.test)
    with pytest.raises(NotApplicable, match="layers"):
        tw.evaluation.features(population, digits.test)
    found = tw.evaluate(population, digits, only=["accuracy", "outliers"])
    scores = found["outliers"].to_json()["ranking"]["far"]
    assert "maximum_probability" in scores
    assert not {"energy", "mahalanobis", "nearest_neighbour"} & set(scores)


def test_what_python_finds_by_name_may_be_given_itself():
    assert Recipe(optimiser=optax.lion).optimiser == OwnOptimiser("optax:lion")
    assert Recipe(network=own.Residual).network == OwnNetwork(f"{HERE}:Residual")


def _local(learning_rate):
    return optax.sgd(learning_rate)


_local.__qualname__ = "outer.<locals>._local"


@pytest.mark.parametrize(
    ("part", "given", "says"),
    [
        ("optimiser", optax.adam(1e-3), "OwnOptimiser('my_module:make')"),
        ("optimiser", _local, "Put it in a module of its own"),
        ("network", eqx.nn.MLP(4, 3, 8, 1, key=jax.random.key(0)), "OwnNetwork('my_module:make')"),
    ],
)
def test_what_cannot_be_found_again_is_refused_at_once(part, given, says):
    with pytest.raises(RecipeError) as refusal:
        Recipe(**{part: given})
    assert says in refusal.value.hint


@pytest.mark.parametrize(
    "path", ["", "adam", "a:b:c", "a b:c", ":x", "x:", "a.:b", "../a:b", "a:b()", 3, None]
)
@pytest.mark.parametrize("spec", [OwnNetwork, OwnOptimiser])
def test_a_path_that_is_none_is_refused(spec, path):
    with pytest.raises(RecipeError, match="module:name"):
        spec(path)


@pytest.mark.parametrize(
    ("parts", "says"),
    [
        ({"network": OwnNetwork("no_such_module:Net")}, "no module 'no_such_module'"),
        ({"network": OwnNetwork(f"{HERE}:Residul")}, "has no Residul"),
        ({"network": OwnNetwork(f"{HERE}:NOT_CALLED")}, "cannot be called"),
        ({"network": OwnNetwork(f"{HERE}:no_module")}, "not an equinox.Module"),
        ({"network": OwnNetwork(f"{HERE}:needs_more")}, "width"),
        ({"network": OwnNetwork(f"{HERE}:Transposed")}, r"shape \(9,\), not logits \[10\]"),
        ({"network": OwnNetwork(f"{HERE}:Counting")}, "int32; only float32"),
        ({"optimiser": OwnOptimiser("optax:lionn")}, "has no lionn"),
        ({"optimiser": OwnOptimiser(f"{HERE}:no_transformation")}, "it made a float"),
        ({"optimiser": OwnOptimiser(f"{HERE}:line_search")}, "one step of training failed"),
    ],
)
def test_what_does_not_fit_is_named_before_training(digits, tmp_path, parts, says):
    with pytest.raises(RecipeError, match=says):
        tw.train_run(with_(**parts), digits, out=tmp_path / "run", members=2)
    assert not (tmp_path / "run").exists()


def test_a_network_of_ones_own_has_no_dropout():
    with pytest.raises(RecipeError, match="draws nothing at random"):
        Recipe(network=OwnNetwork(f"{HERE}:Residual"), dropout=0.1)
