"""Endpoints that yield, in the document."""

from collections.abc import AsyncGenerator, AsyncIterable, Generator, Iterable, Iterator
from typing import Any

from pydantic import BaseModel

from xapi import XAPI
from xapi.responses import StreamingResponse
from xapi.sse import EventSourceResponse, ServerSentEvent

app = XAPI()


class Item(BaseModel):
    name: str
    price: float = 1.5


class Problem(BaseModel):
    detail: str


@app.get("/async")
async def async_items() -> AsyncIterable[Item]:
    yield Item(name="x")


@app.get("/async-generator", status_code=201, response_description="Lines")
async def async_generator() -> AsyncGenerator[Item, None]:
    yield Item(name="x")


@app.get("/sync-generator", responses={404: {"model": Problem}})
def sync_generator(n: int) -> Generator[list[Item], None, None]:
    yield [Item(name="x")]


@app.get("/text")
def text() -> Iterable[str]:
    yield "x"


@app.get("/optional")
def optional() -> Iterator[Item | None]:
    yield None


@app.get("/any")
def anything() -> Iterator[Any]:
    yield None


@app.get("/untyped")
def untyped():
    yield None


@app.get("/without-model", response_model=None)
def without_model() -> Iterable[Item]:
    yield Item(name="x")


@app.get("/described", responses={200: {"content": {"application/jsonl": {"example": "x"}}}})
def described() -> Iterable[Item]:
    yield Item(name="x")


class Image(StreamingResponse):
    media_type = "image/png"


@app.get("/raw", response_class=StreamingResponse)
def raw() -> Iterable[bytes]:
    yield b"x"


@app.get("/image", response_class=Image)
async def image() -> AsyncIterable[bytes]:
    yield b"x"


@app.get("/events", response_class=EventSourceResponse)
async def events() -> AsyncIterable[Item]:
    yield Item(name="x")


@app.get("/events/of-any-kind", response_class=EventSourceResponse)
def events_of_any_kind() -> Iterable[ServerSentEvent]:
    yield ServerSentEvent(data=1)


@app.get("/events/untyped", response_class=EventSourceResponse)
def events_untyped():
    yield 1


@app.post("/events/text", response_class=EventSourceResponse, status_code=201)
def events_of_text(item: Item) -> Iterable[str]:
    yield item.name
