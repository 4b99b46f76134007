"""A user's app with its tests, as type checkers see it. It is checked, and never run."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Annotated, Any, assert_type

from httpx import Response as HTTPXResponse
from pydantic import BaseModel

from pytest_xapi import MakeAsyncClient, MakeClient, Override, WebSocketConnect
from xapi import (
    XAPI,
    APIRouter,
    BackgroundTasks,
    Depends,
    Header,
    HTTPException,
    Query,
    Request,
    Response,
    Security,
    UploadFile,
    WebSocket,
    status,
)
from xapi.encoders import jsonable_encoder
from xapi.openapi.utils import get_openapi
from xapi.responses import JSONResponse
from xapi.routing import APIRoute
from xapi.security import HTTPAuthorizationCredentials, HTTPBearer, OAuth2PasswordBearer, SecurityScopes
from xapi.sse import ServerSentEvent
from xapi.testclient import TestClient
from xapi.testing import AsyncClient, LifespanManager


class Item(BaseModel):
    name: str
    price: float


@asynccontextmanager
async def lifespan(app: XAPI) -> AsyncGenerator[dict[str, int]]:
    yield {"started": 1}


app = XAPI(title="Items", lifespan=lifespan, max_body_size=1_000_000, tags=["items"])
router = APIRouter(prefix="/items", dependencies=[Depends(lambda: None)])
bearer = HTTPBearer()
scheme = OAuth2PasswordBearer(tokenUrl="token", scopes={"read": "Read"})


def connection() -> Iterator[str]:
    yield "connection"


def caller(scopes: SecurityScopes, token: Annotated[str, Depends(scheme)]) -> str:
    assert_type(scopes.scopes, list[str])
    return token


@router.get("/{item_id}", response_model=Item, responses={404: {"description": "There is no such item"}})
async def read_item(
    item_id: int,
    request: Request,
    background: BackgroundTasks,
    database: Annotated[str, Depends(connection, scope="function")],
    limit: Annotated[int, Query(ge=1, le=100)] = 10,
    user_agent: Annotated[str | None, Header()] = None,
    verbose: bool = Query(False, deprecated=True),
) -> Item:
    assert_type(request.url.path, str)
    assert_type(verbose, bool)
    background.add_task(print, item_id)
    if item_id == 0:
        raise HTTPException(status.HTTP_404_NOT_FOUND, "There is no such item")
    return Item(name=database, price=limit)


# What a decorator gives is the function itself.
assert_type(read_item.__name__, str)


@router.post("/", status_code=201)
def create_item(
    item: Item, response: Response, name: Annotated[str, Security(caller, scopes=["read"])]
) -> Item:
    response.headers["x-by"] = name
    return item


@router.post("/pictures")
async def upload(picture: UploadFile, who: Annotated[HTTPAuthorizationCredentials, Depends(bearer)]) -> int:
    assert_type(who.credentials, str)
    content = await picture.read()
    assert_type(content, bytes)
    return len(content)


@app.get("/events")
async def events() -> AsyncIterator[ServerSentEvent]:
    yield ServerSentEvent(data="one")


@app.websocket("/echo")
async def echo(websocket: WebSocket) -> None:
    await websocket.accept()
    assert_type(await websocket.receive_text(), str)


@app.exception_handler(ValueError)
async def refuse(request: Request, error: ValueError) -> JSONResponse:
    return JSONResponse({"detail": str(error)}, status_code=400)


@app.middleware("http")
async def count(request: Request, call_next: Callable[[Request], Any]) -> Response:
    answer: Response = await call_next(request)
    return answer


class Timed(APIRoute):
    """A route of the user's own."""


app.add_api_route("/timed", read_item, methods=["GET"], route_class_override=Timed)
app.include_router(router, prefix="/v1", tags=["first"])
assert_type(app.openapi(), dict[str, Any])
assert_type(get_openapi(title="Items", version="1", routes=app.routes), dict[str, Any])
assert_type(app.title, str)
assert_type(app.dependency_overrides, dict[Callable[..., Any], Any])
jsonable_encoder(Item(name="one", price=1), exclude_none=True)


def test_with_fixtures(client: TestClient, override: Override) -> None:
    with override(connection, "replaced") as handle:
        answer = client.get("/items/1", params={"limit": 2})
        assert_type(answer, HTTPXResponse)
        assert_type(handle.count(connection), int)


def test_with_fixtures_that_are_functions(make_client: MakeClient, websocket: WebSocketConnect) -> None:
    client = make_client(app, headers={"x": "1"}, overrides={connection: "replaced"}, timeout=3)
    assert_type(client, TestClient)
    with websocket("/echo", ["chat"], timeout=1) as session:
        session.send_text("hello")
        assert_type(session.receive_text(), str)


async def test_asynchronous_ones(make_async_client: MakeAsyncClient) -> None:
    assert_type(make_async_client(lifespan=False), AsyncClient)


def test_without_fixtures() -> None:
    with TestClient(app) as client, client.websocket_connect("/echo") as session:
        session.send_text("hello")
        assert_type(session.receive_text(), str)


async def test_async() -> None:
    async with LifespanManager(app), AsyncClient(app) as client:
        answer = await client.get("/items/1")
        assert_type(answer, HTTPXResponse)
