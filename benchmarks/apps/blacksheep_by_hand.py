"""The work items as a user of BlackSheep writes them. It has no dependencies with ``yield``, so no item f."""

from collections.abc import Callable, Mapping

from blacksheep import (
    Application,
    Content,
    FromCookie,
    FromHeader,
    FromJSON,
    FromQuery,
    Response,
    Router,
    json,
)
from pydantic import BaseModel

from benchmarks.apps.blacksheep_parts import ITEMS as PARTS
from benchmarks.apps.models import Item
from benchmarks.traffic import ROUTES


class AgentHeader(FromHeader[str]):
    """``User-Agent``"""

    name = "user-agent"


class RequestIdHeader(FromHeader[str]):
    """``X-Request-Id``"""

    name = "x-request-id"


class AttemptHeader(FromHeader[int]):
    """``X-Attempt``"""

    name = "x-attempt"


class SessionCookie(FromCookie[str]):
    """``session``"""

    name = "session"


class ThemeCookie(FromCookie[str]):
    """``theme``"""

    name = "theme"


def plain() -> Application:
    """a"""
    app = Application(router=Router())

    @app.router.get("/plain")
    async def read_plain() -> Response:
        return json({"message": "hello", "ready": True})

    return app


def typed() -> Application:
    """c"""
    app = Application(router=Router())

    @app.router.get("/items/{item_id}")
    async def read_item(
        item_id: int, search: FromQuery[str], limit: FromQuery[int], in_stock: FromQuery[bool]
    ) -> Response:
        return json(
            {"item_id": item_id, "search": search.value, "limit": limit.value, "in_stock": in_stock.value}
        )

    return app


def small_body() -> Application:
    """d and i"""
    app = Application(router=Router())

    @app.router.post("/items")
    async def add_item(data: FromJSON[Item]) -> Response:
        return answer(data.value)

    return app


def answer(model: BaseModel) -> Response:
    """A model as JSON, written by Pydantic."""
    return Response(200, None, Content(b"application/json", model.model_dump_json().encode()))


def headed() -> Application:
    """g"""
    app = Application(router=Router())

    @app.router.get("/visit")
    async def visit(
        agent: AgentHeader,
        request_id: RequestIdHeader,
        session: SessionCookie,
        attempt: AttemptHeader,
        theme: ThemeCookie,
    ) -> Response:
        return json(
            {
                "user_agent": agent.value,
                "request_id": request_id.value,
                "attempt": attempt.value,
                "session": session.value,
                "theme": theme.value,
            }
        )

    return app


def routes() -> Application:
    """k"""
    app = Application(router=Router())

    async def read_resource(item_id: int) -> Response:
        return json({"item_id": item_id})

    for number in range(ROUTES):
        app.router.add_get(f"/resource-{number}/{{item_id}}", read_resource)
    return app


ITEMS: Mapping[str, Callable[[], Application]] = {
    "a": plain,
    "c": typed,
    "d": small_body,
    "g": headed,
    "i": small_body,
    "k": routes,
    **PARTS,
}
