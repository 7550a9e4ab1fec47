"""The server's addresses, described for whoever would use them: OpenAPI 3.1."""

from __future__ import annotations

from typing import Any

import msgspec

from thalweg.lab.server.settings import Accepted, Look, Nothing, RateChange, Refusal, TrainingSettings
from thalweg.lab.site import Site
from thalweg.version import __version__

_BODIES = (TrainingSettings, RateChange, Look, Nothing, Accepted, Refusal)
_PLAIN = ("play", "pause", "step", "epoch", "rewind", "stop")


def described(site: Site) -> dict[str, Any]:
    """Return the description of everything under /api."""
    _, schemas = msgspec.json.schema_components(_BODIES, ref_template="#/components/schemas/{name}")
    return {
        "openapi": "3.1.0",
        "info": {"title": "Thalweg lab", "version": __version__},
        "paths": {
            "/api/openapi.json": {"get": {"summary": "This description.", "responses": _answers({})}},
            "/api/parts/{name}": {
                "get": {
                    "summary": "A part of the page, or why it is missing and the command that adds it.",
                    "parameters": [_in_path("name", list(site.parts))],
                    "responses": _answers({}, 404),
                }
            },
            "/api/trainings": {
                "get": {"summary": "The trainings in their order.", "responses": _answers({})},
                "post": {
                    "summary": "Begin a training, or let it wait.",
                    "requestBody": _body(TrainingSettings),
                    "responses": _answers(_schema(Accepted), 413, 415, 422, 503, done="201"),
                },
            },
            "/api/trainings/{id}/events": {
                "get": {
                    "summary": "What comes of a training, as server-sent events.",
                    "parameters": [_in_path("id")],
                    "responses": {
                        "200": {"description": "Events.", "content": {"text/event-stream": {}}},
                        **_answers({}, 404, done=""),
                    },
                }
            },
            **{f"/api/trainings/{{id}}/{name}": _command(name, Nothing) for name in _PLAIN},
            "/api/trainings/{id}/rate": _command("rate", RateChange),
            "/api/trainings/{id}/look": _command("look", Look),
        },
        "components": {"schemas": schemas},
    }


def _command(name: str, body: type) -> dict[str, Any]:
    return {
        "post": {
            "summary": f"Tell a training to {name}."
            if body is Nothing
            else f"Change what a training's {name} is.",
            "parameters": [_in_path("id")],
            "requestBody": _body(body),
            "responses": _answers({}, 404, 413, 415, 422),
        }
    }


def _in_path(name: str, allowed: list[str] | None = None) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"} if allowed is None else {"type": "string", "enum": allowed}
    return {"name": name, "in": "path", "required": True, "schema": schema}


def _schema(kind: type) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{kind.__name__}"}


def _body(kind: type) -> dict[str, Any]:
    return {"required": True, "content": {"application/json": {"schema": _schema(kind)}}}


def _answers(schema: dict[str, Any], *refusals: int, done: str = "200") -> dict[str, Any]:
    found: dict[str, Any] = {}
    if done:
        found[done] = {"description": "Done.", "content": {"application/json": {"schema": schema}}}
    for status in (400, 403, *refusals):
        content = {"application/json": {"schema": _schema(Refusal)}}
        found[str(status)] = {"description": "Refused.", "content": content}
    return found
