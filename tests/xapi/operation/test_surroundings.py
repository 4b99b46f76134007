"""What is read once is read once for its surroundings: path, app, and what is below it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from itertools import permutations
from pathlib import Path
from typing import Annotated, Any

import pytest
from garbage import collect

from xapi import XAPI, APIRouter, Depends, HTTPException, WebSocket
from xapi.exceptions import DeclarationError
from xapi.testclient import TestClient

HERE = Path(__file__).parent
TREES = 16


def org_of(org_id: int) -> int:
    return org_id


def member(org: int = Depends(org_of)) -> int:
    if org != 1:
        raise HTTPException(403)
    return org


def search(m: int = Depends(member)) -> dict[str, int]:
    return {"search of": m}


def secrets(org_id: int, m: int = Depends(member)) -> dict[str, int]:
    return {"secrets of": org_id}


def test_a_nested_dependency_reads_the_path_where_the_path_has_its_parameter() -> None:
    routes = [("/search", search), ("/orgs/{org_id}/secrets", secrets)]
    for order in permutations(routes):
        app = XAPI()
        for path, endpoint in order:
            app.get(path)(endpoint)
        client = TestClient(app)
        assert client.get("/orgs/2/secrets?org_id=1").status_code == 403
        assert client.get("/orgs/1/secrets?org_id=2").json() == {"secrets of": 1}
        assert client.get("/search?org_id=1").json() == {"search of": 1}
        assert client.get("/search").status_code == 422


def test_one_endpoint_under_two_paths_is_read_for_each() -> None:
    app = XAPI()
    app.get("/here")(search)
    app.get("/orgs/{org_id}")(search)
    client = TestClient(app)
    assert client.get("/here?org_id=1").json() == client.get("/orgs/1?org_id=2").json() == {"search of": 1}
    assert client.get("/orgs/2?org_id=1").status_code == 403


def test_a_prefix_of_an_inclusion_belongs_to_the_path() -> None:
    app, router = XAPI(), APIRouter()
    router.get("/search")(search)
    app.include_router(router)
    app.include_router(router, prefix="/orgs/{org_id}")
    client = TestClient(app)
    assert client.get("/search?org_id=1").status_code == 200
    assert client.get("/orgs/2/search?org_id=1").status_code == 403


def test_the_other_app_and_its_websockets_have_paths_of_their_own() -> None:
    first, second = XAPI(), XAPI()
    first.get("/search")(search)

    @second.websocket("/orgs/{org_id}")
    async def socket(websocket: WebSocket, m: Annotated[int, Depends(member)]) -> None:
        await websocket.accept()
        await websocket.send_json(m)
        await websocket.close()

    with TestClient(second).websocket_connect("/orgs/1?org_id=2") as session:
        assert session.receive_json() == 1


def test_a_replacement_reads_the_path_though_no_other_callable_does() -> None:
    app = XAPI()

    def of_nobody() -> int:
        return 0

    @app.get("/orgs/{org_id}")
    async def endpoint(m: Annotated[int, Depends(of_nobody)]) -> int:
        return m

    client = TestClient(app)
    with app.overrides(of_nobody, member):
        assert client.get("/orgs/2?org_id=1").status_code == 403
        assert client.get("/orgs/1?org_id=2").json() == 1


def test_a_signature_that_was_rewritten_between_two_routes_is_read_again() -> None:
    """Libraries that make operations of classes replace `__signature__` and include the router once more."""
    import inspect

    def user() -> str:
        return "the user"

    def endpoint(self: Any) -> Any:
        return self

    def below(value: Any = Depends(endpoint)) -> Any:
        return value

    def use(value: Any = Depends(below)) -> Any:
        return value

    app = XAPI()
    app.get("/first")(endpoint)
    app.get("/first-below")(use)
    parameter = inspect.Parameter("self", inspect.Parameter.KEYWORD_ONLY, default=Depends(user))
    endpoint.__signature__ = inspect.Signature([parameter])  # type: ignore[attr-defined]
    app.get("/second")(endpoint)
    app.get("/second-below")(use)
    client = TestClient(app)
    assert (
        client.get("/first?self=client").json() == client.get("/first-below?self=client").json() == "client"
    )
    assert client.get("/second?self=client").json() == "the user"
    assert client.get("/second-below?self=client").json() == "the user"


def test_what_depends_on_itself_is_refused() -> None:
    class Node:
        def __init__(self, next: Annotated[Node, Depends()]) -> None: ...

    app = XAPI()
    with pytest.raises(DeclarationError, match=r"Node\(\): it depends on itself"):

        @app.get("/")
        async def endpoint(node: Annotated[Node, Depends(Node)]) -> None: ...


def test_what_no_app_has_any_more_is_forgotten() -> None:
    class Large:
        # A thread of the pool that has called one ends some time after the client is closed.
        async def __call__(self, org_id: int) -> int:
            return org_id

    from weakref import ref

    def declare() -> ref[Large]:
        app, large = XAPI(), Large()
        app.get("/{org_id}", dependencies=[Depends(large)])(search)
        with TestClient(app) as client:
            assert client.get("/1?org_id=1").status_code == 200
        return ref(large)

    found = declare()
    collect()
    assert found() is None


def test_generated_trees_answer_in_every_order_as_they_do_alone(imported: Any) -> None:
    made = imported("surroundings", HERE / "surroundings.py")
    trees = [made.make_tree(seed) for seed in range(TREES)]
    jobs = [(tree, number) for tree in trees for number in range(len(tree["routes"]))]
    finished = subprocess.run(
        [sys.executable, str(HERE / "surroundings.py")],
        input="".join(json.dumps(job) + "\n" for job in jobs),
        env={name: value for name, value in os.environ.items() if not name.startswith("COV_")},
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    alone = iter(map(json.loads, finished.stdout.splitlines()))
    served = 0
    for seed, tree in enumerate(trees):
        expected = {number: next(alone) for number in range(len(tree["routes"]))}
        served += sum(isinstance(answer, list) for answer in expected.values())
        callables = made.make_callables(tree)
        for order in permutations(expected):
            assert made.together(tree, order, callables) == expected, f"tree {seed}, in order {order}"
    assert served > len(jobs) / 3
