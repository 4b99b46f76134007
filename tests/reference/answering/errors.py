"""Errors: exceptions, handlers, and what comes out of dependencies."""

from typing import Annotated

from pydantic import BaseModel
from starlette.exceptions import HTTPException as StarletteHTTPException

from xapi import XAPI, Depends, Header, HTTPException, Request
from xapi.exception_handlers import http_exception_handler, request_validation_exception_handler
from xapi.exceptions import RequestValidationError
from xapi.responses import JSONResponse, PlainTextResponse

app = XAPI()


class UnicornError(Exception):
    def __init__(self, name: str) -> None:
        self.name = name


class OwnerError(Exception):
    pass


@app.exception_handler(UnicornError)
async def on_unicorn(request: Request, exc: UnicornError):
    return JSONResponse(status_code=418, content={"message": f"Oops! {exc.name} at {request.url.path}"})


@app.exception_handler(409)
def on_conflict(request: Request, exc: HTTPException):
    return PlainTextResponse(f"conflict: {exc.detail}", status_code=409)


@app.get("/items/{item_id}")
async def read_item(item_id: str):
    if item_id == "foo":
        return {"item": item_id}
    raise HTTPException(404, "Item not found", {"X-Error": "There goes my error"})


@app.get("/detail")
async def detail():
    raise HTTPException(status_code=400, detail={"code": 1, "more": ["a", None]})


@app.get("/status/{code}")
async def status(code: int):
    raise HTTPException(code)


@app.get("/starlette")
async def starlette():
    raise StarletteHTTPException(403, "no")


@app.get("/unicorns/{name}")
def unicorn(name: str):
    raise UnicornError(name)


@app.get("/unhandled")
async def unhandled():
    raise KeyError("secret")


class Out(BaseModel):
    x: int


@app.get("/broken", response_model=Out)
async def broken():
    return {"x": "no"}


def owner():
    try:
        yield "Rick"
    except OwnerError as error:
        raise HTTPException(400, f"Owner error: {error}") from error


@app.get("/owned/{item_id}")
def owned(item_id: str, username: Annotated[str, Depends(owner)]):
    if item_id == "plumbus":
        raise OwnerError(username)
    if item_id == "none":
        raise HTTPException(404, "Item not found")
    return item_id


async def verify_token(x_token: Annotated[str, Header()]):
    if x_token != "fake":
        raise HTTPException(400, "X-Token header invalid")


async def verify_key(x_key: Annotated[str, Header()]):
    if x_key != "fake":
        raise HTTPException(400, "X-Key header invalid")
    return x_key


@app.get("/guarded", dependencies=[Depends(verify_token), Depends(verify_key)])
async def guarded(n: int):
    return n


sub = XAPI()


@sub.exception_handler(StarletteHTTPException)
async def sub_http(request: Request, exc: StarletteHTTPException):
    answer = await http_exception_handler(request, exc)
    answer.headers["x-sub"] = "yes"
    return answer


@sub.exception_handler(RequestValidationError)
async def sub_invalid(request: Request, exc: RequestValidationError):
    answer = await request_validation_exception_handler(request, exc)
    answer.headers["x-body"] = repr(exc.body)
    return answer


@sub.post("/things/{n}")
async def things(n: int, body: Out):
    return n


app.mount("/sub", sub)

REQUESTS = [
    "GET /items/foo",
    "GET /items/bar",
    "GET /detail",
    "GET /status/401",
    "GET /status/404",
    "GET /status/204",
    "GET /status/304",
    "GET /status/409",
    "GET /status/418",
    "GET /starlette",
    "GET /unicorns/yolo",
    "GET /unhandled",
    "GET /broken",
    "GET /owned/plumbus",
    "GET /owned/none",
    "GET /owned/fine",
    "GET /guarded",
    ("GET /guarded?n=x", {"headers": {"x-token": "fake"}}),
    ("GET /guarded?n=1", {"headers": {"x-token": "fake", "x-key": "bad"}}),
    ("GET /guarded?n=1", {"headers": {"x-token": "bad", "x-key": "bad"}}),
    ("GET /guarded?n=1", {"headers": {"x-token": "fake", "x-key": "fake"}}),
    ("POST /sub/things/1", {"json": {"x": 1}}),
    ("POST /sub/things/y", {"json": {"x": "z"}}),
    "POST /sub/things/y",
    "GET /sub/nothing",
    "GET /sub/things/1",
    "HEAD /detail",
]
