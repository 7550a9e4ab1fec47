"""What is sent to the server is read with care."""

import json

import pytest

from tests.lab.server.asking import raw
from thalweg.lab.server.bodies import MOST_BYTES

SENT = "/api/trainings"
AS_JSON = {"content-type": "application/json"}


@pytest.mark.parametrize(
    "kind", [None, "text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]
)
def test_a_body_of_another_type_is_refused(ask, kind):
    # these are what a form of another site can send without asking first
    answer = ask.post(SENT, content="{}", headers={} if kind is None else {"content-type": kind})
    assert answer.status_code == 415
    assert answer.json() == {"error": "the body must be application/json.", "hint": "", "reason": ""}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"{", "truncated"),
        (b"nonsense", "invalid"),
        (b"[]", "expected `object`, got `array`"),
        (b"null", "expected `object`, got `null`"),
        (b'{"members": "many"}', "expected `int`, got `str` - at `$.members`"),
        (b'{"members": 2.5}', "$.members"),
        (b'{"members": 0}', ">= 1"),
        (b'{"members": 257}', "<= 256"),
        (b'{"hidden": [5, 0]}', "$.hidden[1]"),
        (b'{"hidden": [1, 1, 1, 1, 1]}', "<= 4"),
        (b'{"rate": 0}', "> 0.0"),
        (b'{"rate": -1}', "> 0.0"),
        (b'{"rate": 1e9}', "<= 1000.0"),
        (b'{"rate": 1e999}', "$.rate"),
        (b'{"rate": NaN}', "invalid"),
        (b'{"rate": Infinity}', "invalid"),
        (b'{"seed": 4294967296}', "$.seed"),
        (b'{"seed": 99999999999999999999999999}', "$.seed"),
        (b'{"batch": 0}', "$.batch"),
        (b'{"examples": 60001}', "$.examples"),
        (b'{"data": "false"}', "$.data"),
        (b'{"beside": "nobody"}', "$.beside"),
        (b'{"cost": null}', "$.cost"),
        (b'{"colour": 1}', "unknown field `colour`"),
        (b'{"\\ud800": 1}', "body"),
        (b'{"colour": "\xff"}', "body"),
        (b"[" * 60_000, "body"),
        (b'{"hidden":' * 6_000, "body"),
        (b'{"hidden": [' + b"9" * 60_000 + b"]}", "$.hidden"),
    ],
)
def test_a_body_that_is_something_else_is_refused_in_words(ask, content, said):
    answer = ask.post(SENT, content=content, headers=AS_JSON)
    assert answer.status_code == 422, answer.text
    assert said.lower() in answer.json()["error"].lower()
    assert len(answer.json()["error"]) < 500
    assert ask.app.state.trainings.waiting == []


def test_commands_with_a_wrong_body_are_refused_before_anybody_looks_for_the_training(ask):
    for command, body in (("play", {"at": 1}), ("rate", {}), ("rate", {"rate": 0}), ("look", {"member": -1})):
        answer = ask.post(f"/api/trainings/none/{command}", json=body)
        assert answer.status_code == 422
        assert answer.json()["error"].startswith("the body is not what is expected")


def test_a_body_that_is_too_large_is_refused(ask):
    at_most = json.dumps({"cost": "quadratic"}).ljust(MOST_BYTES).encode()
    assert (
        ask.post("/api/trainings/none/play", content=b"{}".ljust(MOST_BYTES), headers=AS_JSON).status_code
        == 404
    )
    answer = ask.post(SENT, content=at_most + b" ", headers=AS_JSON)
    assert answer.status_code == 413
    assert answer.json() == {"error": "the body is larger than 64 KB.", "hint": "send less.", "reason": ""}


@pytest.mark.parametrize("length", [b"Content-Length: 104857600", b"Transfer-Encoding: chunked"])
def test_a_hundred_megabytes_are_not_even_read(server, length):
    sent = 0

    def megabytes():
        nonlocal sent
        for _ in range(100):
            content = b" " * 2**20
            yield b"%x\r\n%s\r\n" % (len(content), content) if b"chunked" in length else content
            sent += 1

    head = b"POST /api/trainings HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n" + length
    status, answer = raw(server.address, head + b"\r\n\r\n", megabytes())
    assert status in (413, 0)  # 0: the line was closed while we still spoke
    assert b"Traceback" not in answer
    assert sent < 50
    status, _ = raw(server.address, b"GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")
    assert status == 200


def test_who_leaves_in_the_middle_of_a_body_does_no_harm(server, caplog):
    import socket
    from urllib.parse import urlsplit

    place = urlsplit(server.address)
    for _ in range(3):
        with socket.create_connection((place.hostname, place.port)) as line:
            line.sendall(
                f"POST /api/trainings HTTP/1.1\r\nHost: {place.netloc}\r\nContent-Type: application/json\r\n"
                f'Content-Length: 1000\r\n\r\n{{"members": '.encode()
            )
    status, _ = raw(server.address, b"GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")
    assert status == 200
    assert caplog.text == ""
