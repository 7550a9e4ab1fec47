"""Serve the lab on a port of this machine until it is stopped."""

from __future__ import annotations

import ipaddress
import os
import secrets
import socket
from collections.abc import Callable, Sequence

import uvicorn
from starlette.applications import Starlette

from thalweg.errors import ThalwegError
from thalweg.lab.server.app import application
from thalweg.lab.server.trainings import Trainings
from thalweg.lab.site import Site

PORT = 8765
TRIED = 50


class ServerError(ThalwegError):
    """A place where no server can listen."""


class Server(uvicorn.Server):
    """Serves the lab's application; when it ends, whoever watches a training is told so and let go first.

    They would otherwise listen for ever, be cut off after a second, and that be printed as a fault.
    """

    def __init__(self, app: Starlette):
        super().__init__(
            uvicorn.Config(app, log_level="error", access_log=False, timeout_graceful_shutdown=1)
        )
        self.trainings: Trainings = app.state.trainings

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the trainings, then all else."""
        self.trainings.close()
        await super().shutdown(sockets)


def serve(
    site: Site,
    *,
    sources: Sequence[str] = (),
    host: str = "127.0.0.1",
    port: int | None = None,
    ready: Callable[[str], None],
) -> None:
    """Serve `site` until Ctrl-C; `ready` is called with the address to open once it listens.

    `sources`: what it shows, by path, for the process that trains. Whoever else can reach `host` needs the
    token in that address. Raises `ServerError` for a place where nobody can listen.
    """
    listening = listen(host, port)
    own_host, own_port = listening.getsockname()[:2]
    local = ipaddress.ip_address(own_host).is_loopback
    token = "" if local else secrets.token_urlsafe(18)
    hosts = ("127.0.0.1", "localhost", "::1", own_host) if local else ("*",)
    app = application(site, sources=sources, hosts=hosts, token=token)
    server = Server(app)
    shown = f"[{own_host}]" if ":" in own_host else own_host
    ready(f"http://{shown}:{own_port}/" + (f"?token={token}" if token else ""))
    server.run(sockets=[listening])


def check_place(host: str, port: int | None) -> None:
    """Raise `ServerError` where nobody can listen, for whoever would know it before anything is trained."""
    listen(host, port).close()


def listen(host: str, port: int | None) -> socket.socket:
    """Return a socket that listens: on `port`, or on the first free one from 8765.

    Raises `ServerError` for a host that is not this machine's, a port that there is not, and one that is
    taken or not allowed.
    """
    if port is not None and not 1 <= port <= 65535:
        raise ServerError(f"port {port}: expected a number from 1 to 65535.", hint="leave --port out.")
    try:
        family = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)[0][0]
    except (OSError, UnicodeError):
        hint = "127.0.0.1 is this machine alone, 0.0.0.0 everybody who can reach it."
        raise ServerError(f"host {host!r}: no such name.", hint=hint) from None
    reason = ""
    for tried in range(PORT, PORT + TRIED) if port is None else [port]:
        listening = socket.socket(family)
        if os.name == "posix":  # elsewhere it means that two may listen on one port
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((host, tried))
            listening.listen(128)  # until then another could still take the same port
        except OSError as error:
            listening.close()
            reason = error.strerror or str(error)
            continue
        return listening
    where = f"port {port}" if port is not None else f"ports {PORT} to {PORT + TRIED - 1}"
    raise ServerError(f"{host}, {where}: {reason}.", hint="name another with --port, or leave it out.")
