import json
import math

import pytest
from click.testing import CliRunner

from thalweg.cli import pulse
from thalweg.cli.main import cli


@pytest.fixture(autouse=True)
def no_pulse(monkeypatch):
    """Let no test depend on how busy the machine is: what a log gets is tested by a clock (`test_pulse`)."""
    monkeypatch.setattr(pulse, "FIRST", math.inf)


@pytest.fixture
def thalweg():
    """Run a command line in this process: `thalweg("train", "--json")` has exit_code, stdout and stderr."""

    def invoke(*words):
        result = CliRunner().invoke(cli, [str(word) for word in words], prog_name="thalweg")
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        for line in (*result.stdout.splitlines(), *result.stderr.splitlines()):
            assert line == line.rstrip(), f"a line that ends in a blank: {line!r}"
        return result

    return invoke


@pytest.fixture(scope="session")
def recipe_file(tmp_path_factory, small_recipe):
    path = tmp_path_factory.mktemp("recipe") / "small.toml"
    small_recipe.save(path)
    return path


def only_json(result):
    """The one JSON value on stdout of a command that succeeded."""
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)
