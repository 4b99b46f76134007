"""Requests that operations send back, documented with everything that operations have."""

from typing import Annotated

from pydantic import BaseModel, HttpUrl

from xapi import XAPI, APIRouter, Depends, Header, Path, Query
from xapi.security import APIKeyHeader

app = XAPI()
events, reports = APIRouter(), APIRouter(tags=["reports"])


class Event(BaseModel):
    kind: str
    data: dict[str, int] = {}


class Receipt(BaseModel):
    ok: bool


@events.post("{$request.query.url}/events/{$request.body#/kind}", status_code=202, summary="Tell of an event")
def send_event(event: Event, x_signature: Annotated[str, Header()]) -> Receipt:
    """Sent once."""


@events.delete("{$request.query.url}", responses={404: {"model": Receipt}}, deprecated=True)
def stop(): ...


@reports.put("{$response.body#/report}/{number}", dependencies=[Depends(APIKeyHeader(name="X-Report"))])
def report(number: Annotated[int, Path(ge=1)], parts: list[Event]): ...


@app.post("/subscribe", callbacks=events.routes)
def subscribe(url: HttpUrl, event: Event) -> Receipt: ...


@app.post("/twice", callbacks=[*events.routes, *reports.routes])
def twice(url: Annotated[HttpUrl | None, Query()] = None): ...


outer = APIRouter(callbacks=reports.routes)


@outer.post("/outer", callbacks=events.routes)
def inherited(url: str): ...


app.include_router(outer)
