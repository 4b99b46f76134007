"""The work items as bare ASGI callables with pydantic-core: the limit of what Python can do here.

They match one route, read what they need and answer; no errors, no dependencies, no documentation.
"""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from pydantic import TypeAdapter
from pydantic_core import SchemaSerializer, SchemaValidator, to_json
from typing_extensions import TypedDict

from benchmarks.apps.models import MANY_ITEMS, Batch, Item, Order, Texts
from benchmarks.growth import BODIES
from benchmarks.protocol import App, Message, Receive, Send

JSON = (b"content-type", b"application/json")


class ItemQuery(TypedDict, total=False):
    """What item c declares."""

    item_id: int
    search: str
    limit: int
    in_stock: bool


async def respond(send: Send, content: bytes) -> None:
    """The two messages of an answer that is not streamed."""
    headers = [JSON, (b"content-length", b"%d" % len(content))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": content})


async def read_body(receive: Receive) -> bytes:
    """The request's body."""
    message = await receive()
    body: bytes = message["body"]
    if not message["more_body"]:
        return body
    parts = [body]
    while message["more_body"]:
        message = await receive()
        parts.append(message["body"])
    return b"".join(parts)


def with_lifespan(endpoint: App) -> App:
    """Adds the lifespan protocol, with nothing to do in it."""

    async def app(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            return await endpoint(scope, receive, send)
        for _ in range(2):
            message = await receive()
            await send({"type": message["type"] + ".complete"})
        return None

    return app


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


def query_values(query: bytes) -> dict[str, str]:
    """The last value of each name (WHATWG URL, application/x-www-form-urlencoded parsing)."""
    text = query.decode()
    if "%" in text or "+" in text:
        return dict(parse_qsl(text, keep_blank_values=True))
    return dict([pair.split("=", 1) for pair in text.split("&")])


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
}
