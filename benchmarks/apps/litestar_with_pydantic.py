"""The work items for Litestar with Pydantic models."""

from collections.abc import Callable, Mapping

from litestar import Litestar, post

from benchmarks.apps.litestar_parts import dependencies, headed, plain, routes, typed
from benchmarks.apps.models import Item


def small_body() -> Litestar:
    """d and i"""

    @post("/items", status_code=200)
    async def add_item(data: Item) -> Item:
        return data

    return Litestar([add_item])


ITEMS: Mapping[str, Callable[[], Litestar]] = {
    "a": plain,
    "c": typed,
    "d": small_body,
    "f": dependencies,
    "g": headed,
    "i": small_body,
    "k": routes,
}
