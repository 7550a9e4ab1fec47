"""Whatever is sent to any address that is described, the server answers as it says, and never fails.

    python -m pytest -m slow -n 0 -s tests/lab/server/test_fuzz.py

Prints how many requests were made and which statuses came back.
"""

import importlib.util
from collections import Counter

import httpx
import pytest

schemathesis_is_here = importlib.util.find_spec("schemathesis") is not None
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not schemathesis_is_here, reason="needs schemathesis (pip install schemathesis)"),
    # of other people's packages, which warn of each other
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]
EXAMPLES = 150
"""Requests of each address: of those that fit its description, and of those that do not."""

STEERED = ("play", "pause", "step", "epoch", "rewind", "rate", "look")
"""What is told to a training that is there."""


def test_whatever_is_sent_is_answered_as_described(server):
    import hypothesis
    import schemathesis
    from schemathesis import GenerationMode
    from schemathesis.checks import not_a_server_error
    from schemathesis.specs.openapi.checks import (
        content_type_conformance,
        response_schema_conformance,
        status_code_conformance,
    )

    checks = [
        not_a_server_error,
        status_code_conformance,
        content_type_conformance,
        response_schema_conformance,
    ]
    schema = schemathesis.openapi.from_url(f"{server.address}/api/openapi.json")
    counts = Counter()
    training = httpx.post(f"{server.address}/api/trainings", json={"members": 2}).json()["id"]
    for found in schema.get_all_operations():
        operation = found.ok()
        for mode in GenerationMode:

            @hypothesis.settings(
                max_examples=EXAMPLES,
                deadline=None,
                database=None,
                derandomize=True,
                suppress_health_check=list(hypothesis.HealthCheck),
            )
            @hypothesis.given(case=operation.as_strategy(generation_mode=mode))
            def ask(case):
                if mode is GenerationMode.POSITIVE and operation.path.endswith(STEERED):  # noqa: B023
                    case.path_parameters["id"] = training
                answer = case.call(base_url=server.address, timeout=30)
                counts[answer.status_code] += 1
                case.validate_response(answer, checks=checks)
                if answer.status_code == 201:
                    stop = f"{server.address}/api/trainings/{answer.json()['id']}/stop"
                    assert httpx.post(stop, json={}).status_code == 200

            try:
                ask()
            except hypothesis.errors.Unsatisfiable:
                continue  # nothing is wrong that could be sent there
    assert httpx.post(f"{server.address}/api/trainings/{training}/stop", json={}).status_code == 200
    print(f"\n{counts.total()} requests: {dict(sorted(counts.items()))}")  # noqa: T201
    assert httpx.get(server.address).status_code == 200
    assert 200 in counts
    assert 201 in counts
    assert 404 in counts
    assert 422 in counts
