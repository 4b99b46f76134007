"""Where the handlers of operations are: the line of `def`, whatever kind of app and handler it is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pytest_xapi import source_locations
from pytest_xapi.reports.model import SourceLocation

SOURCE = '''
from functools import partial, wraps
from starlette.applications import Starlette
from starlette.endpoints import HTTPEndpoint
from starlette.routing import Mount, Route, WebSocketRoute
from xapi import XAPI

app = XAPI()

def logged(function):
    @wraps(function)
    def call():
        return function()
    return call

@app.get("/plain")
def plain(): ...

@app.post(
    "/decorated",
    status_code=201,
)
@logged
async def decorated(): ...

class Endpoint(HTTPEndpoint):
    async def get(self, request): ...
    async def post(self, request): ...

class Called:
    def __call__(self): ...

class Bare:
    """Answers as an ASGI app."""
    async def __call__(self, scope, receive, send): ...

def one(request): ...
async def talk(websocket): ...

class Held:
    """Stands for what other frameworks put around functions, without `functools.wraps`."""

    def __init__(self, func):
        self.func = func

    def __call__(self, request):
        return self.func(request)

Held.__module__ = "other.framework"

class OwnHeld(Held):
    def __call__(self, request): ...

app.get("/partial")(partial(plain))
app.get("/called")(Called())
app.get("/first")(plain)
app.get("/first")(lambda: 1)
app.get("/lambda")(lambda: 1)
exec("def made(): ...", globals())
app.get("/made")(made)
other = Starlette(routes=[
    WebSocketRoute("/same", talk),
    Route("/same", one, methods=["PUT"]),
    Mount("/sub", routes=[Route("/deep/{number:int}", one)]),
    Route("/class", Endpoint),
    Route("/bare", Bare()),
    Route("/held", Held(partial(logged(Held(one)))), methods=["PUT"]),
    Route("/own", OwnHeld(one), methods=["PUT"]),
])
'''


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("handlers")
    (root / "shop").mkdir()
    (root / "shop/main.py").write_text(SOURCE)
    return root


@pytest.fixture(scope="module")
def module(root: Path, imported: Callable[[str, Path], Any]) -> Any:
    return imported("shop_of_handlers", root / "shop/main.py")


@pytest.mark.parametrize(
    ("app", "label", "start"),
    [
        ("app", "GET /plain", "def plain"),
        ("app", "POST /decorated", "async def decorated"),
        ("app", "GET /partial", "def plain"),
        ("app", "GET /called", "    def __call__(self)"),
        ("app", "GET /first", "def plain"),
        ("app", "GET /lambda", 'app.get("/lambda")'),
        ("other", "PUT /same", "def one"),
        ("other", "GET /sub/deep/{number}", "def one"),
        ("other", "GET /class", "    async def get"),
        ("other", "POST /class", "    async def post"),
        ("other", "DELETE /bare", "    async def __call__"),
        ("other", "PUT /held", "def one"),
        ("other", "PUT /own", "    def __call__(self, request): ..."),
    ],
)
def test_a_handler_starts_at_its_def(module: Any, root: Path, app: str, label: str, start: str) -> None:
    lines = SOURCE.splitlines()
    line = next(number for number, text in enumerate(lines, 1) if text.startswith(start))

    assert source_locations.locate(getattr(module, app), label, root) == SourceLocation("shop/main.py", line)
    assert source_locations.locate_all(getattr(module, app), root)[label] == SourceLocation(
        "shop/main.py", line
    )


@pytest.mark.parametrize(
    ("app", "label"), [("app", "GET /made"), ("app", "GET /none"), ("other", "GET /same"), ("wraps", "GET /")]
)
def test_what_has_no_source_or_no_route_has_no_place(module: Any, root: Path, app: str, label: str) -> None:
    assert source_locations.locate(getattr(module, app), label, root) is None
    assert label not in source_locations.locate_all(getattr(module, app), root)


def test_a_file_elsewhere_is_named_in_full(module: Any, root: Path, tmp_path: Path) -> None:
    place = source_locations.locate(module.app, "GET /plain", tmp_path)

    assert place is not None
    assert place.file == (root / "shop/main.py").as_posix()
