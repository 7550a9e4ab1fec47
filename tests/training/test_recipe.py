import pytest

from thalweg.errors import RecipeError
from thalweg.networks import Mlp
from thalweg.training import Adam, Augmentation, Cosine, Recipe, Sgd, recipe


def test_a_recipe_survives_the_way_to_toml_and_back(tmp_path):
    original = Recipe(
        network=Mlp((7, 5), "tanh", "he"),
        cost="quadratic",
        optimiser=Adam(learning_rate=(0.1, 0.2)),  # type: ignore[arg-type]
        schedule=Cosine(warmup=0.1),
        augmentation=Augmentation(shift=1.0),
        batch_size="full",
        epochs=3,
        l2=1e-4,
        name="mine",
    )
    original.save(tmp_path / "mine.toml")
    assert Recipe.load(tmp_path / "mine.toml") == original


@pytest.mark.parametrize("name", recipe.names())
def test_every_named_recipe_loads_and_says_what_it_is(name):
    assert Recipe.load(name).name == name
    assert len(recipe.description(name)) > 60


def test_classic_is_the_lessons_network():
    classic = Recipe.load("classic")
    assert classic.network == Mlp((16, 16), "sigmoid", "scaled")
    assert (classic.cost, classic.optimiser, classic.batch_size, classic.epochs) == (
        "quadratic",
        Sgd(3.0),
        10,
        30,
    )


def test_settings_by_whole_path_by_last_word_and_by_kind():
    changed = Recipe().with_settings(
        {
            "network.hidden": [30],
            "learning_rate": 0.01,
            "optimiser": "adam",
            "epochs": 2,
            "schedule.kind": "cosine",
        }
    )
    assert changed == Recipe(network=Mlp((30,)), optimiser=Adam(0.01), schedule=Cosine(), epochs=2)


@pytest.mark.parametrize(
    ("settings", "message", "hint"),
    [
        ({"learning_rat": 1.0}, "learning_rat", "learning_rate"),
        ({"network.hiden": [3]}, "network.hiden", "hidden"),
        ({"hiden": [3]}, "'hiden' is not a field", "Did you mean 'hidden'?"),
        ({"momentun": 0.1}, "'momentun' is not a field", "Did you mean 'momentum'?"),
        ({"optimizer.learning_rate": 1}, "not a field", "Did you mean 'optimiser.learning_rate'?"),
        ({"epoch": 1}, "'epoch' is not a field", "Did you mean 'epochs'?"),
        ({"beta1": 0.5}, "a field of the optimiser 'adam', and this recipe's is 'sgd'", "optimiser=adam"),
        ({"channels": [4]}, "a field of the network 'convnet'", "network=convnet"),
        ({"optimiser": "adm"}, "adm", "adam"),
        ({"warmup": 2.0}, "warmup=2.0", "default"),
        ({"epochs": 0}, "epochs=0", "default"),
        ({"batch_size": "all"}, "'full'", "default"),
        ({"cost": "quadratc"}, "quadratc", "quadratic"),
        ({"network.hidden": 16}, "such as", "default"),
        ({"optimiser": 3}, "part with fields", "optimiser.nesterov"),
    ],
)
def test_bad_settings_are_refused_with_the_near_match(settings, message, hint):
    with pytest.raises(RecipeError) as caught:
        Recipe().with_settings(settings)
    assert message in caught.value.message
    assert hint in caught.value.hint


def test_settings_that_no_recipe_has_are_refused_whatever_its_kinds():
    recipe.refuse_unknown_settings(["hidden", "channels", "beta1", "optimiser.kind", "network", "epochs"])
    for key in ("hiden", "netwrk.hidden", "epoch"):
        with pytest.raises(RecipeError, match="is not a field"):
            recipe.refuse_unknown_settings([key])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("epochs = ", "not TOML"),
        ("epoch = 3", r"epoch is not a field[^$]*Did you mean 'epochs'"),
        ("hidden = [3]", r"one of its network[^$]*under \[network\]"),
        ("hiden = [3]", r"hiden is not a field[^$]*Did you mean 'hidden'"),
        ("[optimiser]\nlearnig_rate = 3", r"learnig_rate is not a field[^$]*Did you mean 'learning_rate'"),
        ("[network]\nkind = 'mpl'", "network.kind = 'mpl'"),
        ("network = 'mlp'", "expected a table"),
    ],
)
def test_bad_files_are_refused(tmp_path, text, message):
    path = tmp_path / "bad.toml"
    path.write_text(text)
    with pytest.raises(RecipeError, match=message):
        Recipe.load(path)


def test_an_unknown_name_gets_the_near_match():
    with pytest.raises(RecipeError) as caught:
        Recipe.load("clasic")
    assert "classic" in caught.value.hint


def test_lists_per_member_must_agree_in_length():
    with pytest.raises(RecipeError, match=r"optimiser.learning_rate has 2"):
        Recipe(optimiser=Sgd(learning_rate=(0.1, 0.2)), l2=(0.0, 0.1, 0.2))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("part", "value", "hint"),
    [
        ("network", object(), "tw.evaluate"),
        ("network", Mlp, "make one of it"),
        ("optimiser", "adam", "with_settings"),
        ("optimiser", lambda gradients: gradients, "import path"),
        ("schedule", lambda step: 0.1, "inert data"),
        ("augmentation", None, "give one of"),
    ],
)
def test_parts_of_other_libraries_are_refused_when_the_recipe_is_made(part, value, hint):
    with pytest.raises(RecipeError, match=f"Recipe.{part}=") as caught:
        Recipe(**{part: value})
    assert hint in caught.value.hint
