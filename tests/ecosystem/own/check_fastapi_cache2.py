"""fastapi-cache2: results that are kept."""

from __future__ import annotations

import pytest
from fastapi import Depends, FastAPI, Request, Response
from fastapi.testclient import TestClient
from fastapi_cache import FastAPICache
from fastapi_cache.backends.inmemory import InMemoryBackend
from fastapi_cache.decorator import cache
from pydantic import BaseModel


class Item(BaseModel):
    name: str


@pytest.fixture
def client() -> TestClient:
    FastAPICache.reset()
    FastAPICache.init(InMemoryBackend())
    app = FastAPI()
    calls: list[int] = []

    @app.get("/number")
    @cache(expire=10)
    async def number(n: int = 1) -> int:
        calls.append(n)
        return len(calls)

    @app.get("/item")
    @cache(expire=10)
    def item(request: Request, response: Response, name: str = Depends(lambda name="a": name)) -> Item:
        response.headers["x-made"] = "1"
        return Item(name=name)

    return TestClient(app)


def test_a_result_is_kept_for_its_arguments(client: TestClient) -> None:
    assert [client.get(f"/number?n={n}").json() for n in (1, 1, 2, 1)] == [1, 1, 2, 1]


def test_headers_tell_of_it(client: TestClient) -> None:
    first, second = client.get("/number"), client.get("/number")
    assert (first.headers["x-fastapi-cache"], second.headers["x-fastapi-cache"]) == ("MISS", "HIT")
    assert client.get("/number", headers={"if-none-match": second.headers["etag"]}).status_code == 304
    assert client.get("/number", headers={"cache-control": "no-store"}).json() == 2


def test_models_and_dependencies(client: TestClient) -> None:
    assert [client.get("/item?name=b").json() for _ in range(2)] == [{"name": "b"}] * 2
    assert client.get("/number?n=x").status_code == 422


def test_the_document_has_no_more_than_was_written(client: TestClient) -> None:
    (parameter,) = client.get("/openapi.json").json()["paths"]["/number"]["get"]["parameters"]
    assert parameter["name"] == "n"
