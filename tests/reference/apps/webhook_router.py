"""Webhooks with tags, parameters, security, and models that operations share."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from xapi import XAPI, APIRouter, Depends, Header, Query
from xapi.security import HTTPBearer

hooks = APIRouter()


class Order(BaseModel):
    number: int
    state: Literal["open", "paid"] = "open"


class Note(BaseModel):
    text: str = Field(max_length=100)


@hooks.post("order-paid", tags=["orders"], responses={410: {"description": "Stop sending"}})
def order_paid(order: Order, x_attempt: Annotated[int, Header(ge=1)] = 1):
    """An order was paid."""


@hooks.put("order-changed", deprecated=True, operation_id="changed")
def order_changed(order: Order, note: Note) -> Note: ...


@hooks.get("ping", dependencies=[Depends(HTTPBearer())])
def ping(challenge: Annotated[str, Query(min_length=8)]) -> str: ...


@hooks.post("hidden", include_in_schema=False)
def hidden(): ...


app = XAPI(webhooks=hooks)


@app.webhooks.post("late")
def late(notes: list[Note]): ...


@app.post("/orders")
def create(order: Order) -> Order: ...
