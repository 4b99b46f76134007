"""The work items once more, in another style, so that nothing is made fast for one shape alone.

Written anew, for FastAPI and xapi: routers, statuses, aliases, validators, lists in the query, models that
are not what the endpoint returns, middlewares that look at the request. A browser sends these requests.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from benchmarks.apps.framework import APIRouter, App, File, Form, Query, Request, Response, UploadFile
from benchmarks.apps.second_models import (
    ENTRIES,
    RECORDS,
    Account,
    NewAccount,
    Page,
    Readings,
)

CallNext = Callable[[Request], Awaitable[Response]]


def app_with(router: APIRouter) -> App:
    """An app as people write them: everything in a router."""
    app = App(title="Shop", version="3.4.1")
    app.include_router(router)
    return app


def status() -> App:
    """a2: a nested dict."""
    router = APIRouter(prefix="/health", tags=["health"])

    @router.get("/live", response_model=None)
    async def live() -> dict[str, Any]:
        return {
            "status": "ok",
            "uptime": 86400.5,
            "checks": {"database": "up", "queue": None},
            "nodes": [1, 2],
        }

    return app_with(router)


def search() -> App:
    """c2: an id and a choice in the path; a pattern, a list, a date, a number and a choice in the query."""
    router = APIRouter(prefix="/v1")

    @router.get("/{region}/products/{sku}", response_model=None)
    async def products(
        region: Literal["eu", "us"],
        sku: UUID,
        q: Annotated[str | None, Query(min_length=2, pattern="^[a-z0-9 ]+$")] = None,
        tag: Annotated[list[str], Query(max_length=5)] = [],  # noqa: B006  what people write
        after: date | None = None,
        most: Annotated[float, Query(gt=0)] = 1000,
        sort: Literal["price", "-price"] = "price",
    ) -> dict[str, Any]:
        return {
            "region": region,
            "sku": sku.hex,
            "q": q,
            "tags": tag,
            "after": after and after.isoformat(),
            "most": most,
            "sort": sort,
        }

    return app_with(router)


def accounts() -> App:
    """d2 and i2: one model in, another one out, made from a dict."""
    router = APIRouter(tags=["accounts"])

    @router.post("/accounts", status_code=201, response_model=Account)
    async def open_account(account: NewAccount) -> dict[str, Any]:
        return {"id": 7, **account.model_dump()}

    return app_with(router)


def readings() -> App:
    """e2: a hundred nested models in an object, in and out."""
    router = APIRouter()

    @router.put("/readings")
    async def put_readings(batch: Readings) -> Readings:
        return batch

    return app_with(router)


def page() -> App:
    """j2: a thousand dicts, which the response model makes models of."""
    router = APIRouter()

    @router.get("/rows", response_model=Page)
    async def rows(page: int = 1) -> dict[str, Any]:
        return {"page": page, "entries": ENTRIES}

    return app_with(router)


def records() -> App:
    """m2: a hundred dicts of other dicts, without a model, not all in ASCII."""
    router = APIRouter()

    @router.get("/rows", response_model=None)
    async def rows(page: int = 1) -> dict[str, Any]:
        return {"page": page, "records": RECORDS}

    return app_with(router)


def albums() -> App:
    """h2: a repeated field and two files, one of them read as bytes."""
    router = APIRouter()

    @router.post("/albums", response_model=None)
    async def add_album(
        album: Annotated[str, Form(max_length=80)],
        label: Annotated[list[str], Form()],
        public: Annotated[bool, Form()],
        notes: Annotated[bytes, File()],
        cover: UploadFile,
    ) -> dict[str, Any]:
        start = await cover.read(8)
        return {
            "album": album,
            "labels": label,
            "public": public,
            "cover": [cover.filename, cover.content_type, start.hex()],
            "notes": len(notes),
        }

    return app_with(router)


def middlewares() -> App:
    """l2: middlewares that look at path, header and status, and leave something in the state."""
    router = APIRouter(prefix="/health")

    @router.get("/live", response_model=None)
    async def live(request: Request) -> dict[str, Any]:
        return {"status": "ok", "language": request.state.language}

    app = app_with(router)

    @app.middleware("http")
    async def languages(request: Request, call_next: CallNext) -> Response:
        request.state.language = request.headers.get("accept-language", "en")[:2]
        return await call_next(request)

    @app.middleware("http")
    async def noting(request: Request, call_next: CallNext) -> Response:
        response = await call_next(request)
        response.headers["x-noted"] = f"{request.method} {response.status_code}"
        return response

    @app.middleware("http")
    async def guarding(request: Request, call_next: CallNext) -> Response:
        if "authorization" not in request.headers:
            return Response("who are you?", status_code=401)
        response = await call_next(request)
        response.headers.setdefault("x-frame-options", "DENY")
        return response

    return app


ITEMS: Mapping[str, Callable[[], App]] = {
    "a2": status,
    "c2": search,
    "d2": accounts,
    "e2": readings,
    "h2": albums,
    "i2": accounts,
    "j2": page,
    "l2": middlewares,
    "m2": records,
}
