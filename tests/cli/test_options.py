import click
import numpy as np
import pytest
from click.testing import CliRunner

from thalweg import data
from thalweg.cli.options import DEFAULT_MEMBERS, Listed, Request, _size, load_recipe, parse_value
from thalweg.errors import RecipeError
from thalweg.networks import Mlp

NOTHING = {
    "data": None, "data_dir": None, "reading": data.Reading(), "recipe": None, "settings": {},
    "members": None, "epochs": None, "seed": None, "out": None, "resume": None, "as_json": False,
    "quiet": False,
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3", 3),
        ("1e-3", 1e-3),
        ("[16, 16]", [16, 16]),
        ("true", True),
        ('"adam"', "adam"),
        ("adam", "adam"),
        ("cross-entropy", "cross-entropy"),
        ("", ""),
        ("1\nother = 2", "1\nother = 2"),
    ],
)
def test_a_value_is_toml_or_a_word(text, value):
    found = parse_value(text)
    assert found == value
    assert type(found) is type(value)


def test_settings_and_epochs_change_the_recipe():
    recipe = load_recipe("classic", {"learning_rate": 0.5, "hidden": [8]}, epochs=3)
    assert recipe.optimiser.learning_rate == 0.5
    assert recipe.network == Mlp((8,), initialisation="scaled")
    assert recipe.epochs == 3


def test_the_default_recipe_distorts_no_rows_of_features(capsys):
    features = data.load((np.random.default_rng(0).normal(size=(40, 3)), np.arange(40) % 2))
    recipe = load_recipe("classic", {"shift": 2.0})
    assert Request(**NOTHING).fitted(recipe, features).augmentation.is_none
    assert "holds no pictures" in capsys.readouterr().err
    assert Request(**{**NOTHING, "recipe": "classic"}).fitted(recipe, features) == recipe


def test_the_default_recipe_distorts_pictures(quarters_dataset):
    recipe = load_recipe("classic", {"shift": 2.0})
    assert Request(**NOTHING).fitted(recipe, quarters_dataset) == recipe


def test_an_unknown_setting_suggests_the_near_match():
    with pytest.raises(RecipeError) as error:
        load_recipe("classic", {"learning_rat": 0.5})
    assert "learning_rate" in error.value.hint


@pytest.mark.parametrize("setting", ["learning_rate", "=3", ""])
def test_a_setting_without_key_and_value_is_wrong_usage(thalweg, setting):
    result = thalweg("train", "--set", setting)
    assert result.exit_code == 2
    assert "expected key=value" in result.stderr


@pytest.mark.parametrize(
    ("flag", "value"),
    [("data", "x"), ("recipe", "x"), ("settings", {"a": 1}), ("members", 3), ("seed", 0), ("out", "x")],
)
def test_a_resumed_run_cannot_be_changed(flag, value):
    with pytest.raises(click.UsageError, match="cannot be given with --resume"):
        Request(**{**NOTHING, "resume": "run", flag: value})


def test_a_resumed_run_may_find_its_data_elsewhere():
    assert Request(**{**NOTHING, "resume": "run", "data_dir": "there", "quiet": True}).resume == "run"


def test_members_come_from_the_flag_or_the_recipe_or_the_default():
    recipe = load_recipe("classic", {})
    each = load_recipe("classic", {"learning_rate": [1.0, 2.0, 3.0]})
    assert Request(**NOTHING).member_count(recipe) == DEFAULT_MEMBERS
    assert Request(**NOTHING).member_count(each) == 3
    assert Request(**{**NOTHING, "members": 5}).member_count(each) == 5


@pytest.mark.parametrize(("flag", "value"), [("--members", "0"), ("--epochs", "0"), ("--seed", "-1")])
def test_counts_out_of_range_are_wrong_usage(thalweg, flag, value):
    result = thalweg("train", flag, value)
    assert result.exit_code == 2
    assert flag in result.stderr


def test_without_data_the_first_line_says_which_and_why(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("THALWEG_OFFLINE", "1")
    monkeypatch.setenv("THALWEG_DATA", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    dataset = Request(**NOTHING).load_data()
    captured = capsys.readouterr()
    assert captured.out == ""
    assert dataset.name in captured.err.splitlines()[0]
    assert dataset.name == "digits"


@pytest.mark.parametrize(("text", "size"), [("32", (32, 32)), ("24,32", (24, 32)), (None, None)])
def test_a_size_of_pictures(text, size):
    assert _size(None, None, text) == size


@pytest.mark.parametrize("text", ["", "x", "0", "-3", "3,4,5", "3x4", "2.5"])
def test_what_is_no_size_of_pictures(text):
    with pytest.raises(click.BadParameter, match="expected pixels, such as 32 or 24,32"):
        _size(None, None, text)


@pytest.mark.parametrize(
    ("given", "found"),
    [([], None), (["--only", "a,b"], "a,b"), (["--only", "a", "--only", "b"], "a,b")],
)
def test_words_in_one_list_or_in_several(given, found):
    @click.command()
    @click.option("--only", cls=Listed, metavar="NAME,NAME")
    def verb(only):
        click.echo(repr(only))

    assert CliRunner().invoke(verb, given).output.strip() == repr(found)
