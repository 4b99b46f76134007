"""strawberry-graphql's router."""

from __future__ import annotations

from typing import Any

import strawberry
from fastapi import BackgroundTasks, Depends, FastAPI
from fastapi.testclient import TestClient
from strawberry.fastapi import GraphQLRouter
from strawberry.types import Info


@strawberry.type
class Query:
    @strawberry.field
    def hello(self, info: Info, name: str = "world") -> str:
        return f"{info.context['greeting']} {name}"


def greeting() -> str:
    return "hello"


async def context(tasks: BackgroundTasks, greeting: str = Depends(greeting)) -> dict[str, Any]:
    return {"greeting": greeting}


def make_client() -> TestClient:
    app = FastAPI()
    router = GraphQLRouter(strawberry.Schema(query=Query), context_getter=context)
    app.include_router(router, prefix="/graphql")
    return TestClient(app)


def test_a_query_is_answered() -> None:
    answer = make_client().post("/graphql", json={"query": '{ hello(name: "you") }'})
    assert answer.json() == {"data": {"hello": "hello you"}}


def test_a_query_by_get() -> None:
    assert (
        make_client().get("/graphql", params={"query": "{ hello }"}).json()["data"]["hello"] == "hello world"
    )


def test_the_pages_for_people() -> None:
    answer = make_client().get("/graphql", headers={"accept": "text/html"})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")


def test_a_mistake_is_told() -> None:
    assert make_client().post("/graphql", json={"query": "{ nothing }"}).json()["errors"]
    assert make_client().post("/graphql", content=b"{").status_code == 400


def test_overrides_reach_the_context() -> None:
    client = make_client()
    client.app.dependency_overrides[greeting] = lambda: "good day"
    assert client.post("/graphql", json={"query": "{ hello }"}).json()["data"]["hello"] == "good day world"


def test_a_websocket_is_opened() -> None:
    with make_client().websocket_connect("/graphql", subprotocols=["graphql-transport-ws"]) as socket:
        socket.send_json({"type": "connection_init"})
        assert socket.receive_json() == {"type": "connection_ack"}
