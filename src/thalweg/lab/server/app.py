"""What the server answers: the page, its parts, and trainings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from thalweg.lab.site import Site

Answer = Callable[[Request], Any]


def application(site: Site) -> Starlette:
    """Return the application that serves a site."""

    async def page(_: Request) -> Response:
        return HTMLResponse(await run_in_threadpool(site.served))

    async def part(request: Request) -> Response:
        name = request.path_params["name"]
        if name not in site.parts:
            return refusal(404, f"there is no part {name!r}.", f"the parts are {', '.join(site.parts)}.")
        return JSONResponse(await run_in_threadpool(site.part, name))

    return Starlette(
        routes=[Route("/", page), Route("/api/parts/{name}", part)],
        middleware=[Middleware(GZipMiddleware, minimum_size=2000, compresslevel=3)],
    )


def refusal(status: int, error: str, hint: str = "") -> JSONResponse:
    """Return why something is not done, in the words of every error of ours."""
    return JSONResponse({"error": error, "hint": hint}, status_code=status)
