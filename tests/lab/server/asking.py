"""Asking the lab's server as others do: byte by byte, or watching a training."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from types import SimpleNamespace
from urllib.parse import urlsplit

import httpx

PATIENCE = 30.0


def apart(coroutine):
    """Run a coroutine in a thread of its own: a browser that other tests opened has this one's loop."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, coroutine).result()


class Client:
    """Asks an application in this process, without a server; keeps cookies as a browser does."""

    def __init__(self, app, base_url):
        self.app, self.base_url, self.cookies = app, base_url, httpx.Cookies()

    def request(self, method, address, **options):
        """Return the answer; no redirection is followed."""

        async def ask():
            transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
            async with httpx.AsyncClient(
                transport=transport, base_url=self.base_url, cookies=self.cookies
            ) as client:
                answer = await client.request(method, address, **options)
                self.cookies = client.cookies
                return answer

        return apart(ask())

    def __getattr__(self, method):
        if method not in ("get", "post", "put", "options"):
            raise AttributeError(method)
        return partial(self.request, method.upper())


@contextmanager
def serving(app):
    """Serve an application on a free port, for as long as the block lasts; yields its address."""
    from thalweg.lab.server.serving import Server, listen

    listening = listen("127.0.0.1", None)
    server = Server(app)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join(20)
    assert not thread.is_alive(), "the server does not end"


def raw(address, head, body=b""):
    """Send these very bytes; return the status and everything that came back. `{host}` in `head` is ours."""
    place = urlsplit(address).netloc
    name, port = place.split(":")
    with socket.create_connection((name, int(port)), timeout=PATIENCE) as line:
        try:
            line.sendall(head.replace(b"{host}", place.encode()))
            for part in [body] if isinstance(body, bytes) else body:
                line.sendall(part)
        except (BrokenPipeError, ConnectionResetError):
            pass  # it has answered, and reads no more
        found = b""
        try:
            while part := line.recv(65536):
                found += part
        except ConnectionResetError:
            pass
    return int(found.split(b" ")[1]) if found else 0, found


def is_alive(pid):
    """Whether a process of this number is at work; one that only waits to be buried is not."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def until(true, seconds=PATIENCE):
    """Wait until `true()` is."""
    end = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < end, "never true"
        time.sleep(0.01)
    return found


class Trainee:
    """A training on a server, as a page has it: begun, steered, and watched by a thread."""

    def __init__(self, address, **settings):
        self.client = httpx.Client(base_url=address, timeout=PATIENCE)
        self.heard, self.news = [], threading.Condition()
        answer = self.client.post("/api/trainings", json=settings)
        assert answer.status_code == 201, answer.text
        self.id, self.place = answer.json()["id"], answer.json()["place"]
        self.thread = threading.Thread(target=self._listen, daemon=True)
        self.thread.start()
        self.wait(lambda word: word["kind"] == "so far")

    def tell(self, command, **body):
        """Tell it something."""
        answer = self.client.post(f"/api/trainings/{self.id}/{command}", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def wait(self, wanted, since=0):
        """Return the first word from number `since` on that is wanted."""
        end = time.monotonic() + PATIENCE
        with self.news:
            while True:
                for word in self.heard[since:]:
                    if wanted(word):
                        return word
                assert self.news.wait(end - time.monotonic()), self.heard[-1]

    def after(self, command, wanted=lambda word: not word["playing"], **body):
        """Tell it something and return the first standing afterwards that is wanted; see `standing`."""
        self.standing()  # what it says of its start must not be taken for what comes of this
        since = len(self.heard)
        self.tell(command, **body)
        return self.standing(wanted, since)

    def standing(self, wanted=lambda word: True, since=0):
        """Return the first standing from word number `since` on that is wanted."""

        def is_it(word):
            inner = word.get("standing") if word["kind"] == "so far" else word
            return inner is not None and inner["kind"] == "standing" and wanted(inner)

        word = self.wait(is_it, since)
        word = word["standing"] if word["kind"] == "so far" else word
        return SimpleNamespace(**{**word, "first": word["populations"][0]})

    def over(self):
        """Return why it is over."""
        return self.wait(lambda word: word["kind"] == "over")["why"]

    def stop(self):
        """End it, and the watching."""
        if not any(word["kind"] == "over" for word in self.heard):
            self.client.post(f"/api/trainings/{self.id}/stop", json={})
        self.thread.join(PATIENCE)
        self.client.close()

    def _listen(self):
        address = f"{self.client.base_url}/api/trainings/{self.id}/events"
        with httpx.stream("GET", address, timeout=None) as answer:
            assert answer.headers["content-type"].startswith("text/event-stream")
            for line in answer.iter_lines():
                if line.startswith("data: "):
                    with self.news:
                        self.heard.append(json.loads(line[6:]))
                        self.news.notify_all()
