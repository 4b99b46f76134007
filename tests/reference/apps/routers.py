"""What operations inherit from routers, inclusions and the app."""

from typing import Annotated

from pydantic import BaseModel

from xapi import XAPI, APIRouter, Depends, Header, Query
from xapi.responses import HTMLResponse, PlainTextResponse


class Problem(BaseModel):
    detail: str


class Item(BaseModel):
    name: str


def token(x_token: Annotated[str, Header()], q: Annotated[int, Query(description="outer")] = 1): ...


def verbose(verbose: bool = False): ...


def unique_id(route) -> str:
    return f"{route.tags[0] if route.tags else 'none'}-{route.name}"


app = XAPI(
    dependencies=[Depends(verbose)],
    responses={500: {"model": Problem, "description": "Broken"}},
)
items = APIRouter(prefix="/items", tags=["items"], responses={404: {"model": Problem}})
users = APIRouter(dependencies=[Depends(token)], default_response_class=PlainTextResponse, deprecated=True)
admin = APIRouter(tags=["admin"], include_in_schema=False)
named = APIRouter(generate_unique_id_function=unique_id)


@items.get("/")
def list_items() -> list[Item]: ...


@items.get("/{item_id}", tags=["one"], responses={404: {"description": "Mine"}, 403: {"description": "No"}})
def read_item(item_id: int, q: str = "mine") -> Item: ...


@users.get("/users/{user_id}")
def read_user(user_id: str): ...


@users.get("/users", deprecated=False, response_class=HTMLResponse)
def list_users(): ...


@admin.get("/secret")
def secret(): ...


@named.post("/named", tags=["t"])
def create(item: Item, other: Item): ...


@named.post("/unnamed", operation_id="own")
def create_own(item: Item, other: Item): ...


items.include_router(users, prefix="/{group}", tags=["users"], responses={410: {"description": "Gone"}})
app.include_router(items)
app.include_router(users, prefix="/v2", tags=["v2"], dependencies=[Depends(verbose)])
app.include_router(admin, prefix="/admin")
app.include_router(named)


@app.get("/last")
def last(): ...


hidden = APIRouter()


@hidden.get("/not-shown")
def not_shown(): ...


app.include_router(hidden, include_in_schema=False)
app.include_router(hidden, prefix="/shown", deprecated=True, default_response_class=HTMLResponse)
