"""scalar-fastapi: a page for the document."""

from __future__ import annotations

from fastapi import FastAPI
from fastapi.testclient import TestClient
from scalar_fastapi import get_scalar_api_reference


def test_the_page_names_the_document() -> None:
    app = FastAPI(title="Shop")

    @app.get("/scalar", include_in_schema=False)
    async def page() -> object:
        return get_scalar_api_reference(openapi_url=app.openapi_url, title=app.title)

    answer = TestClient(app).get("/scalar")
    assert answer.headers["content-type"].startswith("text/html")
    assert "/openapi.json" in answer.text
    assert "/scalar" not in app.openapi()["paths"]
