"""The app of somebody who has read the first pages about FastAPI."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, FastAPI, Form, Header, HTTPException, Query, Response, UploadFile, WebSocket
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, Field

app = FastAPI(title="Shop", version="1.0")


class Item(BaseModel):
    name: str = Field(min_length=1)
    price: float = Field(gt=0)
    tags: list[str] = []
    in_stock: bool = True


class StoredItem(Item):
    id: int


class Shelf:
    """What is for sale."""

    def __init__(self) -> None:
        self.items: dict[int, StoredItem] = {}


shelf = Shelf()


def get_shelf() -> Shelf:
    return shelf


def clerk(x_token: Annotated[str, Header()]) -> str:
    if x_token != "secret":
        raise HTTPException(status_code=403, detail="Not a clerk")
    return "clerk"


OurShelf = Annotated[Shelf, Depends(get_shelf)]
Clerk = Annotated[str, Depends(clerk)]


def stored(number: int, shelf: OurShelf) -> StoredItem:
    if number not in shelf.items:
        raise HTTPException(status_code=404, detail="No such item")
    return shelf.items[number]


@app.get("/", response_class=HTMLResponse)
async def home() -> str:
    return "<h1>Shop</h1>"


@app.get("/items/{number}")
async def read(
    number: int,
    search: str,
    limit: Annotated[int, Query(ge=1, le=100)] = 10,
    in_stock: bool = False,
) -> dict[str, int | str | bool]:
    return {"number": number, "search": search, "limit": limit, "in_stock": in_stock}


@app.post("/items", status_code=201)
async def create(item: Item, shelf: OurShelf) -> StoredItem:
    number = min(len(shelf.items), 99) + 1
    shelf.items[number] = StoredItem(id=number, **item.model_dump())
    return shelf.items[number]


@app.get("/stored/{number}")
async def read_stored(item: Annotated[StoredItem, Depends(stored)]) -> StoredItem:
    return item


@app.put("/stored/{number}")
async def replace(number: int, item: Item, shelf: OurShelf, by: Clerk) -> StoredItem:
    stored(number, shelf)
    shelf.items[number] = StoredItem(id=number, **item.model_dump())
    return shelf.items[number]


@app.delete("/stored/{number}", status_code=204)
async def remove(number: int, shelf: OurShelf, by: Clerk) -> None:
    stored(number, shelf)
    del shelf.items[number]


@app.post("/login")
def login(response: Response, user: Annotated[str, Form()]) -> dict[str, str]:
    response.set_cookie("user", user)
    return {"user": user}


@app.post("/pictures")
async def add_picture(picture: UploadFile) -> dict[str, str | int | None]:
    return {"name": picture.filename, "size": len(await picture.read())}


@app.websocket("/chat")
async def chat(websocket: WebSocket) -> None:
    await websocket.accept()
    async for text in websocket.iter_text():
        await websocket.send_text(f"you said {text}")
