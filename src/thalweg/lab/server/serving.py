"""Serve the lab on a port of this machine until it is stopped."""

from __future__ import annotations

import socket
from collections.abc import Callable

import uvicorn

from thalweg.errors import ThalwegError
from thalweg.lab.server.app import application
from thalweg.lab.site import Site

PORT = 8765
TRIED = 50


class ServerError(ThalwegError):
    """A place where no server can listen."""


def serve(
    site: Site, *, host: str = "127.0.0.1", port: int | None = None, ready: Callable[[str], None]
) -> None:
    """Serve `site` until Ctrl-C; `ready` is called with the address once it listens."""
    listening = listen(host, port)
    own_host, own_port = listening.getsockname()[:2]
    config = uvicorn.Config(application(site), log_level="error", lifespan="off")
    ready(f"http://{own_host}:{own_port}/")
    uvicorn.Server(config).run(sockets=[listening])


def listen(host: str, port: int | None) -> socket.socket:
    """Return a socket that listens: on `port`, or on the first free one from 8765."""
    reason = ""
    for tried in range(PORT, PORT + TRIED) if port is None else [port]:
        listening = socket.socket()
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((host, tried))
        except OSError as error:
            listening.close()
            reason = error.strerror or str(error)
            continue
        return listening
    raise ServerError(
        f"{host}:{port or PORT}: nobody can listen there: {reason}.", hint="name another with --port."
    )
