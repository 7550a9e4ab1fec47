import equinox as eqx
import jax
import numpy as np
import pytest

from thalweg.errors import TrainingError
from thalweg.networks import Mlp
from thalweg.training import Adam, Recipe, Sgd, groups, train

RECIPE = Recipe(network=Mlp((6,), "tanh"), optimiser=Sgd(0.3), batch_size=16, epochs=3)


def weights_of(population):
    return [np.asarray(leaf) for leaf in jax.tree.leaves(eqx.filter(population.networks, eqx.is_array))]


def assert_same(first, second, tolerance=0.0):
    for one, other in zip(weights_of(first), weights_of(second), strict=True):
        np.testing.assert_allclose(one, other, rtol=0, atol=tolerance)


class Memory:
    """A checkpoint that keeps what it is given, and stops the training after some epochs."""

    def __init__(self, stop_after=None):
        self.kept, self.stop_after = None, stop_after

    def save(self, tensors, facts):
        self.kept = ({name: array.copy() for name, array in tensors.items()}, dict(facts))
        if facts["epoch"] == self.stop_after:
            raise KeyboardInterrupt

    def load(self):
        return self.kept


def test_it_learns(train_split, test_split):
    population = train(RECIPE, train_split, members=4)
    right = population.probabilities(test_split).argmax(-1) == test_split.labels
    assert right.mean() > 0.9
    assert (population.history.cost[:, -1] < population.history.cost[:, 0]).all()


def test_the_same_call_gives_the_same_bits(train_split):
    assert_same(train(RECIPE, train_split, members=5, seed=3), train(RECIPE, train_split, members=5, seed=3))


def test_another_seed_gives_other_members(train_split):
    first, second = (train(RECIPE, train_split, members=2, seed=seed) for seed in (0, 1))
    assert np.abs(weights_of(first)[0] - weights_of(second)[0]).max() > 0.1


@pytest.mark.parametrize("order", ["shared", "own"])
def test_enlarging_a_population_changes_nobody(train_split, order):
    recipe = RECIPE.with_settings({"order": order, "dropout": 0.2, "augmentation.shift": 1.0})
    small, large = (train(recipe, train_split, members=members) for members in (1, 9))
    assert_same(small, large[:1], tolerance=2e-6)


def test_members_have_own_batches_when_asked(train_split):
    shared, own = (train(RECIPE.with_settings({"order": order}), train_split) for order in ("shared", "own"))
    assert np.abs(weights_of(shared)[0] - weights_of(own)[0]).max() > 1e-3


def test_many_small_groups_are_one_large_group(train_split, monkeypatch):
    together = train(RECIPE, train_split, members=7)
    monkeypatch.setattr(groups, "MEMORY_BYTES", 1)
    assert len(groups.share_out(7, 1000).bounds) == 7
    assert_same(together, train(RECIPE, train_split, members=7), tolerance=2e-6)


def test_members_that_fill_a_cache_are_trained_alone():
    assert len(groups.share_out(7, 1000, alone=True).bounds) == 7
    assert len(groups.share_out(7, 1000, 4, alone=True).bounds) == 2  # a resumed run keeps its groups


def test_groups_hold_whole_blocks_of_members_that_cost_as_one(monkeypatch):
    monkeypatch.setattr(groups, "core_count", lambda: 2)
    assert groups.share_out(64, 1000, together=16).bounds == ((0, 32), (32, 64))
    assert groups.share_out(40, 1000, together=16).bounds == ((0, 32), (32, 40))
    assert groups.share_out(40, 1000, 32, together=16).bounds == ((0, 32), (32, 40))
    assert groups.share_out(9, 1000, together=16).bounds == ((0, 9),)


@pytest.mark.parametrize("settings", [{}, {"optimiser": "adam", "ema": 0.9, "order": "own", "dropout": 0.1}])
def test_resumed_is_uninterrupted_bit_for_bit(train_split, settings):
    recipe = RECIPE.with_settings({**settings, "epochs": 4})
    whole = train(recipe, train_split, members=5)
    checkpoint = Memory(stop_after=2)
    with pytest.raises(KeyboardInterrupt):
        train(recipe, train_split, members=5, checkpoint=checkpoint)
    checkpoint.stop_after = None
    resumed = train(recipe, train_split, members=5, checkpoint=checkpoint)
    assert_same(whole, resumed)
    np.testing.assert_array_equal(whole.history.cost, resumed.history.cost)


def test_a_rate_for_each_member_is_each_rate_alone(train_split):
    rates = [0.1, 0.5, 0.3]
    together = train(RECIPE.with_settings({"learning_rate": rates}), train_split, members=3)
    for member, rate in enumerate(rates):
        alone = train(RECIPE.with_settings({"learning_rate": rate}), train_split, members=3)
        assert_same(alone[member : member + 1], together[member : member + 1], tolerance=2e-6)


def test_any_number_may_differ_from_member_to_member(train_split):
    settings = {
        "optimiser": "adam", "learning_rate": [0.01, 0.02], "beta1": [0.8, 0.9], "l2": [0.0, 1e-3],
        "dropout": [0.0, 0.5],
        "label_smoothing": [0.0, 0.1], "ema": [0.5, 0.9], "augmentation.shift": [0.0, 2.0],
    }  # fmt: skip
    population = train(RECIPE.with_settings(settings), train_split, members=2)
    assert not population.diverged.any()
    plain = {key: value[0] for key, value in settings.items() if isinstance(value, list)}
    alone = train(RECIPE.with_settings({"optimiser": "adam", **plain}), train_split, members=2)
    assert_same(alone[:1], population[:1], tolerance=1e-4)


def test_a_member_that_diverges_does_not_spoil_the_others(train_split):
    recipe = RECIPE.with_settings({"network.activation": "relu", "learning_rate": [0.3, 1e30, 0.3]})
    population = train(recipe, train_split, members=3)
    assert population.diverged.tolist() == [False, True, False]
    sound = train(RECIPE.with_settings({"network.activation": "relu"}), train_split, members=3)
    assert_same(sound[[0, 2]], population[[0, 2]], tolerance=2e-6)
    assert np.isfinite(population.ensemble.probabilities(train_split)).all()


def test_an_example_of_weight_zero_might_as_well_not_be_there(train_split):
    recipe = RECIPE.with_settings({"batch_size": "full", "epochs": 20})
    weights = np.ones(len(train_split), np.float32)
    weights[::3] = 0.0
    weighted = train(recipe, train_split, members=2, weights=weights)
    without = train(recipe, train_split.take(weights > 0), members=2)
    assert_same(weighted, without, tolerance=1e-5)


def test_weights_for_each_member(train_split):
    recipe = RECIPE.with_settings({"batch_size": "full"})
    weights = np.random.default_rng(0).integers(0, 2, (3, len(train_split)))
    together = train(recipe, train_split, members=3, weights=weights)
    alone = train(recipe, train_split, members=3, weights=weights[1])
    assert_same(alone[1:2], together[1:2], tolerance=2e-6)


def test_validation_is_measured_at_the_end_of_each_epoch(train_split):
    kept, held = train_split.hold_out(0.3)
    population = train(RECIPE, kept, members=3, validation=held)
    right = population.probabilities(held).argmax(-1) == held.labels
    np.testing.assert_allclose(population.history.validation_accuracy[:, -1], right.mean(1), atol=1e-6)
    probability = np.take_along_axis(population.probabilities(held), held.labels[None, :, None], axis=2)
    cost = -np.log(probability).mean((1, 2))
    np.testing.assert_allclose(population.history.validation_cost[:, -1], cost, rtol=1e-4)


def test_averaged_weights_are_kept(train_split):
    last = train(RECIPE, train_split, members=2)
    averaged = train(RECIPE.with_settings({"ema": 0.99}), train_split, members=2)
    assert np.abs(weights_of(last)[0] - weights_of(averaged)[0]).max() > 1e-3
    almost_off = train(RECIPE.with_settings({"ema": 1e-6}), train_split, members=2)
    assert_same(last, almost_off, tolerance=1e-5)


def test_one_step_of_full_batch_descent_is_scikit_learns(train_split):
    from sklearn.neural_network import MLPClassifier

    recipe = Recipe(
        network=Mlp((6,), "relu"), optimiser=Sgd(0.5), batch_size="full", epochs=1, l2=0.1 / len(train_split)
    )
    trained = train(recipe, train_split)
    start = recipe.network.build(jax.random.fold_in(jax.random.fold_in(jax.random.key(0), 0), 0), (8, 8), 4)
    peer = MLPClassifier(
        (6,), solver="sgd", learning_rate_init=0.5, momentum=0.0, alpha=0.1, batch_size=len(train_split)
    )
    inputs = train_split.inputs.reshape(len(train_split), -1).astype(float)
    peer.partial_fit(inputs, train_split.labels, classes=range(4))
    peer.coefs_ = [np.asarray(layer.weight, float).T.copy() for layer in start.layers]
    peer.intercepts_ = [np.asarray(layer.bias, float).copy() for layer in start.layers]
    peer._optimizer = None
    del peer._optimizer
    peer.t_ = 0
    peer.partial_fit(inputs, train_split.labels)
    for ours, theirs in zip(trained.networks.layers, peer.coefs_, strict=True):
        np.testing.assert_allclose(ours.weight[0], theirs.T, atol=2e-5)


def test_progress_says_where_it_stands(train_split):
    seen = []
    train(RECIPE, train_split, members=2, progress=seen.append)
    assert [state.epoch for state in seen] == [1, 2, 3]
    assert seen[-1].seconds_left == 0
    assert seen[0].cost > seen[-1].cost


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda train, test: {"split": test}, "was given a TestSplit"),
        (lambda train, test: {"split": train.hold_out(0.5)[1]}, "was given a ValidationSplit"),
        (lambda train, test: {"validation": test}, "validation is a TestSplit"),
        (lambda train, test: {"members": 0}, "members=0"),
        (lambda train, test: {"members": 2.5}, "members=2.5"),
        (lambda train, test: {"seed": -1}, "seed=-1"),
        (lambda train, test: {"weights": np.ones(3)}, r"weights of shape \(3,\)"),
        (lambda train, test: {"weights": -np.ones(203)}, "at least 0"),
        (lambda train, test: {"recipe": RECIPE.with_settings({"l2": [0.1, 0.2]})}, "l2 has 2 values for 3"),
    ],
)
def test_bad_arguments_are_refused(train_split, test_split, change, message):
    arguments = {"recipe": RECIPE, "split": train_split, "members": 3, **change(train_split, test_split)}
    recipe, split = arguments.pop("recipe"), arguments.pop("split")
    with pytest.raises(TrainingError, match=message):
        train(recipe, split, **arguments)


def test_augmentation_of_features_is_refused(train_split):
    from thalweg.data.dataset import Scaling, TrainSplit

    rows = TrainSplit(np.zeros((8, 3), np.float32), np.arange(8) % 2, ("a", "b"), Scaling.identity())
    with pytest.raises(TrainingError, match="rows of 3 features"):
        train(RECIPE.with_settings({"augmentation.shift": 1.0}), rows)


def test_adam_with_a_list_of_betas_starts_like_one_without(train_split):
    listed = Recipe(network=Mlp((3,)), optimiser=Adam(beta1=(0.9, 0.9)), epochs=1)  # type: ignore[arg-type]
    plain = Recipe(network=Mlp((3,)), optimiser=Adam(), epochs=1)
    assert_same(train(listed, train_split, members=2), train(plain, train_split, members=2), tolerance=1e-5)


def test_a_part_that_is_off_for_the_first_member_is_on_for_the_second(train_split):
    settings = {"momentum": [0.0, 0.9], "ema": [0.0, 0.9], "l2": [0.0, 0.1]}
    together = train(RECIPE.with_settings(settings), train_split, members=2)
    for member in range(2):
        alone = RECIPE.with_settings({name: values[member] for name, values in settings.items()})
        expected = train(alone, train_split, members=2)
        assert_same(expected[member : member + 1], together[member : member + 1], tolerance=1e-5)


def test_a_fraction_of_a_pixel_for_each_member_is_a_shift(train_split):
    still, moved = (
        train(RECIPE.with_settings({"augmentation.shift": shifts}), train_split, members=2)
        for shifts in ([0.0, 0.0], [0.0, 0.7])
    )
    assert_same(still[:1], moved[:1], tolerance=1e-5)
    assert np.abs(weights_of(still)[0][1] - weights_of(moved)[0][1]).max() > 1e-3


def test_divergence_in_the_last_step_is_seen(train_split):
    recipe = RECIPE.with_settings(
        {"batch_size": "full", "epochs": 1, "network.activation": "relu", "learning_rate": [0.3, 1e30]}
    )
    assert train(recipe, train_split, members=2).diverged.tolist() == [False, True]


@pytest.mark.parametrize("change", [{"seed": 1}, {"members": 3}, {"epochs": 5}])
def test_a_checkpoint_of_another_training_is_refused(train_split, change):
    checkpoint = Memory()
    train(RECIPE, train_split, members=2, checkpoint=checkpoint)
    recipe = RECIPE.with_settings({"epochs": change.get("epochs", RECIPE.epochs)})
    with pytest.raises(TrainingError, match="made with another"):
        train(
            recipe,
            train_split,
            members=change.get("members", 2),
            seed=change.get("seed", 0),
            checkpoint=checkpoint,
        )


@pytest.mark.parametrize(
    "settings",
    [{"order": "own", "dropout": 0.5}, {"augmentation.shift": 2.0}, {"dropout": 0.5}],
)
def test_every_epoch_draws_its_own_chance(train_split, settings):
    """With weights that stand still, only what is drawn anew can change the cost from epoch to epoch."""
    frozen = RECIPE.with_settings({**settings, "learning_rate": 1e-30, "epochs": 2})
    cost = train(frozen, train_split, members=2).history.cost
    assert np.abs(cost[:, 0] - cost[:, 1]).min() > 1e-4


def test_later_members_alone_are_those_of_the_whole_population(train_split):
    recipe = RECIPE.with_settings({"order": "own", "dropout": 0.2})
    whole = train(recipe, train_split, members=8, seed=4)
    some = train(recipe, train_split, members=3, seed=4, first=3)
    assert_same(whole[3:6], some, tolerance=2e-6)
    np.testing.assert_allclose(whole.history.cost[3:6], some.history.cost, atol=1e-5)
    assert np.abs(weights_of(some)[0] - weights_of(whole[:3])[0]).max() > 0.1


def test_weights_and_numbers_of_later_members_count_from_the_first_one(train_split):
    weights = np.random.default_rng(0).integers(0, 2, (3, len(train_split)))
    recipe = RECIPE.with_settings({"batch_size": "full", "learning_rate": [0.1, 0.2, 0.3]})
    some = train(recipe, train_split, members=3, first=5, weights=weights)
    alone = train(
        RECIPE.with_settings({"batch_size": "full", "learning_rate": 0.2}),
        train_split,
        first=6,
        weights=weights[1],
    )
    assert_same(some[1:2], alone, tolerance=2e-6)


@pytest.mark.parametrize("first", [-1, 1.5, True, "2", None, 2**32 - 2])
def test_a_first_member_that_cannot_be_is_refused(train_split, first):
    with pytest.raises(TrainingError, match=f"first={first!r}") as error:
        train(RECIPE, train_split, members=3, first=first)
    assert error.value.hint


def test_a_checkpoint_of_other_members_is_refused(train_split):
    checkpoint = Memory()
    train(RECIPE, train_split, members=3, checkpoint=checkpoint)
    with pytest.raises(TrainingError, match="made with another first"):
        train(RECIPE, train_split, members=3, first=2, checkpoint=checkpoint)


def test_resumed_later_members_are_uninterrupted_ones(train_split):
    checkpoint = Memory(stop_after=1)
    with pytest.raises(KeyboardInterrupt):
        train(RECIPE, train_split, members=3, first=4, checkpoint=checkpoint)
    checkpoint.stop_after = None
    resumed = train(RECIPE, train_split, members=3, first=4, checkpoint=checkpoint)
    assert_same(resumed, train(RECIPE, train_split, members=3, first=4))


class Watcher:
    """Remembers what it was shown, and ends training after some epochs."""

    def __init__(self, stop_at=None):
        self.epochs, self.weights, self.populations, self.stop_at = [], [], [], stop_at

    def __call__(self, epoch, population):
        self.epochs.append(epoch)
        self.weights.append(weights_of(population)[0].copy())
        self.populations.append(population)
        return epoch == self.stop_at


def test_watching_sees_the_start_and_every_epoch(train_split):
    watcher = Watcher()
    trained = train(RECIPE, train_split, members=3, seed=2, watch=watcher)
    assert watcher.epochs == [0, 1, 2, 3]
    assert [population.history.epochs for population in watcher.populations] == [0, 1, 2, 3]
    for before, after in zip(watcher.weights, watcher.weights[1:], strict=False):
        assert (np.abs(before - after).reshape(3, -1).max(axis=1) > 1e-3).all()
    np.testing.assert_array_equal(watcher.weights[-1], weights_of(trained)[0])
    key = jax.random.fold_in(jax.random.fold_in(jax.random.key(2), 1), 0)
    start = RECIPE.network.build(key, (8, 8), 4)
    np.testing.assert_allclose(watcher.weights[0][1], start.layers[0].weight, atol=1e-6)


def test_what_was_seen_does_not_change_afterwards(train_split):
    watcher = Watcher()
    train(RECIPE, train_split, members=3, watch=watcher)
    for population, weights in zip(watcher.populations, watcher.weights, strict=True):
        np.testing.assert_array_equal(weights_of(population)[0], weights)


def test_watching_changes_nothing(train_split):
    watched = train(RECIPE, train_split, members=3, watch=Watcher())
    unwatched = train(RECIPE, train_split, members=3)
    assert_same(watched, unwatched)
    np.testing.assert_array_equal(watched.history.cost, unwatched.history.cost)


@pytest.mark.parametrize("epochs", [0, 1, 2])
def test_watching_may_end_training(train_split, epochs):
    watcher = Watcher(stop_at=epochs)
    ended = train(RECIPE, train_split, members=3, watch=watcher)
    assert watcher.epochs == list(range(epochs + 1))
    assert ended.history.cost.shape == ended.history.validation_accuracy.shape == (3, epochs)
    assert not ended.diverged.any()
    np.testing.assert_array_equal(weights_of(ended)[0], watcher.weights[-1])
    whole = train(RECIPE, train_split, members=3)
    np.testing.assert_array_equal(ended.history.cost, whole.history.cost[:, :epochs])


def test_a_diverged_member_is_seen_as_soon_as_it_diverges(train_split):
    recipe = RECIPE.with_settings({"network.activation": "relu", "learning_rate": [0.3, 1e30, 0.3]})
    watcher = Watcher()
    train(recipe, train_split, members=3, watch=watcher)
    seen = [population.diverged.tolist() for population in watcher.populations]
    assert seen == [[False] * 3, *[[False, True, False]] * 3]


def test_a_resumed_training_is_not_shown_its_start_again(train_split):
    checkpoint, watcher = Memory(stop_after=2), Watcher()
    with pytest.raises(KeyboardInterrupt):
        train(RECIPE, train_split, members=3, checkpoint=checkpoint, watch=watcher)
    assert watcher.epochs == [0, 1, 2]
    checkpoint.stop_after = None
    resumed = Watcher()
    train(RECIPE, train_split, members=3, checkpoint=checkpoint, watch=resumed)
    assert resumed.epochs == [3]
