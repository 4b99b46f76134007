"""The second work items as bare ASGI callables with pydantic-core, where it is the limit."""

from collections.abc import Callable, Mapping

from pydantic import TypeAdapter
from pydantic_core import SchemaValidator, to_json

from benchmarks.apps.bare_parts import query_values, read_body, respond, with_lifespan
from benchmarks.apps.second_models import ENTRIES, RECORDS, Page, Readings
from benchmarks.protocol import App, Message, Receive, Send


def status() -> App:
    """a2"""

    async def endpoint(scope: Message, receive: Receive, send: Send) -> None:
        if scope["path"] == "/health/live" and scope["method"] == "GET":
            checks = {"database": "up", "queue": None}
            answer = {"status": "ok", "uptime": 86400.5, "checks": checks, "nodes": [1, 2]}
            await respond(send, to_json(answer))

    return endpoint


def readings() -> App:
    """e2"""
    adapter = TypeAdapter(Readings)
    validator, dump = adapter.validator, adapter.serializer.to_json
    assert isinstance(validator, SchemaValidator)
    validate = validator.validate_json

    async def endpoint(scope: Message, receive: Receive, send: Send) -> None:
        if scope["path"] == "/readings" and scope["method"] == "PUT":
            await respond(send, dump(validate(await read_body(receive))))

    return endpoint


def page() -> App:
    """j2"""
    adapter = TypeAdapter(Page)
    validate, dump = adapter.validator.validate_python, adapter.serializer.to_json

    async def endpoint(scope: Message, receive: Receive, send: Send) -> None:
        if scope["path"] == "/rows" and scope["method"] == "GET":
            number = int(query_values(scope["query_string"])["page"])
            await respond(send, dump(validate({"page": number, "entries": ENTRIES})))

    return endpoint


def records() -> App:
    """m2"""

    async def endpoint(scope: Message, receive: Receive, send: Send) -> None:
        if scope["path"] == "/rows" and scope["method"] == "GET":
            number = int(query_values(scope["query_string"])["page"])
            await respond(send, to_json({"page": number, "records": RECORDS}))

    return endpoint


ITEMS: Mapping[str, Callable[[], App]] = {
    "a2": lambda: with_lifespan(status()),
    "e2": lambda: with_lifespan(readings()),
    "j2": lambda: with_lifespan(page()),
    "m2": lambda: with_lifespan(records()),
}
