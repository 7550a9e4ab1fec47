"""Whatever is wrong with a recipe, who loads it is told so: never a traceback."""

from __future__ import annotations

import datetime
import os
import zlib

import numpy as np
import pytest
import tomli_w

from thalweg.errors import RecipeError
from thalweg.training import Recipe
from thalweg.training.recipe import names

MUTATIONS = int(os.environ.get("THALWEG_MUTATIONS", "40"))
"""How often each recipe is damaged."""
VALUES = (
    "text",
    "",
    3,
    -1,
    0.5,
    1e308,
    10**30,
    float("nan"),
    float("inf"),
    True,
    [],
    {},
    [[1]],
    [1e30],
    ["a"],
    {"a": 1},
    datetime.date(2026, 11, 26),
)


def damaged(recipe, generator):
    """Return the TOML of a recipe with one thing wrong."""
    text = recipe.to_toml().encode()
    kind, place = generator.integers(10), int(generator.integers(len(text)))
    if kind == 0:
        return text[:place]
    if kind == 1:
        return text[:place] + bytes([text[place] ^ 1 << int(generator.integers(8))]) + text[place + 1 :]
    table = container = recipe.to_table()
    key = str(generator.choice(list(table)))
    if isinstance(table[key], dict) and generator.random() < 0.8:
        container = table[key]
        key = str(generator.choice(list(container)))
    if kind == 2:
        del container[key]
    else:
        container[key] = VALUES[generator.integers(len(VALUES))]
    return tomli_w.dumps(table).encode()


@pytest.mark.parametrize("name", names())
def test_damage_is_told_and_nothing_else_happens(tmp_path, name):
    recipe, generator = Recipe.load(name), np.random.default_rng(zlib.crc32(name.encode()))
    path, told = tmp_path / "recipe.toml", []
    for _ in range(MUTATIONS):
        path.write_bytes(text := damaged(recipe, generator))
        try:
            Recipe.load(path).to_toml()
        except RecipeError as error:
            told.append(error)
        except Exception as error:
            raise AssertionError(f"{text!r}") from error
    assert told
    assert all(error.hint for error in told)


@pytest.mark.parametrize(
    "text",
    [
        "name = ['a']",
        "name = 3",
        "network = 3",
        "network = []",
        "[network]\nkind = ['mlp']",
        "[network]\nhidden = [1e30]",
        "[network]\nkind = 'convnet'\nchannels = []",
        "batch_size = 1e30",
        f"epochs = {'9' * 5000}",
        f"epochs = 0x{'f' * 5000}",
        f"l2 = {'9' * 400}",
        f"l2 = {'[' * 5000}",
        f"l2 = {'[' * 100}{']' * 100}",
        "l2 = nan",
        "l2 = []",
        "l2 = 2026-11-26",
        "order = {a = 1}",
        "[schedule]\nkind = 'steps'\nat = [0.5, nan]",
    ],
)
def test_values_that_no_recipe_has_are_refused(tmp_path, text):
    path = tmp_path / "bad.toml"
    path.write_text(text)
    with pytest.raises(RecipeError) as error:
        Recipe.load(path)
    assert error.value.hint
    assert len(error.value.message) < 600


@pytest.mark.parametrize("content", [bytes(range(256)), 'name = "a"'.encode("utf-16")])
def test_a_file_that_is_no_text_is_refused(tmp_path, content):
    path = tmp_path / "bad.toml"
    path.write_bytes(content)
    with pytest.raises(RecipeError, match="cannot be read"):
        Recipe.load(path)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="permissions of POSIX, for all but root")
def test_a_file_that_may_not_be_read_is_refused(tmp_path):
    path = tmp_path / "secret.toml"
    path.write_text("epochs = 3")
    path.chmod(0)
    with pytest.raises(RecipeError, match="Permission denied"):
        Recipe.load(path)


@pytest.mark.parametrize("source", [".", "a\0b", "x" * 5000])
def test_what_is_no_file_is_refused(source):
    with pytest.raises(RecipeError) as error:
        Recipe.load(source)
    assert error.value.hint


def test_a_setting_inside_a_plain_field_is_refused():
    with pytest.raises(RecipeError, match="epochs has no fields"):
        Recipe().with_settings({"epochs.most": 3})
