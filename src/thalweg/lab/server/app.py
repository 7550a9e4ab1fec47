"""What the server answers: the page, its parts, and trainings."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import msgspec
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from thalweg.lab.server.bodies import Refused, refusal
from thalweg.lab.server.guard import Guard
from thalweg.lab.server.openapi import described
from thalweg.lab.server.training_routes import training_routes
from thalweg.lab.server.trainings import Trainings
from thalweg.lab.site import Site

log = logging.getLogger("thalweg.lab")


def application(
    site: Site,
    *,
    sources: Sequence[str] = (),
    hosts: Sequence[str] = ("127.0.0.1", "localhost"),
    token: str = "",
) -> Starlette:
    """Return the application that serves a site.

    `sources`: what the site shows, by path, for the process that trains. `hosts`: under which names it may be
    asked. `token`: a word that must be known to be answered, for servers that others can reach.
    """
    trainings = Trainings(list(sources), site.opened.data_dir)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        trainings.warm()
        yield
        trainings.close()

    app = Starlette(
        routes=[*_page_routes(site), *training_routes(trainings)],
        middleware=[
            Middleware(Guard, hosts=tuple(hosts), token=token),
            Middleware(GZipMiddleware, minimum_size=2000, compresslevel=3),
        ],
        exception_handlers={HTTPException: _refused},
        lifespan=lifespan,
    )
    app.state.trainings = trainings
    return app


def _page_routes(site: Site) -> list[Route]:
    async def page(request: Request) -> Response:
        content = (await run_in_threadpool(site.served)).encode("utf-8")
        return _unless_known(request, content, HTMLResponse(content))

    async def part(request: Request) -> Response:
        name = request.path_params["name"]
        if name not in site.parts:
            return refusal(404, f"there is no part {name!r}.", f"the parts are {', '.join(site.parts)}.")
        content = msgspec.json.encode(await run_in_threadpool(site.part, name))
        return _unless_known(request, content, Response(content, media_type="application/json"))

    async def description(_: Request) -> Response:
        return JSONResponse(described(site))

    return [
        Route("/", page, methods=["GET"], name="page"),
        Route("/api/openapi.json", description, methods=["GET"], name="description"),
        Route("/api/parts/{name}", part, methods=["GET"], name="part"),
    ]


def _unless_known(request: Request, content: bytes, response: Response) -> Response:
    """Return the response, or that nothing has changed since it was asked for."""
    tag = f'W/"{hashlib.sha256(content).hexdigest()[:24]}"'
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers={"etag": tag})
    response.headers["etag"] = tag
    return response


async def _refused(request: Request, error: Any) -> Response:
    hint = error.hint if isinstance(error, Refused) else _HINTS.get(error.status_code, "")
    said = error.detail if isinstance(error, Refused) else _WORDS.get(error.status_code, error.detail)
    if request.url.path.startswith("/api"):
        return refusal(error.status_code, str(said), hint)
    words = f"<!doctype html><title>Thalweg lab</title><p>{said} <a href='/'>To the lab</a></p>"
    return HTMLResponse(words, status_code=error.status_code)


_WORDS = {404: "There is nothing here.", 405: "This cannot be asked in that way."}
_HINTS = {404: "see /api/openapi.json for what there is.", 405: "see /api/openapi.json for how."}
