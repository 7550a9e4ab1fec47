"""What comes in, read with care, and what is refused, in our words."""

from __future__ import annotations

from typing import TypeVar

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse

T = TypeVar("T")

MOST_BYTES = 64 * 1024
"""No body that is sent to the lab is larger; more is not even read."""


class Refused(HTTPException):
    """A request that is refused, with what to do."""

    def __init__(self, status: int, error: str, hint: str = ""):
        super().__init__(status, error)
        self.hint = hint


def refusal(status: int, error: str, hint: str = "", reason: str = "") -> JSONResponse:
    """Return why something is not done, in the words of every error of ours, and the page's word for it."""
    return JSONResponse({"error": error, "hint": hint, "reason": reason}, status_code=status)


async def body_of(request: Request, kind: type[T]) -> T:
    """Return the body as `kind`. Raises `Refused` for one too large, cut off, no JSON, or else."""
    if not request.headers.get("content-type", "").lower().startswith("application/json"):
        raise Refused(415, "the body must be application/json.")
    content = bytearray()
    try:
        async for part in request.stream():
            content += part
            if len(content) > MOST_BYTES:
                raise Refused(413, f"the body is larger than {MOST_BYTES // 1024} KB.", "send less.")
    except ClientDisconnect:  # nobody is left to read this; it is no fault of ours either
        raise Refused(400, "the body ended before all of it had come.") from None
    try:
        return msgspec.json.decode(bytes(content) or b"{}", type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Refused(422, f"the body is not what is expected: {error}.", "see /api/openapi.json.") from None
