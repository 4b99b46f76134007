"""fastapi-utils: class-based views, models of answers, tasks that repeat."""

from __future__ import annotations

from fastapi import APIRouter, Depends, FastAPI
from fastapi.testclient import TestClient
from fastapi_utils.api_model import APIModel
from fastapi_utils.cbv import cbv
from fastapi_utils.cbv_base import Api, Resource
from fastapi_utils.timing import add_timing_middleware


class Shown(APIModel):
    first_name: str


def prefix() -> str:
    return "p"


def make_app() -> FastAPI:
    router = APIRouter()

    @cbv(router)
    class View:
        prefix: str = Depends(prefix)

        @router.get("/a/{n}", response_model=Shown)
        def read(self, n: int) -> Shown:
            return Shown(first_name=f"{self.prefix}{n}")

        @router.post("/a")
        async def write(self, body: Shown) -> str:
            return self.prefix + body.first_name

    app = FastAPI()
    app.include_router(router, prefix="/v")
    return app


def test_a_view_is_a_class() -> None:
    client = TestClient(make_app())
    assert client.get("/v/a/3").json() == {"firstName": "p3"}
    assert client.post("/v/a", json={"firstName": "x"}).json() == "px"
    assert client.get("/v/a/x").status_code == 422


def test_the_object_is_no_parameter() -> None:
    document = make_app().openapi()
    assert [parameter["name"] for parameter in document["paths"]["/v/a/{n}"]["get"]["parameters"]] == ["n"]


def test_a_resource_has_methods() -> None:
    class One(Resource):
        def get(self, n: int = 1) -> int:
            return n

    app = FastAPI()
    Api(app).add_resource(One(), "/one")
    assert TestClient(app).get("/one?n=4").json() == 4


def test_times_are_told() -> None:
    app = make_app()
    told: list[str] = []
    add_timing_middleware(app, record=told.append, prefix="app")
    TestClient(app).get("/v/a/3")
    assert told
