"""Names that existing code imports: Starlette's own objects, and a few of ours."""

from __future__ import annotations

import sys
import types
from importlib import import_module
from typing import Any

import pytest
import starlette.background
import starlette.datastructures
import starlette.exceptions
import starlette.websockets

import xapi
from xapi import XAPI
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
        ("websockets", ["WebSocketDisconnect", "WebSocketState"]),
    ],
)  # fmt: skip
def test_starlettes_objects_are_the_same_here(module: str, names: list[str]) -> None:
    ours, theirs = import_module(f"xapi.{module}"), import_module(f"starlette.{module}")
    assert [getattr(ours, name) is getattr(theirs, name) for name in names] == [True] * len(names)


def test_our_classes_are_starlettes_too() -> None:
    assert issubclass(xapi.BackgroundTasks, starlette.background.BackgroundTasks)
    assert issubclass(xapi.WebSocket, starlette.websockets.WebSocket)
    assert issubclass(xapi.HTTPException, starlette.exceptions.HTTPException)
    assert xapi.WebSocketException is starlette.exceptions.WebSocketException
    assert issubclass(xapi.UploadFile, starlette.datastructures.UploadFile)


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
