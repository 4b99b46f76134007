"""Different models of one name."""

import colliding_one
import colliding_two
from pydantic import BaseModel

from xapi import XAPI

app = XAPI()


def local() -> type[BaseModel]:
    class Item(BaseModel):
        local: bool

    return Item


Local = local()


@app.post("/one")
def one(item: colliding_one.Item) -> colliding_one.Item: ...


@app.post("/two")
def two(item: colliding_two.Item) -> colliding_two.Item: ...


@app.post("/wrapper")
def wrapper(item: colliding_one.Wrapper) -> colliding_one.Wrapper: ...


@app.post("/local")
def local_item(item: Local): ...


@app.post("/both")
def both(one: colliding_one.Item, two: colliding_two.Item) -> colliding_two.Item | colliding_one.Item: ...
