"""What the server answers: the page, its parts, and what is not there."""

import html
import json
from dataclasses import replace

import pytest

from tests.lab.server.asking import raw
from thalweg.lab.server.guard import HEADERS

TRICKS = (
    "/../../etc/passwd",
    "/api/parts/../../../../etc/passwd",
    "/api/parts/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
    "/api/parts/..%5c..%5cwindows",
    "/api/parts/%00",
    "/api/parts/about%00.json",
    "/api/parts/%ff%fe",
    "/api/parts/%ED%A0%80",
    "/api/parts/%E2%80%AE%F0%9F%A6%86",
    "/api/parts/__class__",
    "/api/parts/",
    "/api/parts//about",
    "/api/trainings/../parts/about",
    "/api/trainings/%2e%2e/events",
    "/api/trainings/%00/play",
    "//127.0.0.1/api",
    "/" + "a" * 5000,
    "/api/parts/" + "%41" * 5000,
    "/?token=%ff&token=" + "b" * 100,
    "http://elsewhere.org/api/parts/about",
)


def test_the_page_is_given_with_a_policy_that_lets_it_ask_this_server_alone(ask):
    answer = ask.get("/")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "connect-src 'self'" in html.unescape(answer.text)
    assert 'id="part-about"' in answer.text
    assert 'id="part-networks"' not in answer.text


def test_every_part_is_given_as_the_site_has_it(ask, site):
    for name in site.parts:
        answer = ask.get(f"/api/parts/{name}")
        assert answer.status_code == 200
        assert answer.json() == json.loads(json.dumps(site.part(name)))


def test_a_part_that_is_none_is_refused_with_the_names_of_those_there_are(ask, site):
    answer = ask.get("/api/parts/nothing")
    assert answer.status_code == 404
    assert answer.json() == {
        "error": "there is no part 'nothing'.",
        "hint": f"the parts are {', '.join(site.parts)}.",
        "reason": "",
    }


def test_an_address_that_is_none_is_refused_in_words(ask):
    for address in ("/api", "/api/none", "/api/trainings/a/b/c"):
        answer = ask.get(address)
        assert answer.status_code == 404
        assert answer.json()["error"] == "There is nothing here."
        assert "openapi.json" in answer.json()["hint"]
    answer = ask.get("/none")
    assert answer.status_code == 404
    assert "There is nothing here." in answer.text
    assert answer.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize(
    ("method", "address"),
    [("POST", "/api/parts/about"), ("DELETE", "/api/trainings"), ("GET", "/api/trainings/a/play")],
)
def test_another_method_is_refused_in_words(ask, method, address):
    answer = ask.request(method, address)
    assert answer.status_code == 405
    assert answer.json()["error"] == "This cannot be asked in that way."
    assert ask.put("/").status_code == 405


@pytest.mark.parametrize("address", ["/", "/api/parts/examples"])
def test_what_the_browser_has_already_is_not_sent_again(ask, address):
    first = ask.get(address)
    known = ask.get(address, headers={"if-none-match": first.headers["etag"]})
    assert known.status_code == 304
    assert known.content == b""
    assert known.headers["etag"] == first.headers["etag"]
    other = ask.get(address, headers={"if-none-match": 'W/"another"'})
    assert other.status_code == 200
    assert other.content == first.content


def test_every_answer_says_that_browsers_be_careful_with_it(ask):
    answers = [
        ask.get("/"),
        ask.get("/none"),
        ask.get("/api/parts/about"),
        ask.get("/api/openapi.json"),
        ask.get("/api/parts/nothing"),
        ask.put("/api/trainings"),
        ask.post("/api/trainings", content="{"),
        ask.get("/", headers={"host": "elsewhere.org"}),
        ask.get("/", headers={"if-none-match": ask.get("/").headers["etag"]}),
        ask.get("/" + "a" * 5000),
    ]
    assert sorted({each.status_code for each in answers}) == [200, 304, 400, 404, 405, 414, 415]
    for answer in answers:
        assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    assert ask.get("/api/parts/about").headers["cache-control"] == "no-cache"


def test_a_fault_of_ours_is_owned_up_to_without_a_traceback(asking, site, caplog, monkeypatch):
    def broken(self, name):
        raise RuntimeError("a detail of ours")

    monkeypatch.setattr(type(site), "part", broken)
    answer = asking(site).get("/api/parts/about")
    assert answer.status_code == 500
    assert answer.json()["error"] == "this is a fault of Thalweg."
    assert "detail" not in answer.text
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    assert "RuntimeError: a detail of ours" in caplog.text


def test_a_file_that_is_damaged_while_it_is_served_is_named_in_words(asking, copied_digits):
    from thalweg.lab.opened import opened
    from thalweg.lab.site import Site

    site = Site(opened(copied_digits))
    client = asking(site)
    file = next(copied_digits.path.glob("**/noise.json"))
    file.write_text("{")
    answer = client.get("/api/parts/noise")
    assert answer.status_code == 200
    assert str(file) in answer.json()["missing"]
    assert answer.json()["command"] == ""
    assert "missing" not in client.get("/api/parts/networks").json()


def test_networks_that_are_damaged_while_they_are_served_are_named_in_words(asking, copied_digits):
    from thalweg.lab.opened import opened
    from thalweg.lab.site import Site

    client = asking(Site(opened(copied_digits)))
    (copied_digits.path / "population.safetensors").write_bytes(b"nothing")
    answer = client.get("/api/parts/networks")
    assert answer.status_code == 200
    assert "population.safetensors" in answer.json()["missing"]
    assert client.get("/").status_code == 200


def test_no_trick_with_the_path_gets_anything(server):
    for trick in TRICKS:
        status, answer = raw(
            server.address, f"GET {trick} HTTP/1.1\r\nHost: {{host}}\r\nConnection: close\r\n\r\n".encode()
        )
        assert status in (200, 307, 400, 404, 405, 414), (trick, answer[:300])
        assert b"Traceback" not in answer
        assert b"root:x" not in answer
        if status == 200:
            assert trick.startswith(("/?token", "http://elsewhere"))
    status, _ = raw(server.address, b"GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")
    assert status == 200


@pytest.mark.parametrize(
    "head",
    [
        b"\x00\x01\x02\r\n\r\n",
        b"GET /api/parts/\x00 HTTP/1.1\r\nHost: {host}\r\n\r\n",
        "GET /api/parts/ä HTTP/1.1\r\nHost: {host}\r\n\r\n".encode(),
        b"POST /api/trainings HTTP/1.1\r\nHost: {host}\r\nContent-Length: -5\r\n\r\n",
    ],
)
def test_what_is_no_request_is_refused(server, head):
    status, answer = raw(server.address, head)
    assert status == 400
    assert b"Traceback" not in answer


def test_a_run_that_is_none_serves_the_parts_there_are(asking):
    from thalweg.lab.opened import Opened
    from thalweg.lab.site import Site

    client = asking(replace(Site(Opened())))
    assert client.get("/").status_code == 200
    assert client.get("/api/parts/networks").json()["command"] == "thalweg lab RUN"
