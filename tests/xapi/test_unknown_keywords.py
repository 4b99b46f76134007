"""Keywords that nothing takes: the error says where they were written, and which was meant."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import pytest

from xapi import XAPI, APIRouter, Depends, Security, WebSocket
from xapi.routing import APIRoute, APIWebSocketRoute


def endpoint() -> None: ...


async def socket(websocket: WebSocket) -> None: ...


app, router = XAPI(), APIRouter()
any_: Any = lambda value: value  # noqa: E731  what type checkers would refuse
METHODS = "get put post delete options head patch trace"


@pytest.mark.parametrize("owner", [app, router], ids=["app", "router"])
@pytest.mark.parametrize(
    ("name", "keyword", "meant"),
    [
        *((name, "respons_model", "response_model") for name in METHODS.split()),
        ("get", "status", "status_code"),
        ("post", "tag", "tags"),
        ("api_route", "method", "methods"),
        ("api_route", "dependancies", "dependencies"),
    ],
)
def test_of_an_operation_it_says_the_endpoint(owner: Any, name: str, keyword: str, meant: str) -> None:
    with pytest.raises(TypeError) as raised:
        getattr(owner, name)("/x", **{keyword: None})(endpoint)
    line = inspect.getsourcelines(endpoint)[1]
    assert str(raised.value) == (
        f"{__file__}:{line}, in endpoint(), on '/x': an operation takes no keyword {keyword} "
        f"(did you mean {meant}?)"
    )


ROUTES: dict[str, Callable[[], Any]] = {
    "app.add_api_route": lambda: any_(app).add_api_route("/x", endpoint, respons_model=int),
    "router.add_api_route": lambda: any_(router).add_api_route("/x", endpoint, respons_model=int),
    "APIRoute": lambda: any_(APIRoute)("/x", endpoint, respons_model=int),
    "webhook": lambda: any_(app).webhooks.post("x", respons_model=int)(endpoint),
}


@pytest.mark.parametrize("name", ROUTES)
def test_of_a_route_it_says_the_endpoint(name: str) -> None:
    with pytest.raises(
        TypeError, match=r"in endpoint\(\), on .*respons_model \(did you mean response_model\?\)"
    ):
        ROUTES[name]()


CALLS: dict[str, tuple[Callable[[], Any], str]] = {
    "XAPI": (lambda: any_(XAPI)(titel="x"), "XAPI() takes no keyword titel (did you mean title?)"),
    "XAPI, of its router": (
        lambda: any_(XAPI)(dependancies=[]),
        "XAPI() takes no keyword dependancies (did you mean dependencies?)",
    ),
    "APIRouter": (
        lambda: any_(APIRouter)(prefx="/x"),
        "APIRouter() takes no keyword prefx (did you mean prefix?)",
    ),
    "app.include_router": (
        lambda: any_(app).include_router(router, prefx="/x"),
        "include_router() takes no keyword prefx (did you mean prefix?)",
    ),
    "router.include_router": (
        lambda: any_(router).include_router(APIRouter(), tag=[]),
        "include_router() takes no keyword tag (did you mean tags?)",
    ),
    "app.websocket": (
        lambda: any_(app).websocket("/x", dependancies=[])(socket),
        "websocket() takes no keyword dependancies (did you mean dependencies?)",
    ),
    "router.websocket": (
        lambda: any_(router).websocket("/x", response_model=int)(socket),
        "websocket() takes no keyword response_model",
    ),
    "add_api_websocket_route": (
        lambda: any_(app).add_api_websocket_route("/x", socket, nam="x"),
        "add_api_websocket_route() takes no keyword nam (did you mean name?)",
    ),
    "APIWebSocketRoute": (
        lambda: any_(APIWebSocketRoute)("/x", socket, nam="x"),
        "APIWebSocketRoute() takes no keyword nam (did you mean name?)",
    ),
    "route": (
        lambda: any_(app).route("/x", method=["GET"])(endpoint),
        "route() takes no keyword method (did you mean methods?)",
    ),
    "frontend": (
        lambda: any_(app).frontend("/x", directry="."),
        "frontend() takes no keyword directry (did you mean directory?)",
    ),
    "Depends": (
        lambda: any_(Depends)(endpoint, use_cach=False),
        "Depends() takes no keyword use_cach (did you mean use_cache?)",
    ),
    "Security": (
        lambda: any_(Security)(endpoint, scope=[]),
        "Security() takes no keyword scope (did you mean scopes?)",
    ),
}


@pytest.mark.parametrize("name", CALLS)
def test_elsewhere_it_says_the_line_that_calls(name: str) -> None:
    call, message = CALLS[name]
    with pytest.raises(TypeError) as raised:
        call()
    where, _, told = str(raised.value).partition(": ")
    assert told == message
    assert where.startswith(f"{__file__}:")
    assert where.endswith(", in <lambda>")


def test_it_says_the_function_that_calls_through_a_class_of_its_own() -> None:
    class OwnRouter(APIRouter):
        def __init__(self, **keywords: Any) -> None:
            super().__init__(**keywords)

    with pytest.raises(
        TypeError, match=r"test_unknown_keywords.py:\d+, in __init__\(\): APIRouter\(\) takes no"
    ):
        OwnRouter(tagz=[])


@pytest.mark.parametrize(
    "call",
    [XAPI.__init__, APIRouter.include_router, XAPI.websocket, Depends, XAPI.frontend],
    ids=lambda call: call.__qualname__,
)
def test_the_keywords_are_in_the_signatures(call: Any) -> None:
    kinds = {one.kind for one in inspect.signature(call).parameters.values()}
    assert inspect.Parameter.VAR_KEYWORD not in kinds
