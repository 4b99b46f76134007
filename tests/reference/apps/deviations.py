"""Where the document of the reference contradicts what is served or declared, so that ours differs."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from xapi import XAPI, Body, Query

app = XAPI()


class Item(BaseModel):
    name: str
    price: float | None = Field(default=None, examples=[None, 1.5])

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "Foo", "price": None}]})


@app.get("/twice")
def first(a: int): ...


@app.get("/twice")
def second(b: str): ...


@app.get("/feed")
def feed():
    """\f
    Everything is hidden.
    """


@app.get("/margin")
def margin():
    """The first line.

        Part of the text.
    \f
    Not for clients.
    """


@app.post("/dots", operation_id="items.create")
def dots(a: Item, b: Item): ...


@app.post("/brackets", operation_id="items.create[many]")
def brackets(a: Item, b: Item): ...


@app.get("/nulls")
def nulls(
    q: Annotated[
        str | None, Query(openapi_examples={"none": {"value": None}, "in": {"value": {"a": None}}})
    ] = None,
): ...


@app.post("/nulls", responses={400: {"content": {"application/json": {"example": {"detail": None}}}}})
def null_bodies(
    item: Annotated[Item, Body(openapi_examples={"none": {"value": {"name": "x", "price": None}}})],
): ...


@app.get("/default", openapi_extra={"x-nothing": None, "summary": None})
def infinite(limit: float = float("inf")): ...
