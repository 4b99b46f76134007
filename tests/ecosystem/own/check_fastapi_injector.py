"""fastapi-injector: objects of an injector as dependencies."""

from __future__ import annotations

from fastapi import FastAPI
from fastapi.testclient import TestClient
from fastapi_injector import Injected, InjectorMiddleware, RequestScopeOptions, attach_injector, request_scope
from injector import Injector


class Greeter:
    def greet(self) -> str:
        return "hello"


class Counted:
    made = 0

    def __init__(self) -> None:
        Counted.made += 1


def make_client() -> TestClient:
    app = FastAPI()
    injector = Injector()
    injector.binder.bind(Greeter, Greeter)
    injector.binder.bind(Counted, Counted, scope=request_scope)
    app.add_middleware(InjectorMiddleware, injector=injector)
    attach_injector(app, injector, options=RequestScopeOptions(enable_cleanup=True))

    @app.get("/")
    def read(n: int = 1, greeter: Greeter = Injected(Greeter)) -> str:
        return greeter.greet() * n

    @app.get("/same")
    async def same(a: Counted = Injected(Counted), b: Counted = Injected(Counted)) -> bool:
        return a is b

    return TestClient(app)


def test_an_object_is_injected() -> None:
    client = make_client()
    assert client.get("/?n=2").json() == "hellohello"
    assert client.get("/?n=x").status_code == 422


def test_one_object_serves_a_request() -> None:
    client = make_client()
    before = Counted.made
    assert [client.get("/same").json() for _ in range(2)] == [True, True]
    assert Counted.made == before + 2


def test_what_is_injected_is_not_documented() -> None:
    (parameter,) = make_client().get("/openapi.json").json()["paths"]["/"]["get"]["parameters"]
    assert parameter["name"] == "n"
