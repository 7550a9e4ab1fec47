"""The addresses of live trainings: begin one, steer it, watch it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from thalweg.lab.server.bodies import body_of, refusal
from thalweg.lab.server.settings import Look, Nothing, RateChange, TrainingSettings
from thalweg.lab.server.trainings import COMMANDS, NoTraining, QueueFull, Trainings


def training_routes(trainings: Trainings) -> list[Route]:
    """Return the routes of a server's trainings."""

    async def begin(request: Request) -> Response:
        """Begin a training, or have it wait."""
        settings = await body_of(request, TrainingSettings)
        try:
            training, place = trainings.start(settings)
        except QueueFull as error:
            return refusal(503, error.message, error.hint, "full")
        return JSONResponse({"id": training.id, "place": place}, status_code=201)

    async def waiting(_: Request) -> Response:
        """Name all trainings, the one at work first."""
        return JSONResponse({"trainings": [each.id for each in trainings.waiting]})

    async def steer(request: Request) -> Response:
        """Tell a training what to do next: one of `COMMANDS`."""
        command = request.path_params["command"]
        if command not in COMMANDS:
            return refusal(
                404, f"there is no command {command!r}.", f"the commands are {', '.join(COMMANDS)}."
            )
        value: Any = None
        if command == "rate":
            value = (await body_of(request, RateChange)).rate
        elif command == "look":
            value = (await body_of(request, Look)).member
        else:
            await body_of(request, Nothing)
        try:
            return JSONResponse({"place": trainings.command(request.path_params["id"], command, value)})
        except NoTraining as error:
            return refusal(404, error.message, error.hint, "gone")

    async def events(request: Request) -> Response:
        """Tell of a training, as server-sent events, until it is over."""
        try:
            trainings.find(request.path_params["id"])
        except NoTraining as error:
            return refusal(404, error.message, error.hint, "gone")
        headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
        if request.method == "HEAD":  # asks whether it is there; a stream would have it wait for ever
            return Response(media_type="text/event-stream", headers=headers)
        stream = _stream(trainings, request.path_params["id"])
        return StreamingResponse(stream, media_type="text/event-stream", headers=headers)

    return [
        Route("/api/trainings", begin, methods=["POST"], name="begin"),
        Route("/api/trainings", waiting, methods=["GET"], name="waiting"),
        Route("/api/trainings/{id}/events", events, methods=["GET"], name="events"),
        Route("/api/trainings/{id}/{command}", steer, methods=["POST"], name="steer"),
    ]


async def _stream(trainings: Trainings, name: str) -> AsyncIterator[str]:
    async for word in trainings.watch(name):
        if word is None:
            yield ": still here\n\n"
        else:
            yield f"data: {json.dumps(word, separators=(',', ':'), allow_nan=False)}\n\n"
