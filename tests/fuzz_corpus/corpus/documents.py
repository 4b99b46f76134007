"""Apps of Starlette with a document that is written by hand."""

from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

JSON = dict[str, Any]


def documented(title: str, paths: JSON, *routes: Route) -> Starlette:
    """An app that shows its document under `/openapi.json`."""
    document = {"openapi": "3.1.0", "info": {"title": title, "version": "1.0.0"}, "paths": paths}

    async def show(request: Request) -> JSONResponse:
        return JSONResponse(document)

    return Starlette(routes=[*routes, Route("/openapi.json", show)])


def answers(schema: JSON, media_type: str = "application/json", **others: str) -> JSON:
    """The responses of an operation: 200 with a schema, and others with a description, as in `s400="No"`."""
    found: JSON = {"200": {"description": "Done", "content": {media_type: {"schema": schema}}}}
    return found | {status.removeprefix("s"): {"description": text} for status, text in others.items()}


def body(schema: JSON, media_type: str = "application/json") -> JSON:
    """A required request body."""
    return {"required": True, "content": {media_type: {"schema": schema}}}
