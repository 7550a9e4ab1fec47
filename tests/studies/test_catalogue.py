import dataclasses
import inspect
import json
import subprocess
import sys

import pytest

from thalweg.errors import RecipeError, StudyError
from thalweg.studies import STUDIES, catalogue, find

from .toy import register, toy


@pytest.mark.parametrize("name", STUDIES)
def test_every_study_is_what_a_study_must_be(name):
    study = find(name)
    assert study.question.endswith("?")
    assert all(isinstance(preset, study.settings) for preset in study.presets.values())
    for field in dataclasses.fields(study.settings):
        assert field.metadata["rule"], field.name
        assert field.metadata["help"].endswith("."), field.name
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(study.settings(), dataclasses.fields(study.settings)[0].name, 1)


@pytest.mark.parametrize("name", STUDIES)
def test_every_study_is_made_in_the_same_way(name):
    parameters = inspect.signature(find(name).make).parameters
    assert list(parameters)[:2] == ["dataset", "settings"]
    for word in ("seed", "progress", "parts"):
        assert parameters[word].kind is inspect.Parameter.KEYWORD_ONLY


@pytest.mark.parametrize("name", STUDIES)
def test_settings_survive_being_kept(name):
    from thalweg import spec

    study = find(name)
    for settings in (study.settings(), *study.presets.values()):
        assert study.settings_from(json.loads(json.dumps(spec.to_table(settings)))) == settings


def test_settings_of_another_version_are_refused_by_name(monkeypatch):
    register(monkeypatch)
    with pytest.raises(RecipeError, match=r"settings\.piecs is not a field") as error:
        find("toy").settings_from({"piecs": 3})
    assert "Did you mean 'pieces'?" in error.value.hint


def test_an_unknown_study_suggests_the_near_match():
    with pytest.raises(StudyError, match=r"Unknown study 'start'\. Did you mean 'starts'") as error:
        find("start")
    assert "random-labels" in error.value.hint


def test_a_study_is_found_by_its_name(monkeypatch):
    register(monkeypatch)
    assert find("toy").make is toy


def test_names_with_dashes_are_folders_with_underscores():
    assert catalogue._folder("random-labels") == "random_labels"


def test_nothing_is_kept_where_nothing_is_asked_to_be():
    nothing = catalogue.NoParts()
    nothing.save("a", {})
    assert nothing.load("a") is None


def test_settings_are_light():
    code = (
        "import sys\nfrom thalweg.studies import STUDIES, find\n"
        "for name in STUDIES:\n    find(name).settings()\n"
        "print([m for m in ('jax', 'numpy', 'scipy', 'equinox', 'polars') if m in sys.modules])"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"
