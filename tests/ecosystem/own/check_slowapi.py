"""slowapi: rates that are limited."""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.testclient import TestClient
from slowapi import Limiter, _rate_limit_exceeded_handler
from slowapi.errors import RateLimitExceeded
from slowapi.middleware import SlowAPIMiddleware
from slowapi.util import get_remote_address


def make_client(**settings: object) -> TestClient:
    limiter = Limiter(key_func=get_remote_address, **settings)
    app = FastAPI()
    app.state.limiter = limiter
    app.add_exception_handler(RateLimitExceeded, _rate_limit_exceeded_handler)
    app.add_middleware(SlowAPIMiddleware)

    @app.get("/limited")
    @limiter.limit("2/minute")
    def limited(request: Request) -> str:
        return "ok"

    @app.get("/free")
    async def free() -> str:
        return "ok"

    return TestClient(app)


def test_the_limit_of_an_endpoint_holds() -> None:
    client = make_client()
    assert [client.get("/limited").status_code for _ in range(3)] == [200, 200, 429]
    assert [client.get("/free").status_code for _ in range(3)] == [200, 200, 200]


def test_a_default_limit_holds_for_all() -> None:
    client = make_client(default_limits=["1/minute"])
    assert [client.get("/free").status_code for _ in range(2)] == [200, 429]
