"""The work items of which there are many: routes and middlewares, for FastAPI and xapi."""

from collections.abc import Awaitable, Callable

from benchmarks.apps.framework import APIRouter, App, Request, Response
from benchmarks.traffic import ROUTES

CallNext = Callable[[Request], Awaitable[Response]]


async def read_resource(item_id: int) -> dict[str, object]:
    """The endpoint of every route."""
    return {"item_id": item_id}


def routes(count: int = ROUTES) -> App:
    """k: the app's own routes; the last one is asked for."""
    app = App()
    for number in range(count):
        app.get(f"/resource-{number}/{{item_id}}", response_model=None)(read_resource)
    return app


def routes_included() -> App:
    """k2: the same routes in a router that the app includes."""
    router = APIRouter()
    for number in range(ROUTES):
        router.get(f"/resource-{number}/{{item_id}}", response_model=None)(read_resource)
    app = App()
    app.include_router(router, prefix="/api")
    return app


def middlewares() -> App:
    """l: three middlewares, written as functions, each adding a header."""
    app = App()

    @app.middleware("http")
    async def first(request: Request, call_next: CallNext) -> Response:
        response = await call_next(request)
        response.headers["x-first"] = "1"
        return response

    @app.middleware("http")
    async def second(request: Request, call_next: CallNext) -> Response:
        response = await call_next(request)
        response.headers["x-second"] = "2"
        return response

    @app.middleware("http")
    async def third(request: Request, call_next: CallNext) -> Response:
        response = await call_next(request)
        response.headers["x-third"] = "3"
        return response

    @app.get("/plain", response_model=None)
    async def read_plain() -> dict[str, object]:
        return {"message": "hello", "ready": True}

    return app
