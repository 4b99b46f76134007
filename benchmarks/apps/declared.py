"""The work items as a user of FastAPI or xapi writes them: one source, the framework's name swapped."""

from collections.abc import Callable, Mapping
from typing import Annotated

from benchmarks.apps.declared_dependencies import dependencies, overridden, replaceable
from benchmarks.apps.declared_growth import ITEMS as GROWING
from benchmarks.apps.declared_many import middlewares, routes, routes_included
from benchmarks.apps.framework import App, Cookie, Form, Header, Path, Query, UploadFile
from benchmarks.apps.models import MANY_ITEMS, MANY_RECORDS, Item, Order
from benchmarks.apps.second import ITEMS as SECOND


def plain() -> App:
    """a: a coroutine that answers with a dict, no response model."""
    app = App()

    @app.get("/plain", response_model=None)
    async def read_plain() -> dict[str, object]:
        return {"message": "hello", "ready": True}

    return app


def plain_in_thread() -> App:
    """b: the same as a function, which runs in a worker thread."""
    app = App()

    @app.get("/plain", response_model=None)
    def read_plain() -> dict[str, object]:
        return {"message": "hello", "ready": True}

    return app


def typed() -> App:
    """c: one path parameter, three in the query."""
    app = App()

    @app.get("/items/{item_id}", response_model=None)
    async def read_item(
        item_id: Annotated[int, Path(ge=0)],
        search: str,
        limit: Annotated[int, Query(ge=1, le=100)] = 10,
        in_stock: bool = False,
    ) -> dict[str, object]:
        return {"item_id": item_id, "search": search, "limit": limit, "in_stock": in_stock}

    return app


def small_body() -> App:
    """d and i: a small model in, the same model out."""
    app = App()

    @app.post("/items")
    async def add_item(item: Item) -> Item:
        return item

    return app


def nested_body() -> App:
    """e: a hundred nested models in and out."""
    app = App()

    @app.post("/orders")
    async def add_orders(orders: list[Order]) -> list[Order]:
        return orders

    return app


def headed() -> App:
    """g: headers and cookies, one of the headers a number."""
    app = App()

    @app.get("/visit", response_model=None)
    async def visit(
        user_agent: Annotated[str, Header()],
        x_request_id: Annotated[str, Header()],
        session: Annotated[str, Cookie()],
        x_attempt: Annotated[int, Header()] = 0,
        theme: Annotated[str, Cookie()] = "light",
    ) -> dict[str, object]:
        return {
            "user_agent": user_agent,
            "request_id": x_request_id,
            "attempt": x_attempt,
            "session": session,
            "theme": theme,
        }

    return app


def form() -> App:
    """h: a multipart form with a file, which is read."""
    app = App()

    @app.post("/uploads", response_model=None)
    async def upload_file(
        title: Annotated[str, Form()], copies: Annotated[int, Form()], upload: UploadFile
    ) -> dict[str, object]:
        content = await upload.read()
        return {"title": title, "copies": copies, "filename": upload.filename, "size": len(content)}

    return app


def listing() -> App:
    """j: a thousand models out."""
    app = App()

    @app.get("/items")
    async def list_items() -> list[Item]:
        return MANY_ITEMS

    return app


def records() -> App:
    """m: a hundred plain dicts out, no response model."""
    app = App()

    @app.get("/items", response_model=None)
    async def list_records() -> list[dict[str, object]]:
        return MANY_RECORDS

    return app


ITEMS: Mapping[str, Callable[[], App]] = {
    "a": plain,
    "b": plain_in_thread,
    "c": typed,
    "d": small_body,
    "e": nested_body,
    "f": dependencies,
    "g": headed,
    "h": form,
    "i": small_body,
    "j": listing,
    "k": routes,
    "k2": routes_included,
    "l": middlewares,
    "m": records,
    "n": overridden,
    "n-plain": replaceable,
    **GROWING,
    **SECOND,
}
