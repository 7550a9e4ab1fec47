"""Whatever is sent to any address that is described, the server answers as it says, and never fails.

    python -m pytest -m slow -n 0 -s tests/lab/server/test_fuzz.py

Prints how many requests were made and which statuses came back.
"""

import importlib.util
import sys
from collections import Counter
from contextlib import suppress

import httpx
import pytest

schemathesis_is_here = importlib.util.find_spec("schemathesis") is not None
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not schemathesis_is_here, reason="needs schemathesis (pip install schemathesis)"),
    # of other people's packages, which warn of each other
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]
EXAMPLES = 75
"""Requests of each address: of those that fit its description, and of those that do not."""

STEERED = ("play", "pause", "step", "epoch", "rewind", "rate", "look")
"""What is told to a training that is there."""


def test_whatever_is_sent_is_answered_as_described(server):
    import schemathesis
    from schemathesis import GenerationMode

    schema = schemathesis.openapi.from_url(f"{server.address}/api/openapi.json")
    counts = Counter()
    training = httpx.post(f"{server.address}/api/trainings", json={"members": 2}).json()["id"]
    for found in schema.get_all_operations():
        operation = found.ok()
        send(operation.as_strategy(generation_mode=GenerationMode.NEGATIVE), server.address, counts)
        there = {"id": training} if operation.path.endswith(STEERED) else {}
        send(operation.as_strategy(generation_mode=GenerationMode.POSITIVE), server.address, counts, there)
    assert httpx.post(f"{server.address}/api/trainings/{training}/stop", json={}).status_code == 200
    assert httpx.get(server.address).status_code == 200
    sys.stdout.write(f"\n{counts.total()} requests: {dict(sorted(counts.items()))}\n")
    assert {200, 201, 404, 422} <= set(counts)


def send(cases, address, counts, there=None):
    """Send requests, count the answers and check that they are as described; `there` is put into paths."""
    import hypothesis
    from schemathesis.checks import not_a_server_error
    from schemathesis.specs.openapi import checks

    wanted = [
        not_a_server_error,
        checks.status_code_conformance,
        checks.content_type_conformance,
        checks.response_schema_conformance,
    ]

    @hypothesis.settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(case=cases)
    def ask(case):
        case.path_parameters.update(there or {})
        answer = case.call(base_url=address, timeout=30)
        counts[answer.status_code] += 1
        case.validate_response(answer, checks=wanted)
        if answer.status_code == 201:
            stop = f"{address}/api/trainings/{answer.json()['id']}/stop"
            assert httpx.post(stop, json={}).status_code == 200

    with suppress(hypothesis.errors.Unsatisfiable):  # where nothing can be sent that is wrong
        ask()
