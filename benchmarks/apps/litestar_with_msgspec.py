"""The work items for Litestar with msgspec structs, its own way."""

from collections.abc import Callable, Mapping
from typing import Annotated

from litestar import Litestar, post
from msgspec import Meta, Struct

from benchmarks.apps.litestar_parts import dependencies, headed, plain, routes, typed


class Item(Struct):
    """The small model."""

    name: Annotated[str, Meta(min_length=1, max_length=80)]
    price: Annotated[float, Meta(gt=0)]
    tags: list[str] = []
    in_stock: bool = False


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
