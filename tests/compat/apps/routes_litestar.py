"""Routes of every kind in Litestar."""

from __future__ import annotations

from functools import wraps
from typing import Any

from litestar import Controller, Litestar, Router, delete, get, post


def logged(function: Any) -> Any:
    @wraps(function)
    def call(**values: Any) -> Any:
        return function(**values)

    return call


@get("/items/{number:int}", sync_to_thread=False)
def item(number: int) -> int:
    return number


@get("/items/{number:int}/photo", include_in_schema=False, sync_to_thread=False)
def photo(number: int) -> int:
    return number


@get("/files/{path:path}", sync_to_thread=False)
def file(path: str) -> str:
    return path


@get("/{number:int}", sync_to_thread=False)
def included(number: int) -> int:
    return number


@post(
    "/{number:int}",
    sync_to_thread=False,
)
@logged
def decorated(number: int) -> int:
    return number


class Endpoint(Controller):
    path = "/class"

    @get(sync_to_thread=False)
    def get(self) -> str:
        return "get"

    @delete(status_code=200, sync_to_thread=False)
    def delete(self) -> str:
        return "delete"


deepest = Router("/via/deepest", route_handlers=[included])
router = Router("/v1/router", route_handlers=[deepest, decorated])
app = Litestar([item, photo, file, Endpoint, router])
