"""asgi-correlation-id: an id for each request."""

from __future__ import annotations

from uuid import uuid4

from asgi_correlation_id import CorrelationIdMiddleware, correlation_id
from fastapi import FastAPI
from fastapi.testclient import TestClient


def make_client() -> TestClient:
    app = FastAPI()
    app.add_middleware(CorrelationIdMiddleware)
    app.get("/sync")(lambda: correlation_id.get())

    @app.get("/async")
    async def read() -> str | None:
        return correlation_id.get()

    return TestClient(app)


def test_endpoints_see_the_id_that_is_answered() -> None:
    client = make_client()
    for path in ("/sync", "/async"):
        answer = client.get(path)
        assert answer.json() == answer.headers["x-request-id"]


def test_an_id_that_is_sent_is_kept() -> None:
    sent = uuid4().hex
    assert make_client().get("/async", headers={"x-request-id": sent}).json() == sent
