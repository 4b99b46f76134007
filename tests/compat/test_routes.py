"""Which operation a request was given to, and where its handler is: as the routes of each framework have it.

xapi and Starlette are run here; FastAPI and Litestar in environments of their own, by `test_peers.py`.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from pytest_xapi import source_locations
from xapi.testing import ConformanceError, TestClient, assert_conforms
from xapi.testing.attribution import Attribution
from xapi.testing.documents import AppDocument

NAMED = os.environ.get("XAPI_CONTRACT_APP")
APPS = [NAMED] if NAMED else ["xapi", "starlette"]
Wrap = Callable[[Any], Any]


class CopiesScope:
    """A middleware after which nobody can read what routers leave in the scope."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self.app(dict(scope), receive, send)


@pytest.fixture(params=APPS)
def name(request: pytest.FixtureRequest) -> str:
    chosen: str = request.param
    return chosen


@pytest.fixture
def module(name: str) -> Any:
    return import_module(f"routes_{name}")


@pytest.mark.parametrize("wrap", [lambda app: app, CopiesScope], ids=["told", "looked up"])
@pytest.mark.parametrize(
    ("method", "path", "status", "label"),
    [
        ("GET", "/items/5", 200, "GET /items/{number}"),
        ("GET", "/items/5/anything/else", 404, None),
        ("GET", "/items/5/photo", 200, None),
        ("POST", "/items/5/photo", 405, None),
        ("POST", "/items/5", 405, None),
        ("PUT", "/items/5", 405, None),
        ("GET", "/items/5/", 307, None),
        ("GET", "/files/a/b/c", 200, "GET /files/{path}"),
        ("GET", "/files/a", 200, "GET /files/{path}"),
        ("GET", "/v1/router/via/deepest/7", 200, "GET /v1/router/via/deepest/{number}"),
        ("GET", "/v1/router/via/deepest/7/8", 404, None),
        ("POST", "/v1/router/7", 201, "POST /v1/router/{number}"),
        ("GET", "/v1/router/7", 405, None),
        ("GET", "/mount/items/5", 200, None),
        ("DELETE", "/class", 200, "DELETE /class"),
    ],
)
def test_a_request_belongs_to_the_operation_that_answered(
    name: str, module: Any, wrap: Wrap, method: str, path: str, status: int, label: str | None
) -> None:
    if name == "litestar" and path in ("/items/5/", "/mount/items/5"):
        return  # it has no such redirect, and mounts in another way
    app = wrap(module.app)
    document = AppDocument(module.app).get()
    with TestClient(app) as client:
        response = client.request(method, path, follow_redirects=False)
    assert response.status_code == status
    found = Attribution(document, app).operation(method, response.extensions["xapi.told"])
    documented = None if found is None else found.label
    assert documented == (label if label and document.operation(label) else None)


def test_what_the_router_answers_conforms_to_nothing(module: Any) -> None:
    with TestClient(module.app) as client:
        for path in ("/items/5/anything", "/items/5/photo"):
            with pytest.raises(ConformanceError, match=f"GET {path} is not an operation"):
                assert_conforms(client.get(path))
        with pytest.raises(ConformanceError, match="POST /items/5 is not an operation"):
            assert_conforms(client.post("/items/5"))


@pytest.mark.parametrize("wrap", [lambda app: app, CopiesScope], ids=["plain", "wrapped"])
@pytest.mark.parametrize(
    ("label", "start"),
    [
        ("GET /items/{number}", "def item("),
        ("GET /files/{path}", "def file("),
        ("GET /v1/router/via/deepest/{number}", "def included("),
        ("POST /v1/router/{number}", "def decorated("),
        ("GET /class", "def get("),
        ("DELETE /class", "def delete("),
        ("GET /called/{number}", "def __call__("),
        ("GET /partial/{number}", "def two("),
        ("GET /mount/items/{number}", "def mounted("),
    ],
)
def test_a_handler_is_found_in_all_routers(
    name: str, module: Any, wrap: Wrap, label: str, start: str
) -> None:
    if name == "litestar" and label.split("/")[1] in ("called", "partial", "mount"):
        return  # it takes functions alone, and mounts in another way
    file = Path(getattr(module, "SOURCE", module.__file__))
    lines = file.read_text(encoding="utf-8").splitlines()
    number = next(
        at for at, line in enumerate(lines, 1) if line.strip().removeprefix("async ").startswith(start)
    )
    place = source_locations.locate(wrap(module.app), label, file.parent)
    assert place == source_locations.SourceLocation(file.name, number)
