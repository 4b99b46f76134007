"""A copy of a router is a router of its own."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy, deepcopy

import pytest

from xapi import XAPI, APIRouter, Depends, HTTPException
from xapi.testing import TestClient

Copy = Callable[[APIRouter], APIRouter]
either_way = pytest.mark.parametrize("way", [copy, deepcopy])


def deny() -> None:
    raise HTTPException(401, "denied")


def make_router() -> APIRouter:
    router = APIRouter(prefix="/p", tags=["first"])
    router.get("/a")(lambda: "a")
    return router


def served(router: APIRouter, path: str) -> tuple[int, object]:
    app = XAPI()
    app.include_router(router)
    answer = TestClient(app).get(path)
    return answer.status_code, answer.json()


NOT_FOUND = 404, {"detail": "Not Found"}


@either_way
def test_what_is_added_to_one_is_not_in_the_other(way: Copy) -> None:
    router = make_router()
    copied = way(router)
    copied.get("/b")(lambda: "b")
    router.get("/c")(lambda: "c")
    assert served(copied, "/p/a") == served(router, "/p/a") == (200, "a")
    assert [served(copied, "/p/b"), served(copied, "/p/c")] == [(200, "b"), NOT_FOUND]
    assert [served(router, "/p/b"), served(router, "/p/c")] == [NOT_FOUND, (200, "c")]


@either_way
def test_routes_that_are_set_on_a_copy_are_those_of_the_copy(way: Copy) -> None:
    router = make_router()
    copied = way(router)
    copied.routes = []
    assert (served(copied, "/p/a"), served(router, "/p/a")) == (NOT_FOUND, (200, "a"))


@either_way
def test_a_copy_of_an_included_router_is_not_included(way: Copy) -> None:
    app, router = XAPI(), make_router()
    app.include_router(router)
    client = TestClient(app)
    copied = way(router)
    copied.get("/b")(lambda: "b")
    assert client.get("/p/b").status_code == 404
    router.get("/c")(lambda: "c")
    assert client.get("/p/c").json() == "c"


@either_way
def test_what_is_said_of_one_does_not_hold_for_the_other(way: Copy) -> None:
    router = make_router()
    copied = way(router)
    copied.tags.append("second")
    copied.dependencies = [Depends(deny)]
    copied.get("/b")(lambda: "b")
    router.get("/b")(lambda: "b")
    assert (served(copied, "/p/b"), served(router, "/p/b")) == ((401, {"detail": "denied"}), (200, "b"))
    assert router.tags == ["first"]


@either_way
def test_what_is_added_late_to_an_included_copy_is_served(way: Copy) -> None:
    app, copied = XAPI(), way(make_router())
    app.include_router(copied)
    copied.get("/late")(lambda: "late")
    assert TestClient(app).get("/p/late").json() == "late"


def test_routes_are_the_same_in_a_copy_and_others_in_a_deep_one() -> None:
    router = make_router()
    shallow, deep = copy(router), deepcopy(router)
    assert shallow.routes[0] is router.routes[0]
    deep.routes[0].endpoint = lambda: "other"  # type: ignore[attr-defined]
    assert (served(deep, "/p/a"), served(router, "/p/a")) == ((200, "other"), (200, "a"))


@either_way
def test_functions_at_start_run_once_for_each(way: Copy) -> None:
    started: list[str] = []
    router = make_router()
    router.on_startup.append(lambda: started.append("both"))
    inner = APIRouter()
    inner.on_startup.append(lambda: started.append("inner"))
    router.include_router(inner)
    copied = way(router)
    copied.on_startup.append(lambda: started.append("copy"))
    app = XAPI()
    app.include_router(copied)
    with TestClient(app):
        assert started == ["both", "copy", "inner"]


@either_way
def test_a_copied_router_answers_by_itself(way: Copy) -> None:
    router = make_router()
    copied = way(router)
    copied.get("/b")(lambda: "b")
    assert TestClient(copied).get("/p/b").json() == "b"


@pytest.mark.parametrize(("way", "expected"), [(copy, ["mine", "added"]), (deepcopy, ["mine"])])
def test_attributes_of_a_subclass_are_copied_as_usual(way: Copy, expected: list[str]) -> None:
    class Mine(APIRouter):
        def __init__(self) -> None:
            super().__init__()
            self.mine = ["mine"]

    router = Mine()
    copied = way(router)
    assert isinstance(copied, Mine)
    copied.mine.append("added")
    assert router.mine == expected
