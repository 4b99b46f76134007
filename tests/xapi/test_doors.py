"""Names that existing code imports: Starlette's own objects, and a few of ours."""

from __future__ import annotations

import sys
import types
from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import pytest
import starlette.background
import starlette.datastructures
import starlette.exceptions
import starlette.requests
import starlette.websockets

import xapi
from xapi import XAPI, Depends, Request
from xapi.requests import HTTPConnection
from xapi.responses import ORJSONResponse, UJSONResponse
from xapi.testclient import TestClient


@pytest.mark.parametrize(
    ("module", "names"),
    [
        ("background", ["BackgroundTask"]),
        ("concurrency", ["iterate_in_threadpool", "run_in_threadpool"]),
        ("middleware", ["Middleware"]),
        ("middleware.cors", ["CORSMiddleware"]),
        ("middleware.gzip", ["GZipMiddleware"]),
        ("middleware.httpsredirect", ["HTTPSRedirectMiddleware"]),
        ("middleware.sessions", ["SessionMiddleware"]),
        ("middleware.trustedhost", ["TrustedHostMiddleware"]),
        ("requests", ["HTTPConnection", "Request"]),
        ("responses", ["FileResponse", "HTMLResponse", "JSONResponse", "PlainTextResponse", "Response"]),
        ("responses", ["RedirectResponse", "StreamingResponse"]),
        ("staticfiles", ["StaticFiles"]),
        ("templating", ["Jinja2Templates"]),
        ("websockets", ["WebSocket", "WebSocketDisconnect", "WebSocketState"]),
    ],
)  # fmt: skip
def test_starlettes_objects_are_the_same_here(module: str, names: list[str]) -> None:
    ours, theirs = import_module(f"xapi.{module}"), import_module(f"starlette.{module}")
    assert [getattr(ours, name) is getattr(theirs, name) for name in names] == [True] * len(names)


SUBCLASSES = {
    "APIRoute", "APIRouter", "APIWebSocketRoute", "BackgroundTasks", "HTTPException", "TestClient",
    "UploadFile", "XAPI",
}  # fmt: skip
"""What is more than Starlette's class of the same purpose."""


def public_classes() -> Iterator[tuple[str, type]]:
    """Each class that a module of xapi shows, below the name that it has there."""
    for module in ["", *(f".{found.name}" for found in iter_modules(xapi.__path__) if not found.ispkg)]:
        if module in {".__main__", ".testclient"}:
            continue
        for name, value in vars(import_module(f"xapi{module}")).items():
            if isinstance(value, type) and not name.startswith("_"):
                yield name, value


def starlettes_classes() -> dict[str, type]:
    modules = [import_module(f"starlette.{name}") for name in STARLETTE]
    return {
        name: value
        for module in modules
        for name, value in vars(module).items()
        if isinstance(value, type) and value.__module__ == module.__name__
    }


STARLETTE = [
    "applications", "background", "concurrency", "datastructures", "exceptions", "middleware", "requests",
    "responses", "routing", "staticfiles", "templating", "websockets",
]  # fmt: skip


def test_a_class_with_the_name_of_starlettes_is_starlettes() -> None:
    theirs = starlettes_classes()
    seen = {name: value for name, value in public_classes() if name in theirs and name not in SUBCLASSES}
    assert {"Request", "Response", "WebSocket", "WebSocketDisconnect", "HTTPConnection"} < seen.keys()
    assert [name for name, value in seen.items() if value is not theirs[name]] == []


def test_our_classes_are_starlettes_too() -> None:
    assert issubclass(xapi.BackgroundTasks, starlette.background.BackgroundTasks)
    assert issubclass(xapi.HTTPException, starlette.exceptions.HTTPException)
    assert xapi.WebSocketException is starlette.exceptions.WebSocketException
    assert issubclass(xapi.UploadFile, starlette.datastructures.UploadFile)


def test_a_container_finds_what_is_injected_by_starlettes_classes() -> None:
    """As containers of dependencies do: by the annotation, and by the classes of what they get."""
    found: dict[type, Any] = {}

    def container(connection: HTTPConnection) -> None:
        found.update(dict.fromkeys(type(connection).__mro__, connection))

    app = XAPI(dependencies=[Depends(container)])

    @app.get("/")
    def read(request: Request, tasks: xapi.BackgroundTasks) -> None:
        container(request)

    @app.websocket("/ws")
    async def socket(websocket: xapi.WebSocket) -> None:
        container(websocket)
        await websocket.accept()
        await websocket.close()

    client = TestClient(app)
    assert client.get("/").status_code == 200
    assert found[starlette.requests.Request] is found[xapi.Request]
    found.clear()
    with client.websocket_connect("/ws"):
        assert found[starlette.websockets.WebSocket] is found[xapi.WebSocket]
    assert starlette.requests.Request not in found


def test_a_wsgi_app_can_be_mounted() -> None:
    from xapi.middleware.wsgi import WSGIMiddleware

    def wsgi(environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", [("content-type", "text/plain")])
        return [environ["PATH_INFO"].encode()]

    app = XAPI()
    app.mount("/v1", WSGIMiddleware(wsgi))
    assert TestClient(app).get("/v1/hello").text == "/hello"


def fake_encoder(name: str) -> types.ModuleType:
    module = types.ModuleType(name)
    module.OPT_NON_STR_KEYS = module.OPT_SERIALIZE_NUMPY = 0  # type: ignore[attr-defined]
    module.dumps = lambda value, **options: b"bytes" if name == "orjson" else "text"  # type: ignore[attr-defined]
    return module


@pytest.mark.parametrize(
    ("response_class", "package", "text"),
    [(ORJSONResponse, "orjson", "bytes"), (UJSONResponse, "ujson", "text")],
)
def test_faster_encoders_are_used_where_they_are_installed(
    response_class: Any, package: str, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = XAPI()
    app.get("/", response_class=response_class)(lambda: {"a": 1})
    monkeypatch.setitem(sys.modules, package, fake_encoder(package))
    assert TestClient(app).get("/").text == text
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(
        ImportError, match=f"{response_class.__name__} needs the package {package}: pip install"
    ):
        TestClient(app).get("/")
