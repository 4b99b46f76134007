"""Endpoints that yield: JSON Lines, raw streams and Server-Sent Events."""

from collections.abc import AsyncGenerator, AsyncIterable, Generator, Iterable, Iterator
from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, Field

from xapi import XAPI, Depends, Header, HTTPException, Response
from xapi.responses import StreamingResponse
from xapi.sse import EventSourceResponse, ServerSentEvent

app = XAPI()


class Item(BaseModel):
    name: str
    price: float = 1.5
    note: str | None = Field(None, alias="noteText")


class Secret(Item):
    password: str = "1234"


@app.get("/async")
async def async_items() -> AsyncIterable[Item]:
    yield Item(name="x", noteText="é\n")
    yield {"name": "y", "price": "3"}
    yield Secret(name="z")


@app.get("/async-generator")
async def async_generator() -> AsyncGenerator[Item, None]:
    yield Item(name="x")


@app.get("/sync")
def sync_items(n: int = 2) -> Iterable[Item]:
    for number in range(n):
        yield Item(name=str(number))


@app.get("/sync-generator", status_code=201)
def sync_generator() -> Generator[Item, None, None]:
    yield Item(name="x")


@app.get("/untyped")
async def untyped():
    yield Secret(name="é")
    yield {"a": 1, "b": [date(2020, 1, 2), {"ü"}]}
    yield "text"
    yield None
    yield 2.5
    yield float("nan")


@app.get("/any", response_model_exclude_unset=True)
def any_items() -> Iterator[Any]:
    yield Secret(name="x")
    yield "text"


@app.get("/optional", response_model_by_alias=False)
def optional_items() -> Iterator[Item | None]:
    yield Item(name="x")
    yield None


@app.get("/lists")
def lists() -> Iterator[list[Item]]:
    yield [Item(name="x"), Item(name="y")]


@app.get("/unset", response_model_exclude_unset=True)
async def unset() -> AsyncIterable[Item]:
    yield Item(name="x")


@app.get("/chosen", response_model_include={"name", "note"}, response_model_exclude_none=True)
async def chosen() -> AsyncIterable[Item]:
    yield Item(name="x")


@app.get("/without-model", response_model=None)
async def without_model() -> AsyncIterable[Item]:
    yield Secret(name="x")


def stamp(response: Response):
    response.headers["x-stamp"] = "1"
    response.set_cookie("c", "d")
    response.status_code = 202


@app.get("/stamped", dependencies=[Depends(stamp)])
async def stamped() -> AsyncIterable[int]:
    yield 1


async def refuse(token: str | None = None):
    if token is None:
        raise HTTPException(401, "no token")
    yield token


@app.get("/guarded", dependencies=[Depends(refuse)])
async def guarded() -> AsyncIterable[int]:
    yield 1


@app.api_route("/both", methods=["GET", "HEAD"])
async def both() -> AsyncIterable[int]:
    yield 1


class Table(StreamingResponse):
    media_type = "text/csv"


@app.get("/raw", response_class=StreamingResponse)
async def raw():
    yield "é"
    yield b"\xff"


@app.get("/raw-typed", response_class=Table, status_code=203)
def raw_typed() -> Iterable[str]:
    yield "a,b\n"
    yield "1,2\n"


@app.get("/events", response_class=EventSourceResponse)
async def events() -> AsyncIterable[Item]:
    yield Item(name="x", noteText="a\nb")
    yield {"name": "y", "price": "3"}
    yield ServerSentEvent(data={"other": "é"}, event="end", id="9")


@app.get("/events-sync", response_class=EventSourceResponse)
def events_sync(last_event_id: Annotated[int, Header()] = 0) -> Iterable[ServerSentEvent]:
    for number in range(last_event_id, 3):
        yield ServerSentEvent(data=number, id=str(number), retry=10)


@app.post("/events-posted", response_class=EventSourceResponse, status_code=201)
async def events_posted(item: Item) -> AsyncIterable[Item]:
    yield item


@app.get("/events-untyped", response_class=EventSourceResponse)
async def events_untyped():
    yield Item(name="x")
    yield {"a": "é\n", "when": date(2020, 1, 2)}
    yield "text"
    yield None
    yield ServerSentEvent(data=Item(name="x"))
    yield ServerSentEvent(data=[Item(name="x")], comment="one\ntwo", event="e", id="1", retry=0)
    yield ServerSentEvent(raw_data="a\nb\r\nc\rd\n")
    yield ServerSentEvent(raw_data="\u2028 \x85 \x0b")
    yield ServerSentEvent(raw_data="")
    yield ServerSentEvent(raw_data=" lead")
    yield ServerSentEvent(comment="")
    yield ServerSentEvent(id="", event="")
    yield ServerSentEvent()


REQUESTS = [
    "GET /async",
    "GET /async-generator",
    "GET /sync",
    "GET /sync?n=0",
    "GET /sync?n=x",
    "GET /sync-generator",
    "GET /untyped",
    "GET /any",
    "GET /optional",
    "GET /lists",
    "GET /unset",
    "GET /chosen",
    "GET /without-model",
    "GET /stamped",
    "GET /guarded",
    "GET /guarded?token=t",
    "GET /both",
    "HEAD /both",
    "HEAD /async",
    "GET /raw",
    "GET /raw-typed",
    "GET /events",
    "GET /events-sync",
    ("GET /events-sync", {"headers": {"last-event-id": "2"}}),
    ("GET /events-sync", {"headers": {"last-event-id": "x"}}),
    ("POST /events-posted", {"json": {"name": "x"}}),
    ("POST /events-posted", {"json": {}}),
    "GET /events-untyped",
]
