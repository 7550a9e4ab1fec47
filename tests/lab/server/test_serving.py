"""Where the server listens, and how it ends."""

import os
import signal
import socket
import subprocess
import sys

import httpx
import pytest

from tests.lab.server.asking import is_alive, until
from thalweg.lab.server import serving
from thalweg.lab.server.serving import ServerError, listen


def test_the_first_free_port_is_taken(monkeypatch):
    with listen("127.0.0.1", None) as first, listen("127.0.0.1", None) as second:
        ports = [each.getsockname()[1] for each in (first, second)]
        assert ports[0] >= serving.PORT
        assert ports[1] > ports[0]


def test_a_port_that_is_taken_is_named_with_what_to_do():
    with listen("127.0.0.1", None) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ServerError, match=rf"127\.0\.0\.1, port {port}: ") as found:
            listen("127.0.0.1", port)
    assert "--port" in found.value.hint


def test_a_port_is_taken_from_the_moment_it_is_returned():
    with listen("127.0.0.1", None) as ours:
        socket.create_connection(ours.getsockname()).close()


def test_no_free_port_at_all_is_said(monkeypatch):
    with listen("127.0.0.1", None) as taken:
        monkeypatch.setattr(serving, "PORT", taken.getsockname()[1])
        monkeypatch.setattr(serving, "TRIED", 1)
        with pytest.raises(ServerError, match="ports "):
            listen("127.0.0.1", None)


@pytest.mark.parametrize("host", ["no.such.machine.invalid", "a" * 300, "..", "x\x00y"])
def test_a_host_that_is_none_is_named_with_what_to_do(host):
    with pytest.raises(ServerError) as found:
        listen(host, None)
    assert "127.0.0.1 is this machine alone" in found.value.hint


def test_an_address_of_another_machine_is_refused():
    with pytest.raises(ServerError, match=r"192\.0\.2\.1"):
        listen("192.0.2.1", 8765)


def test_the_newer_addresses_of_this_machine_do_as_well():
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("this machine has no IPv6")
    with listen("::1", None) as found:
        assert found.getsockname()[0] == "::1"


@pytest.fixture
def command(digits_run):
    """Start `thalweg lab` as a user does; yields the process, its address, and the process that trains."""
    started = []

    def start(*more):
        words = [sys.executable, "-m", "thalweg", "lab", str(digits_run.path), "--no-browser", *more]
        process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        started.append(process)
        address = process.stdout.readline().strip()
        return process, address

    yield start
    for each in started:
        each.kill()
        each.communicate()


def children(pid):
    with open(f"/proc/{pid}/task/{pid}/children") as file:
        return [int(each) for each in file.read().split()]


@pytest.mark.skipif(not os.path.exists("/proc/self/task"), reason="processes are counted in /proc")
@pytest.mark.parametrize("ended", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_nothing_is_left_of_a_server_that_ends(command, ended):
    process, address = command()
    answer = httpx.get(address)  # waits until the server is ready, since the port is taken already
    assert answer.status_code == 200
    offspring = until(lambda: children(process.pid))
    process.send_signal(ended)
    said = process.communicate(timeout=30)[1]
    assert "Traceback" not in said
    until(lambda: not any(map(is_alive, offspring)))


def test_who_listens_to_others_asks_for_a_token(command):
    _, address = command("--host", "0.0.0.0")
    assert "?token=" in address
    bare = address.split("?")[0]
    assert httpx.get(bare).status_code == 401
    with httpx.Client(follow_redirects=True) as client:
        assert client.get(address).status_code == 200
        assert client.get(f"{bare}api/parts/about").status_code == 200
