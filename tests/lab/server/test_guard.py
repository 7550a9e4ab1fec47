"""Who is answered, and who is not."""

import pytest

from tests.lab.server.asking import apart
from thalweg.lab.server.guard import COOKIE, LONGEST_PATH

AS_JSON = {"content-type": "application/json"}


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:8765", "localhost", "LOCALHOST:99"])
def test_this_machine_is_answered(ask, host):
    assert ask.get("/api/parts/about", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "elsewhere.org",
        "127.0.0.1.elsewhere.org",
        "elsewhere.org:8765",
        "127.0.0.1@elsewhere.org",
        "localhost.",
        "0.0.0.0",
        "127.0.0.2",
        "[",
        "[::1",
        "",
    ],
)
@pytest.mark.parametrize("address", ["/", "/api/parts/about", "/api/none"])
def test_another_name_is_not(ask, host, address):
    # a name of an attacker's that is made to mean this machine (DNS rebinding) comes with its own Host
    answer = ask.get(address, headers={"host": host})
    assert answer.status_code == 400
    assert "this server does not answer as" in answer.json()["error"]
    assert answer.json()["hint"] == "open the address that it printed."


def test_a_page_of_this_server_may_ask(ask):
    own = {"origin": "http://127.0.0.1:8765", "host": "127.0.0.1:8765", "sec-fetch-site": "same-origin"}
    assert ask.get("/api/parts/about", headers=own).status_code == 200
    assert ask.post("/api/trainings/none/play", json={}, headers=own).status_code == 404


@pytest.mark.parametrize(
    "origin",
    [
        "https://elsewhere.org",
        "http://127.0.0.1:9999",
        "http://localhost:8765",
        "null",
        "",
        "file://",
        "http://[",
        "http://127.0.0.1:8765.elsewhere.org",
    ],
)
def test_a_page_of_another_site_may_not(ask, origin):
    for asked in (
        ask.get("/api/parts/about", headers={"host": "127.0.0.1:8765", "origin": origin}),
        ask.post("/api/trainings", json={}, headers={"host": "127.0.0.1:8765", "origin": origin}),
    ):
        assert asked.status_code == 403
        assert asked.json()["error"] == "another site asks, not a page of this server."
    assert ask.app.state.trainings.waiting == []


@pytest.mark.parametrize("where", ["cross-site", "same-site", "anything"])
def test_what_a_browser_says_comes_from_another_site_begins_nothing(ask, where):
    answer = ask.post("/api/trainings", json={}, headers={"sec-fetch-site": where})
    assert answer.status_code == 403
    assert ask.app.state.trainings.waiting == []
    # a link from elsewhere may open the page
    assert ask.get("/", headers={"sec-fetch-site": where}).status_code == 200


def test_another_site_is_not_told_that_it_may_read(ask):
    answer = ask.options(
        "/api/trainings",
        headers={"origin": "https://elsewhere.org", "access-control-request-method": "POST"},
    )
    assert answer.status_code == 403
    assert not [name for name in answer.headers if name.startswith("access-control")]


def test_a_long_address_is_refused(ask):
    assert ask.get("/" + "a" * (LONGEST_PATH - 1)).status_code == 404
    answer = ask.get("/" + "a" * LONGEST_PATH)
    assert answer.status_code == 414
    assert answer.json()["error"] == "the address is too long."


@pytest.fixture
def guarded(asking, site):
    """A client of a server that others can reach."""
    return asking(site, base_url="http://lab.school.org", hosts=("*",), token="a-long-word")


@pytest.mark.parametrize("address", ["/", "/api/parts/about", "/api/openapi.json", "/none"])
def test_whoever_lacks_the_token_gets_nothing(guarded, address):
    for asked in (
        guarded.get(address),
        guarded.get(address, params={"token": "another"}),
        guarded.get(address, params={"token": ""}),
        guarded.get(address, params={"token": "a-long-wörd"}),
        guarded.get(address, headers={"cookie": f"{COOKIE}=another"}),
        guarded.get(address, headers={"cookie": b"thalweg-lab=\xff\xfe; ;;=\x01"}),
        guarded.get(address, headers={"cookie": f"other=a-long-word; {COOKIE}="}),
    ):
        assert asked.status_code == 401
        assert "needs the address with its token" in asked.text
        assert "a-long-word" not in asked.text
        assert "set-cookie" not in asked.headers


def test_nobody_begins_a_training_without_the_token(guarded):
    assert guarded.post("/api/trainings", json={}).status_code == 401
    assert guarded.app.state.trainings.waiting == []


def test_who_brings_the_token_gets_a_cookie_and_an_address_without_it(guarded):
    answer = guarded.get("/", params={"token": "a-long-word"})
    assert answer.status_code == 303
    assert answer.headers["location"] == "/"
    assert "HttpOnly" in answer.headers["set-cookie"]
    assert "samesite=strict" in answer.headers["set-cookie"].lower()
    assert guarded.get("/").status_code == 200  # the client kept the cookie
    assert guarded.get("/api/parts/about").status_code == 200
    assert guarded.post("/api/trainings/none/play", json={}).status_code == 404
    # another site is still another site
    assert guarded.get("/", headers={"origin": "https://elsewhere.org"}).status_code == 403


@pytest.mark.parametrize("path", ["//elsewhere.org/", "///elsewhere.org", "//elsewhere.org%2f.."])
def test_the_token_leads_nowhere_else(guarded, path):
    answer = guarded.get(f"http://lab.school.org{path}", params={"token": "a-long-word"})
    assert answer.status_code == 303
    assert not answer.headers["location"].startswith("//")


def test_nothing_but_requests_passes_by(site):

    from thalweg.lab.server.guard import Guard

    seen = []

    async def inner(scope, receive, send):
        seen.append(scope["type"])

    apart(Guard(inner, hosts=("localhost",))({"type": "lifespan"}, None, None))
    assert seen == ["lifespan"]
