"""The description of the server says what the server does."""

import re

import msgspec
import pytest

from thalweg.lab.server.settings import Look, RateChange, TrainingSettings
from thalweg.lab.server.trainings import COMMANDS


@pytest.fixture(scope="module")
def described(ask):
    return ask.get("/api/openapi.json").json()


def test_every_route_under_api_is_described_and_no_other(ask, described):
    served = {}
    for route in ask.app.routes:
        if route.path.startswith("/api") and route.name != "steer":
            served.setdefault(route.path, set()).update(each.lower() for each in route.methods - {"HEAD"})
    steered = {f"/api/trainings/{{id}}/{command}": {"post"} for command in COMMANDS}
    assert {path: set(methods) for path, methods in described["paths"].items()} == {**served, **steered}


def test_what_a_description_points_to_is_there(described):
    schemas = described["components"]["schemas"]
    pointers = set(re.findall(r"'\$ref': '([^']+)'", str(described)))
    assert pointers == {f"#/components/schemas/{name}" for name in schemas}


def test_the_limits_are_those_that_are_checked(described):
    schemas = described["components"]["schemas"]
    for name, kind in (("TrainingSettings", TrainingSettings), ("RateChange", RateChange), ("Look", Look)):
        assert schemas[name]["additionalProperties"] is False
        for key, each in schemas[name]["properties"].items():
            for bound, beyond in (("minimum", -1), ("maximum", 1), ("exclusiveMinimum", 0)):
                if bound not in each:
                    continue
                with pytest.raises(msgspec.ValidationError, match=re.escape(f"$.{key}")):
                    msgspec.convert({key: each[bound] + beyond}, kind)


def test_the_defaults_are_those_of_the_settings(described):
    properties = described["components"]["schemas"]["TrainingSettings"]["properties"]
    defaults = {name: each["default"] for name, each in properties.items()}
    assert msgspec.convert(defaults, TrainingSettings) == TrainingSettings()


def test_parts_and_refusals_are_as_described(ask, described, site):
    path = described["paths"]["/api/parts/{name}"]["get"]
    assert path["parameters"][0]["schema"]["enum"] == list(site.parts)
    refused = ask.get("/api/parts/nothing")
    assert str(refused.status_code) in path["responses"]
    assert set(refused.json()) == set(described["components"]["schemas"]["Refusal"]["properties"])
