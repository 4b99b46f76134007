"""Mistakes are refused where they are written, with place, cause and mend; what may be meant is not."""

from __future__ import annotations

import gc
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from xapi import XAPI, APIRouter
from xapi.cli.routes import _mistakes
from xapi.exceptions import DeclarationError, ResponseValidationError
from xapi.testing import TestClient

PAGE = Path(__file__).parents[2] / "docs/mistakes.md"
PAIRS = re.findall(
    r"^```python\n(.*?)^```\n\n```text\n(.*?)\n```$", PAGE.read_text(), re.MULTILINE | re.DOTALL
)
IMPORTS = """
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Annotated, Any
from pydantic import BaseModel
from starlette.background import BackgroundTask
from xapi import *
from xapi.middleware.cors import CORSMiddleware
from xapi.responses import JSONResponse
from xapi.security import APIKeyHeader, HTTPBearer, OAuth2PasswordRequestForm, SecurityScopes
app = XAPI()
"""


def told(program: str) -> str:
    """What is told of a program: when it is loaded, of its routes, or when it is called."""
    names: dict[str, Any] = {"__name__": "app"}
    exec(IMPORTS, names)
    try:
        exec(compile(program, "app.py", "exec", dont_inherit=True), names)
    except (DeclarationError, TypeError) as error:
        return str(error)
    app: XAPI = names["app"]
    if mistakes := "".join(_mistakes(app)):
        return mistakes.rstrip("\n")
    with TestClient(app) as client:
        try:
            client.get("/")
        except ResponseValidationError as error:
            return str(error)
    return ""


def test_the_page_has_examples() -> None:
    assert len(PAIRS) > 15
    assert PAGE.read_text().count("```python") == len(PAIRS)


@pytest.mark.parametrize(("program", "message"), PAIRS, ids=[message[:60] for _, message in PAIRS])
def test_an_example_of_the_page_is_told_as_it_says(program: str, message: str) -> None:
    assert told(program) == message


@pytest.mark.parametrize(
    ("argument", "mend"),
    [
        ("db=Depends(made())", "write Depends(made)"),
        ("db=Depends(awaited())", "write Depends(awaited)"),
        ("db=Depends(managed())", "write Depends(managed)"),
        ("db=Depends(number())", "without calling it"),
        ("db=Depends(nothing())", "without calling it"),
        ("db=Depends('number')", "without calling it"),
        ("db: Annotated[Any, Depends(made())]", "write Depends(made)"),
        ("db=lambda: 1", "write Depends("),
        ("user=Depends(APIKeyHeader)", "Depends(APIKeyHeader(...))"),
        ("user: Annotated[Any, Security(HTTPBearer)]", "Depends(HTTPBearer(...))"),
        ("user=Depends(Own)", "Depends(Own(...))"),
        ("user=None, *, bearer: Annotated[Any, Depends(HTTPBearer)]", "Depends(HTTPBearer(...))"),
    ],
)
def test_a_dependency_that_would_not_run_is_refused(argument: str, mend: str) -> None:
    functions = """
def made(): yield
async def awaited(): ...
def number(): return 1
def nothing(): ...
@asynccontextmanager
async def managed(): yield
class Own(HTTPBearer): ...
"""
    message = told(f"{functions}\n@app.get('/')\ndef read({argument}): ...")
    assert message.startswith("app.py:")
    assert "in read(): parameter" in message
    assert mend in message


@pytest.mark.parametrize(
    "decorator",
    [
        *("get", "put", "post", "delete", "options", "head", "patch", "trace", "api_route", "websocket"),
        *("route", "websocket_route", "middleware", "exception_handler"),
    ],
)
@pytest.mark.parametrize("owner", ["app", "APIRouter()"])
def test_a_decorator_without_parentheses_is_refused(owner: str, decorator: str) -> None:
    if owner != "app" and decorator in ("middleware", "exception_handler"):
        assert not hasattr(APIRouter, decorator)
        return
    message = told(f"@{owner}.{decorator}\nasync def read(*given): ...")
    assert message.startswith(f"app.py:1, in read(): @{decorator} stands without parentheses")


@pytest.mark.parametrize(
    ("result", "message"),
    [
        ("later()", "`await later(...)`"),
        ("Later()", "of type Later, which has to be awaited"),
        ("ValueError('x')", "`raise ValueError(...)`"),
        ("RequestError", "the class RequestError"),
        ("WebSocketException(1008)", "`raise WebSocketException(...)`"),
    ],
)
@pytest.mark.parametrize("annotation", ["", " -> int", " -> dict[str, int]", " -> list[int]"])
def test_a_result_that_nobody_means_is_told(result: str, annotation: str, message: str) -> None:
    program = f"""
async def later(): return 1
class Later:
    def __await__(self): yield
class RequestError(Exception): ...
@app.get("/")
def read(){annotation}: return {result}
"""
    shown = told(program)
    assert 'File "app.py", line 6, in read' in shown
    assert message in shown


@pytest.mark.parametrize(
    ("annotation", "result"),
    [("list[int]", "[later()]"), ("dict[str, int]", "{'x': later()}"), ("Total", "{'x': later()}")],
)
def test_what_was_not_awaited_inside_of_a_result_is_told(annotation: str, result: str) -> None:
    program = f"""
async def later(): return 1
class Total(BaseModel):
    x: int
@app.get("/")
def read() -> {annotation}: return {result}
"""
    shown = told(program)
    assert "this is a coroutine, which has to be awaited: write `await later(...)`" in shown
    gc.collect()  # the interpreter, too, would tell of it


@pytest.mark.parametrize(
    "keyword", ["tags='shop'", "dependencies=Depends(print)", "tags={'shop': 1}", "tags=1"]
)
@pytest.mark.parametrize("place", ["app.get('/', {})", "APIRouter({})", "XAPI({})"])
def test_one_thing_where_a_list_is_meant_is_refused(place: str, keyword: str) -> None:
    program = place.format(keyword)
    if program.startswith("app"):
        program = f"@{program}\ndef read(): ..."
    assert "has to be a list" in told(program)


@pytest.mark.parametrize(
    "key", ["'404'", "'ValueError'", "ValueError('x')", "int", "None", "True", "(404, 405)"]
)
@pytest.mark.parametrize(
    "place",
    [
        "app.exception_handler({})",
        "XAPI(exception_handlers={{{}: print}})",
        "app.add_exception_handler({}, print)",
    ],
)
def test_a_handler_that_is_never_called_is_refused(place: str, key: str) -> None:
    message = told(place.format(key))
    assert message.startswith("app.py:1, in <module>: an exception handler for ")
    assert "would never be called" in message


MEANT = """
@app.get("/a", status_code=204)
def a() -> None: ...

@app.get("/b", status_code=204)
def b() -> Response: return Response(status_code=204)

@app.get("/c", status_code=204)
def c() -> Any: ...

@app.get("/d", status_code=HTTPStatus.CREATED, tags=("x",))
def d(form: Annotated[OAuth2PasswordRequestForm, Depends()] = None, scheme=Depends(HTTPBearer())): ...

@app.exception_handler(404)
@app.exception_handler(ValueError)
@app.exception_handler(HTTPStatus.CONFLICT)
def handler(request, error): return JSONResponse({}, 404)

@app.get("/users/{number:int}")
def by_number(number: int): ...

@app.get("/users/{name}")
def by_name(name: str): ...

@app.post("/users/{name}")
def change(name: str): ...

@app.get("/files/{rest:path}")
def file(request: Request): ...

@app.get("/{x}-{y}")
def two(x: str, y: str): ...

@app.get("/{x}")
def one(x: str): ...

def named(tenant: str): ...
router = APIRouter(prefix="/{tenant}/things", dependencies=[Depends(named)])

@router.get("/")
def things(): ...

app.include_router(router)
app.add_middleware(CORSMiddleware, allow_origins=["*"])
"""


def test_what_may_be_meant_is_not_refused() -> None:
    assert told(MEANT) == ""


def hidden(program: str) -> Iterator[str]:
    names: dict[str, Any] = {"__name__": "app"}
    exec(IMPORTS + program, names)
    return (line.split(": ", 2)[2].rstrip() for line in _mistakes(names["app"]))


def test_routes_of_mounted_apps_are_looked_at_too() -> None:
    inner = "inner = XAPI()\n@inner.get('/{x}')\ndef f(x: str): ...\n@inner.get('/y')\ndef g(): ...\n"
    (line,) = hidden(inner + "app.mount('/in', inner)\n")
    assert line.startswith("GET /in/y: no request reaches it, because GET /in/{x} ")


def test_a_mount_hides_the_routes_behind_it() -> None:
    routes = """
from starlette.routing import Host, Mount
app.mount("/static", XAPI())
@app.get("/static/logo.png")
def logo(): ...
@app.get("/static")
def listing(): ...
app.router.routes.append(Host("api.example.com", XAPI()))
app.mount("/", XAPI())
@app.websocket("/feed")
async def feed(websocket: WebSocket): ...
"""
    assert [line.partition(" stands")[0] for line in hidden(routes)] == [
        "GET /static/logo.png: no request reaches it, because the mount at /static",
        "WEBSOCKET /feed: no request reaches it, because the mount at /",
    ]


def test_a_route_is_hidden_for_the_methods_of_the_one_before_it_alone() -> None:
    routes = (
        "@app.get('/{x}')\ndef f(x: str): ...\n@app.api_route('/y', methods=['GET', 'POST'])\ndef g(): ...\n"
    )
    assert [line.split(":")[0] for line in hidden(routes)] == ["GET /y"]


def test_what_matches_by_more_than_its_path_is_left_alone() -> None:
    routes = """
from xapi.routing import APIRoute
class ByVersion(APIRoute):
    def matches(self, scope): return super().matches(scope)
router = APIRouter(route_class=ByVersion)
@router.get("/x")
def f(): ...
app.include_router(router)
@app.get("/x")
def g(): ...
"""
    assert list(hidden(routes)) == []
