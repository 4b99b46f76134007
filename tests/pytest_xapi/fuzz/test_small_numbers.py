"""Small numbers in the source of an app are tried: those that values are compared with come first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pytest_xapi.fuzz.generation.small_numbers import SmallNumbers
from pytest_xapi.fuzz.schemathesis_adapter.app_source import AppSource

SOURCE = """
LIMIT = 97
UNLUCKY = {31}

def check(number, other):
    if number == 42 or 13 != number or number in (7, [11]) or number % 3 == 0:
        return sleep(5)
    if -20 < number <= LIMIT or number in range(60, 70):
        return 1000
    match number:
        case 77 | 78:
            return True
"""


ONLY_HERE = 88


def test_what_values_are_compared_with_comes_before_all_other_numbers() -> None:
    found = SmallNumbers()
    found.add(SOURCE)
    compared = {42, 13, 7, 3, 0, -20, -21, -19, 60, 70, 77, 78}
    assert set(found.compared) == compared
    assert {97, 31, 11, 5} <= set(found.others)
    assert 1000 not in found.others


def test_what_is_no_python_has_none() -> None:
    found = SmallNumbers()
    found.add("if number == 42\n")
    found.add("42 \0")
    assert not found.compared
    assert not found.others


@pytest.mark.parametrize(
    "condition",
    ["number == 42", "number in (13, 7)", "number == LIMIT", "number and number % 37 == 0", "number == 0x29"],
)
def test_an_error_at_a_small_number_is_found(
    condition: str, app_module: Callable[..., None], fuzz: Callable[..., Any]
) -> None:
    app_module(
        f"""
        from xapi import XAPI
        app = XAPI()
        LIMIT = 97

        @app.get("/numbers/{{number}}")
        def read(number: int) -> int:
            if {condition}:
                raise RuntimeError("an unlucky number")
            return number
        """
    )
    assert "an unlucky number" in fuzz("-k", "boundary", cases=1).output


def test_so_it_is_where_an_app_is_wrapped(app_module: Callable[..., None], fuzz: Callable[..., Any]) -> None:
    app_module(
        """
        from xapi import XAPI

        class Around:
            def __init__(self, app):
                self.app = app
                self.openapi = app.openapi

            async def __call__(self, scope, receive, send):
                await self.app(scope, receive, send)

        inner = XAPI()

        @inner.get("/numbers/{number}")
        def read(number: int, word: str = "") -> int:
            if number == 42:
                raise RuntimeError("an unlucky number")
            if word == "open sesame":
                raise RuntimeError("an unlucky word")
            return number

        app = Around(inner)
        """
    )
    output = fuzz("-k", "boundary", cases=1).output
    assert "an unlucky number" in output
    assert "an unlucky word" in output


def test_handlers_are_found_in_the_routes_of_litestar() -> None:
    class Handler:
        fn = staticmethod(test_what_is_no_python_has_none)

    class Route:
        path = "/"
        route_handlers = (Handler,)

    class App:
        routes = (Route,)

    assert ONLY_HERE in AppSource(App(), is_searched=True).small_numbers().others
