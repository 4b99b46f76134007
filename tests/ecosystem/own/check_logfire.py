"""logfire: spans with the arguments of endpoints."""

from __future__ import annotations

from collections.abc import Iterator

import logfire
import pytest
from fastapi import Depends, FastAPI
from fastapi.testclient import TestClient
from logfire.testing import TestExporter
from opentelemetry.sdk.trace.export import SimpleSpanProcessor


@pytest.fixture
def spans() -> Iterator[TestExporter]:
    exporter = TestExporter()
    logfire.configure(
        send_to_logfire=False, console=False, additional_span_processors=[SimpleSpanProcessor(exporter)]
    )
    yield exporter
    logfire.shutdown()


def make_client() -> TestClient:
    app = FastAPI()

    @app.get("/{n}")
    def read(n: int, d: str = Depends(lambda q="x": q)) -> str:
        return f"{n}{d}"

    logfire.instrument_fastapi(app)
    return TestClient(app, raise_server_exceptions=False)


def test_a_request_has_a_span_with_the_arguments(spans: TestExporter) -> None:
    assert make_client().get("/3?q=y").json() == "3y"
    found = spans.exported_spans_as_dict()
    assert "GET /{n}" in [span["name"] for span in found]
    assert any("n" in str(span["attributes"].get("fastapi.arguments.values", "")) for span in found)


def test_what_is_wrong_is_noted(spans: TestExporter) -> None:
    assert make_client().get("/x").status_code == 422
    found = spans.exported_spans_as_dict()
    assert any("int_parsing" in str(span["attributes"]) for span in found)
