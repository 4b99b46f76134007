"""Routes of every kind in the style that FastAPI and xapi share: the framework is a parameter."""

from functools import partial, wraps

from starlette.endpoints import HTTPEndpoint
from starlette.responses import PlainTextResponse


def logged(function):
    @wraps(function)
    def call(**values):
        return function(**values)

    return call


class Called:
    def __call__(self, number: int) -> int:
        return number


def two(first: int, number: int) -> int:
    return first + number


class Endpoint(HTTPEndpoint):
    async def get(self, request):
        return PlainTextResponse("get")

    async def delete(self, request):
        return PlainTextResponse("delete")


def declare(framework, make_app):
    """An app of a framework."""
    app = make_app()
    deepest = framework.APIRouter(prefix="/deepest")
    router = framework.APIRouter(prefix="/router")

    @app.get("/items/{number}")
    def item(number: int) -> int:
        return number

    @app.get("/items/{number}/photo", include_in_schema=False)
    def photo(number: int) -> int:
        return number

    @app.get("/files/{path:path}")
    def file(path: str) -> str:
        return path

    @app.get("/slash/")
    def slash() -> int:
        return 1

    @deepest.get("/{number}")
    def included(number: int) -> int:
        return number

    @router.post(
        "/{number}",
        status_code=201,
    )
    @logged
    def decorated(number: int) -> int:
        return number

    app.get("/called/{number}")(Called())
    app.get("/partial/{number}")(partial(two, 1))
    app.add_route("/class", Endpoint)
    router.include_router(deepest, prefix="/via")
    app.include_router(router, prefix="/v1")
    inner = make_app()

    @inner.get("/items/{number}")
    def mounted(number: int) -> int:
        return number

    app.mount("/mount", inner)
    return app
