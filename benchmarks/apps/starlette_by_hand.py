"""The work items as a user of Starlette writes them, who calls Pydantic by hand."""

from collections.abc import Callable, Mapping

from pydantic import TypeAdapter
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from typing_extensions import TypedDict

from benchmarks.apps.models import MANY_ITEMS, Item, Order


class ItemQuery(TypedDict, total=False):
    """What item c declares."""

    item_id: int
    search: str
    limit: int
    in_stock: bool


ITEM_QUERY = TypeAdapter(ItemQuery)
ORDERS = TypeAdapter(list[Order])
ITEMS_OUT = TypeAdapter(list[Item])


async def read_plain(request: Request) -> Response:
    """a"""
    return JSONResponse({"message": "hello", "ready": True})


async def read_item(request: Request) -> Response:
    """c"""
    return JSONResponse(ITEM_QUERY.validate_python({**request.path_params, **request.query_params}))


async def add_item(request: Request) -> Response:
    """d"""
    item = Item.model_validate_json(await request.body())
    return Response(item.model_dump_json(), media_type="application/json")


async def add_orders(request: Request) -> Response:
    """e"""
    orders = ORDERS.validate_json(await request.body())
    return Response(ORDERS.dump_json(orders), media_type="application/json")


async def list_items(request: Request) -> Response:
    """j"""
    return Response(ITEMS_OUT.dump_json(MANY_ITEMS), media_type="application/json")


ITEMS: Mapping[str, Callable[[], Starlette]] = {
    "a": lambda: Starlette(routes=[Route("/plain", read_plain)]),
    "c": lambda: Starlette(routes=[Route("/items/{item_id}", read_item)]),
    "d": lambda: Starlette(routes=[Route("/items", add_item, methods=["POST"])]),
    "e": lambda: Starlette(routes=[Route("/orders", add_orders, methods=["POST"])]),
    "j": lambda: Starlette(routes=[Route("/items", list_items)]),
}
