"""prometheus-fastapi-instrumentator: metrics by route."""

from __future__ import annotations

from fastapi import APIRouter, FastAPI
from fastapi.testclient import TestClient
from prometheus_client import CollectorRegistry
from prometheus_fastapi_instrumentator import Instrumentator


def make_client() -> TestClient:
    router = APIRouter(prefix="/r")
    router.get("/{n}")(lambda n: n)
    app = FastAPI()
    app.include_router(router, prefix="/p")
    Instrumentator(registry=CollectorRegistry(), excluded_handlers=["/metrics"]).instrument(app).expose(app)
    return TestClient(app, raise_server_exceptions=False)


def test_requests_are_counted_by_the_template_of_their_route() -> None:
    client = make_client()
    client.get("/p/r/1")
    client.get("/p/r/2")
    metrics = client.get("/metrics").text
    assert 'http_requests_total{handler="/p/r/{n}",method="GET",status="2xx"} 2.0' in metrics


def test_what_no_route_is_for_has_no_name() -> None:
    client = make_client()
    client.get("/nothing")
    assert 'handler="none"' in client.get("/metrics").text
