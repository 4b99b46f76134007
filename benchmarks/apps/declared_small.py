"""What a first app is measured with, for FastAPI and xapi: three routes."""

from typing import Any

from pydantic import BaseModel

from benchmarks.apps.framework import App

app = App(title="Small")


class Item(BaseModel):
    """What is stored."""

    name: str
    price: float
    in_stock: bool = True


@app.get("/")
async def read_root() -> dict[str, str]:
    """A greeting."""
    return {"message": "hello"}


@app.get("/items/{item_id}")
async def read_item(item_id: int, search: str | None = None) -> dict[str, Any]:
    """One item."""
    return {"item_id": item_id, "search": search}


@app.post("/items")
async def create_item(item: Item) -> Item:
    """The item, stored."""
    return item
