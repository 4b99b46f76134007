"""Callables of unusual make: mocks, signatures set by hand, names that no source can hold."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Annotated, Any
from unittest.mock import AsyncMock, create_autospec

import pytest

from xapi import XAPI, Depends
from xapi.exceptions import DeclarationError
from xapi.testclient import TestClient


async def given(q: str = "none") -> str:
    return q


class Asynchronous:
    async def __call__(self, q: str = "none") -> str:
        return "called"


def mocked() -> Any:
    return create_autospec(given, return_value="called")


@pytest.mark.parametrize(
    "call", [mocked(), functools.partial(mocked()), Asynchronous(), functools.partial(Asynchronous())]
)
def test_what_asyncio_takes_for_a_coroutine_function_is_awaited(call: Any) -> None:
    app = XAPI()

    def endpoint(value: Annotated[str, Depends(call)]) -> str:
        return value

    def overridden(value: Annotated[str, Depends(given)]) -> str:
        return value

    app.get("/dependency")(endpoint)
    app.get("/override")(overridden)
    app.get("/endpoint")(call)
    app.dependency_overrides[given] = call
    client = TestClient(app)
    for path in ("/dependency", "/override", "/endpoint"):
        assert client.get(path).json() == "called"


def test_an_asynchronous_mock_is_awaited() -> None:
    app = XAPI()
    mock: Any = AsyncMock(return_value="called")

    def endpoint(value: Annotated[str, Depends(mock)]) -> str:
        return value

    app.get("/")(endpoint)
    assert TestClient(app).get("/").json() == "called"


def with_signature(*names: str, kind: Any = inspect.Parameter.POSITIONAL_ONLY) -> Callable[..., Any]:
    def endpoint(**given: Any) -> Any:
        return given

    parameters = [inspect.Parameter(name, kind, annotation=int) for name in names]
    endpoint.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    return endpoint


def test_positional_only_parameters_of_a_signature_set_by_hand_are_given_by_name() -> None:
    app = XAPI()
    app.get("/")(with_signature("a", "b"))
    app.get("/wrapped")(functools.partial(with_signature("a", "b")))
    for path in ("/", "/wrapped"):
        assert TestClient(app).get(f"{path}?a=1&b=2").json() == {"a": 1, "b": 2}


def test_what_the_code_itself_takes_by_position_only_is_refused() -> None:
    def endpoint(a: int, /) -> None: ...

    @functools.wraps(endpoint)
    def wrapper(*args: Any, **kwargs: Any) -> None: ...

    for call in (endpoint, wrapper):
        with pytest.raises(DeclarationError, match="'a' is positional-only"):
            XAPI().get("/")(call)


@pytest.mark.parametrize("name", ["ﬁle", "__debug__", "ªb"])
def test_a_name_that_no_call_can_say_is_refused(name: str) -> None:
    call = with_signature(name, kind=inspect.Parameter.KEYWORD_ONLY)
    with pytest.raises(DeclarationError, match="has a name that cannot be used as a keyword argument"):
        XAPI().get("/")(call)
