"""The work items that are the same in Litestar whichever library holds the models."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

from litestar import Litestar, get
from litestar.di import Provide
from litestar.params import Parameter

from benchmarks.apps.counters import Pool
from benchmarks.traffic import ROUTES


def plain() -> Litestar:
    """a"""

    @get("/plain")
    async def read_plain() -> dict[str, Any]:
        return {"message": "hello", "ready": True}

    return Litestar([read_plain])


def typed() -> Litestar:
    """c"""

    @get("/items/{item_id:int}")
    async def read_item(
        item_id: Annotated[int, Parameter(ge=0)],
        search: str,
        limit: Annotated[int, Parameter(ge=1, le=100)] = 10,
        in_stock: bool = False,
    ) -> dict[str, Any]:
        return {"item_id": item_id, "search": search, "limit": limit, "in_stock": in_stock}

    return Litestar([read_item])


def dependencies() -> Litestar:
    """f"""
    pool = Pool()

    async def read_settings() -> dict[str, Any]:
        return {"database": "primary"}

    async def open_connection(settings: dict[str, Any]) -> AsyncIterator[str]:
        pool.open += 1
        yield settings["database"]
        pool.open -= 1

    async def open_session(connection: str) -> AsyncIterator[dict[str, Any]]:
        pool.open += 1
        yield {"connection": connection}
        pool.open -= 1

    async def read_user(session: dict[str, Any], user_id: int) -> dict[str, Any]:
        return {"id": user_id, **session}

    async def authorize(
        user: dict[str, Any], x_token: Annotated[str, Parameter(header="x-token")]
    ) -> dict[str, Any]:
        return {"token": x_token, **user}

    @get(
        "/report",
        dependencies={
            "settings": Provide(read_settings),
            "connection": Provide(open_connection),
            "session": Provide(open_session),
            "user": Provide(read_user),
            "authorized": Provide(authorize),
        },
    )
    async def report(authorized: dict[str, Any]) -> dict[str, Any]:
        return {"user": authorized, "open": pool.open}

    return Litestar([report])


def headed() -> Litestar:
    """g"""

    @get("/visit")
    async def visit(
        user_agent: Annotated[str, Parameter(header="user-agent")],
        request_id: Annotated[str, Parameter(header="x-request-id")],
        session_cookie: Annotated[str, Parameter(cookie="session")],
        attempt: Annotated[int, Parameter(header="x-attempt")] = 0,
        theme: Annotated[str, Parameter(cookie="theme")] = "light",
    ) -> dict[str, Any]:
        return {
            "user_agent": user_agent,
            "request_id": request_id,
            "attempt": attempt,
            "session": session_cookie,
            "theme": theme,
        }

    return Litestar([visit])


def routes() -> Litestar:
    """k"""

    async def read_resource(item_id: int) -> dict[str, Any]:
        return {"item_id": item_id}

    return Litestar([get(f"/resource-{number}/{{item_id:int}}")(read_resource) for number in range(ROUTES)])
