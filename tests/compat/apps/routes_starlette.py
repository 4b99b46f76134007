"""Routes of every kind in Starlette, with a document that is written by hand."""

from functools import partial, wraps
from typing import Any

from starlette.applications import Starlette
from starlette.endpoints import HTTPEndpoint
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route

ANSWER = {"responses": {"200": {"description": ""}}}
PATHS = {
    "/items/{number}": ["get"],
    "/files/{path}": ["get"],
    "/slash/": ["get"],
    "/v1/router/via/deepest/{number}": ["get"],
    "/v1/router/{number}": ["post"],
    "/called/{number}": ["get"],
    "/partial/{number}": ["get"],
    "/class": ["get", "delete"],
}
DOCUMENT = {
    "openapi": "3.1.0",
    "info": {"title": "Routes", "version": "1"},
    "paths": {path: dict.fromkeys(methods, ANSWER) for path, methods in PATHS.items()},
}


def logged(function: Any) -> Any:
    @wraps(function)
    async def call(request: Any) -> Response:
        return await function(request)

    return call


async def item(request: Any) -> Response:
    return JSONResponse(request.path_params["number"])


async def photo(request: Any) -> Response:
    return JSONResponse(1)


async def file(request: Any) -> Response:
    return JSONResponse(request.path_params["path"])


async def slash(request: Any) -> Response:
    return JSONResponse(1)


async def included(request: Any) -> Response:
    return JSONResponse(1)


@logged
async def decorated(request: Any) -> Response:
    return JSONResponse(1, 201)


class Called:
    """Answers as an ASGI app."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await JSONResponse(1)(scope, receive, send)


async def two(request: Any, number: int) -> Response:
    return JSONResponse(number)


class Endpoint(HTTPEndpoint):
    async def get(self, request: Any) -> Response:
        return PlainTextResponse("get")

    async def delete(self, request: Any) -> Response:
        return PlainTextResponse("delete")


async def mounted(request: Any) -> Response:
    return JSONResponse(1)


deepest = Starlette(routes=[Route("/{number:int}", included)])
router = [
    Mount("/via/deepest", app=CORSMiddleware(deepest)),
    Route("/{number:int}", decorated, methods=["POST"]),
]
app = Starlette(
    routes=[
        Route("/items/{number}", item),
        Route("/items/{number}/photo", photo),
        Route("/files/{path:path}", file),
        Route("/slash/", slash),
        Route("/called/{number:int}", Called()),
        Route("/partial/{number:int}", partial(two, number=1)),
        Route("/class", Endpoint),
        Mount("/v1/router", routes=router),
        Mount("/mount", routes=[Route("/items/{number}", mounted)]),
    ]
)
app.openapi = lambda: DOCUMENT  # type: ignore[attr-defined]
