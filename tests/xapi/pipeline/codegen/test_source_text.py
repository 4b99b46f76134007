"""Texts of users in generated source: they are literals, and nothing in them is run."""

from __future__ import annotations

import enum
import inspect
from http import HTTPStatus
from typing import Annotated, Any

import pytest
from pydantic import BaseModel, Field

from xapi import XAPI, Body, Cookie, Depends, File, Form, Header, Path, Query, Security, WebSocket
from xapi.security import SecurityScopes
from xapi.testclient import TestClient

RUN: list[str] = []


class Hostile(str):
    """A text whose own ways of being shown run code, if they are asked."""

    __slots__ = ()

    def _shown(self, *arguments: object) -> str:
        RUN.append("shown")
        return "__import__('sys').exit()"

    __repr__ = __str__ = __format__ = _shown


class Name(enum.StrEnum):
    PLAIN = "name"

    def __repr__(self) -> str:
        return "1 +"


class Status(enum.IntEnum):
    CREATED = 201

    def __repr__(self) -> str:
        return "1 +"

    def __format__(self, spec: str) -> str:
        return "1 +"


CODE = "name\nRUN.append('newline')\r\nraise SystemExit\n#\"'\\{}"
TEXTS: list[Any] = [
    Name.PLAIN,
    Hostile("name"),
    CODE,
    "quote\"s'",
    "back\\slash\\",
    "{brace}",
    "ünïcode",
    "\ud800",
]


@pytest.fixture(autouse=True)
def nothing_is_run() -> Any:
    RUN.clear()
    yield
    assert RUN == []


@pytest.mark.parametrize("text", TEXTS[:-1], ids=ascii)
@pytest.mark.parametrize("marker", [Query, Cookie, Header, Form, File])
def test_aliases_are_literals(text: Any, marker: Any) -> None:
    if marker is Header and not str.__str__(text).isascii():
        pytest.skip("a header's name is ASCII (RFC 9110, section 5.1)")
    app = XAPI()

    @app.post("/")
    async def endpoint(value: Annotated[str, marker(alias=text)] = "default") -> str:
        return value

    with TestClient(app) as client:
        assert client.post("/").json() == "default"
        if marker is Query:
            assert client.post("/", params={str.__str__(text): "sent"}).json() == "sent"


@pytest.mark.parametrize("text", [Name.PLAIN, Hostile("name")], ids=["enum", "class"])
def test_an_alias_in_the_path_is_a_literal(text: Any) -> None:
    app = XAPI()

    @app.get("/{name}")
    async def endpoint(value: Annotated[str, Path(alias=text)]) -> str:
        return value

    with TestClient(app) as client:
        assert client.get("/sent").json() == "sent"


@pytest.mark.parametrize("text", TEXTS, ids=ascii)
def test_scopes_are_no_source(text: Any) -> None:
    app = XAPI()

    def dependency(scopes: SecurityScopes) -> bool:
        return scopes.scopes[0] is text

    @app.get("/")
    async def endpoint(value: Annotated[bool, Security(dependency, scopes=[text])]) -> bool:
        return value

    with TestClient(app) as client:
        assert client.get("/").json() is True


@pytest.mark.parametrize("text", [*TEXTS, "null\0"], ids=ascii)
@pytest.mark.parametrize("kind", ["endpoint", "dependency", "websocket"])
def test_names_of_functions_are_comments_that_end_where_they_end(text: Any, kind: str) -> None:
    app = XAPI()

    def dependency() -> str:
        return "value"

    async def endpoint(value: str = Depends(dependency)) -> str:
        return value

    async def socket(websocket: WebSocket, value: str = Depends(dependency)) -> None:
        await websocket.accept()
        await websocket.send_text(value)
        await websocket.close()

    named = {"endpoint": endpoint, "dependency": dependency, "websocket": socket}[kind]
    try:
        named.__qualname__ = text
    except UnicodeEncodeError:
        pytest.skip("Python has no such name")
    app.get("/")(endpoint)
    app.websocket("/ws")(socket)
    with TestClient(app) as client:
        assert client.get("/").json() == "value"
        with client.websocket_connect("/ws") as session:
            assert session.receive_text() == "value"


@pytest.mark.parametrize("name", ["é", "scope", "errors", "result0", "values0", "sent", "dict"])
def test_arguments_may_have_the_names_of_the_code(name: str) -> None:
    app = XAPI()

    def dependency(**given: Any) -> Any:
        return given[name]

    parameter = inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=int)
    dependency.__signature__ = inspect.Signature([parameter])  # type: ignore[attr-defined]

    @app.get("/")
    async def endpoint(value: Any = Depends(dependency)) -> Any:
        return value

    with TestClient(app) as client:
        assert client.get("/", params={name: "5"}).json() == 5


@pytest.mark.parametrize("status", [Status.CREATED, HTTPStatus.CREATED, True + 200])
@pytest.mark.parametrize("way", ["decorator", "attribute"])
def test_status_codes_are_numbers(status: Any, way: str) -> None:
    app = XAPI()

    @app.get("/", status_code=status if way == "decorator" else None)
    async def endpoint() -> int:
        return 1

    if way == "attribute":
        app.routes[-1].status_code = status  # type: ignore[attr-defined]
    with TestClient(app) as client:
        assert client.get("/").status_code == status


def test_a_scope_that_is_named_twice_holds_once() -> None:
    app = XAPI()

    def dependency(scopes: SecurityScopes) -> list[Any]:
        return [scopes.scopes, scopes.scope_str]

    @app.get("/")
    async def endpoint(value: Annotated[Any, Security(dependency, scopes=["x", "x"])]) -> Any:
        return value

    with TestClient(app) as client:
        assert client.get("/").json() == [["x"], "x"]


class HostileBody(BaseModel):
    field: Annotated[str, Field(alias=CODE, description=CODE)] = "default"


@pytest.mark.parametrize("text", [Name.PLAIN, CODE, "\0", "\"\"\"'''\\", "{0} {RUN}"], ids=ascii)
@pytest.mark.parametrize("kind", ["json", "embedded", "form", "none"])
def test_whatever_is_said_of_an_operation_is_no_source(text: Any, kind: str) -> None:
    app = XAPI(title=text, description=text)

    async def json(body: Annotated[HostileBody, Body(media_type=text, title=text)]) -> HostileBody:
        return body

    async def embedded(
        body: Annotated[HostileBody | None, Body(embed=True, alias=text)] = None,
    ) -> HostileBody:
        return body or HostileBody()

    async def form(body: Annotated[HostileBody, Form(description=text)]) -> HostileBody:
        return body

    async def none(value: Annotated[str, Query(description=text, pattern=".*")] = CODE) -> HostileBody:
        return HostileBody(**{CODE: "default"})

    endpoint = {"json": json, "embedded": embedded, "form": form, "none": none}[kind]
    endpoint.__doc__ = text
    app.post(
        "/a'\"\\b",
        name=text,
        summary=text,
        description=text,
        response_description=text,
        operation_id=text,
        tags=[text],
        responses={404: {"description": text}},
        response_model_exclude={text},
        response_model_include={"field", text},
        openapi_extra={"x-text": text},
    )(endpoint)
    sent: dict[str, Any] = {"data": {"a": "b"}} if kind == "form" else {"json": {}}
    with TestClient(app) as client:
        answer = client.post("/a'\"\\b", **(sent if kind != "none" else {}))
        assert answer.json() == {CODE: "default"}
        assert client.get("/openapi.json").status_code == 200
