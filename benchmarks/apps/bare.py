"""The work items as bare ASGI callables with pydantic-core: the limit of what Python can do here.

They match one route, read what they need and answer; no errors, no dependencies, no documentation.
"""

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import TypeAdapter
from pydantic_core import SchemaSerializer, SchemaValidator, to_json
from typing_extensions import TypedDict

from benchmarks.apps.bare_parts import query_values, read_body, respond, with_lifespan
from benchmarks.apps.models import MANY_ITEMS, Batch, Item, Order, Texts
from benchmarks.apps.second_bare import ITEMS as SECOND
from benchmarks.growth import BODIES
from benchmarks.protocol import App, Message, Receive, Send


class ItemQuery(TypedDict, total=False):
    """What item c declares."""

    item_id: int
    search: str
    limit: int
    in_stock: bool


def plain() -> App:
    """a"""

    async def endpoint(scope: Message, receive: Receive, send: Send) -> None:
        if scope["path"] == "/plain" and scope["method"] == "GET":
            await respond(send, to_json({"message": "hello", "ready": True}))

    return endpoint


def typed() -> App:
    """c"""
    validate = TypeAdapter(ItemQuery).validator.validate_python

    async def endpoint(scope: Message, receive: Receive, send: Send) -> None:
        path: str = scope["path"]
        if path.startswith("/items/") and scope["method"] == "GET":
            values = query_values(scope["query_string"])
            values["item_id"] = path[7:]
            await respond(send, to_json(validate(values)))

    return endpoint


def small_body() -> App:
    """d"""
    return _same_back("/items", TypeAdapter(Item))


def nested_body() -> App:
    """e"""
    return _same_back("/orders", TypeAdapter(list[Order]))


def _same_back(path: str, adapter: TypeAdapter[Any]) -> App:
    validator, serializer = adapter.validator, adapter.serializer
    assert isinstance(validator, SchemaValidator)
    assert isinstance(serializer, SchemaSerializer)
    validate, dump = validator.validate_json, serializer.to_json

    async def endpoint(scope: Message, receive: Receive, send: Send) -> None:
        if scope["path"] == path and scope["method"] == "POST":
            await respond(send, dump(validate(await read_body(receive))))

    return endpoint


def listing() -> App:
    """j"""
    dump = TypeAdapter(list[Item]).serializer.to_json

    async def endpoint(scope: Message, receive: Receive, send: Send) -> None:
        if scope["path"] == "/items" and scope["method"] == "GET":
            await respond(send, dump(MANY_ITEMS))

    return endpoint


def long_body(path: str, model: type[Texts] | type[Batch]) -> App:
    """body-... and models-..."""
    validator = TypeAdapter(model).validator
    assert isinstance(validator, SchemaValidator)
    validate = validator.validate_json

    async def endpoint(scope: Message, receive: Receive, send: Send) -> None:
        if scope["path"] == path and scope["method"] == "POST":
            await respond(send, to_json({"number": validate(await read_body(receive)).number}))

    return endpoint


ITEMS: Mapping[str, Callable[[], App]] = {
    "a": lambda: with_lifespan(plain()),
    "c": lambda: with_lifespan(typed()),
    "d": lambda: with_lifespan(small_body()),
    "e": lambda: with_lifespan(nested_body()),
    "j": lambda: with_lifespan(listing()),
    **{f"body-{size}": lambda: with_lifespan(long_body("/texts", Texts)) for size in BODIES},
    **{f"models-{size}": lambda: with_lifespan(long_body("/batches", Batch)) for size in BODIES},
    **SECOND,
}
