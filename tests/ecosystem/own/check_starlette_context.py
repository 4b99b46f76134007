"""starlette-context: what belongs to a request, without handing it on."""

from __future__ import annotations

from fastapi import Depends, FastAPI
from fastapi.testclient import TestClient
from starlette_context import context, plugins
from starlette_context.middleware import ContextMiddleware, RawContextMiddleware


def make_client(middleware: type) -> TestClient:
    app = FastAPI()
    app.add_middleware(middleware, plugins=(plugins.RequestIdPlugin(), plugins.CorrelationIdPlugin()))

    def noted() -> None:
        context["noted"] = True

    @app.get("/", dependencies=[Depends(noted)])
    async def read() -> dict[str, object]:
        return dict(context.data)

    return TestClient(app)


def test_a_context_is_there() -> None:
    for middleware in (RawContextMiddleware, ContextMiddleware):
        answer = make_client(middleware).get(
            "/", headers={"x-correlation-id": "4d0a0b8c1e8b4f7a8a2c3d4e5f607182"}
        )
        assert answer.json()["noted"] is True
        assert answer.json()["X-Request-ID"] == answer.headers["x-request-id"]
