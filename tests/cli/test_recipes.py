import tomllib

from thalweg.training.recipe import Recipe, names

from .conftest import only_json


def test_every_recipe_is_listed_with_what_it_is(thalweg):
    result = thalweg("recipes")
    assert result.exit_code == 0
    first_words = [line.split()[0] for line in result.stdout.splitlines() if not line.startswith(" ")]
    assert first_words == ["recipe", *names()]
    assert "Nielsen" in result.stdout


def test_the_list_as_json(thalweg):
    found = only_json(thalweg("recipes", "--json"))
    assert [one["name"] for one in found] == list(names())
    assert found[0]["recipe"] == Recipe.load(found[0]["name"]).to_table()


def test_what_is_shown_is_the_recipe(thalweg, tmp_path):
    result = thalweg("recipe", "show", "classic")
    assert result.exit_code == 0
    assert result.stdout.startswith("# The lesson's network")
    assert tomllib.loads(result.stdout) == Recipe.load("classic").to_table()
    (tmp_path / "mine.toml").write_text(result.stdout, "utf-8")
    assert Recipe.load(tmp_path / "mine.toml") == Recipe.load("classic")


def test_settings_are_shown_put_in(thalweg):
    settings = ("--set", "epochs=5", "--set", "hidden=[4]")
    found = only_json(thalweg("recipe", "show", "classic", *settings, "--json"))
    assert found == Recipe.load("classic").with_settings({"epochs": 5, "hidden": [4]}).to_table()


def test_an_unknown_recipe_suggests_the_near_match(thalweg):
    result = thalweg("recipe", "show", "clasic")
    assert result.exit_code == 1
    assert "Did you mean 'classic'?" in result.stderr
