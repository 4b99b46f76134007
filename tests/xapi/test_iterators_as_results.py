"""A result that can be iterated once is not JSON: the error says what to write instead."""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest

from xapi import XAPI
from xapi.encoders import jsonable_encoder
from xapi.exceptions import ResponseValidationError
from xapi.responses import HTMLResponse
from xapi.testclient import TestClient


class OwnIterator:
    def __init__(self) -> None:
        self.left = [1, 2]

    def __iter__(self) -> Iterator[int]:
        return self

    def __next__(self) -> int:
        if not self.left:
            raise StopIteration
        return self.left.pop()


class OwnAsyncIterator:
    def __aiter__(self) -> AsyncIterator[int]:
        return self

    async def __anext__(self) -> int:
        raise StopAsyncIteration


async def async_generator() -> AsyncIterator[int]:
    yield 1


async def coroutine() -> int:
    return 1


ITERATORS: dict[str, Callable[[], Any]] = {
    "map": lambda: map(str, [1, 2]),
    "filter": lambda: filter(None, [1, 2]),
    "zip": lambda: zip([1], [2], strict=True),
    "enumerate": lambda: enumerate([1]),
    "reversed": lambda: reversed([1, 2]),
    "iter": lambda: iter([1, 2]),
    "iter of pairs": lambda: iter([("a", 1)]),
    "chain": lambda: itertools.chain([1], [2]),
    "islice": lambda: itertools.islice([1, 2], 1),
    "csv.reader": lambda: csv.reader(io.StringIO("a,b")),
    "empty iter": lambda: iter(()),
    "own iterator": OwnIterator,
    "keys": lambda: {"ab": 1}.keys(),
    "values": lambda: {"a": 1}.values(),
}
AWAITED: dict[str, Callable[[], Any]] = {
    "async generator": async_generator,
    "own async iterator": OwnAsyncIterator,
}


def app_of(make: Callable[[], Any], *, below: bool = False, **options: Any) -> XAPI:
    app = XAPI()

    @app.get("/", **options)
    async def endpoint():  # type: ignore[no-untyped-def]  # as it is written where nobody annotates
        return {"items": make()} if below else make()

    return app


@pytest.mark.parametrize("kind", ITERATORS)
@pytest.mark.parametrize("below", [False, True], ids=["itself", "in a dictionary"])
def test_an_iterator_is_told(kind: str, below: bool) -> None:
    with pytest.raises(ValueError, match=r"it is iterated: write `list\(\.\.\.\)` around it"):
        TestClient(app_of(ITERATORS[kind], below=below)).get("/")


@pytest.mark.parametrize("kind", ITERATORS)
def test_so_it_is_by_the_encoder(kind: str) -> None:
    with pytest.raises(ValueError, match="it is iterated"):
        jsonable_encoder(ITERATORS[kind]())


@pytest.mark.parametrize("kind", AWAITED)
def test_what_is_iterated_asynchronously_is_told(kind: str) -> None:
    with pytest.raises(ValueError, match="it is iterated with `async for`"):
        TestClient(app_of(AWAITED[kind])).get("/")


def test_what_is_not_awaited_is_told() -> None:
    made = coroutine()
    with pytest.raises(ResponseValidationError, match=r"has to be awaited: write `await coroutine\(...\)`"):
        TestClient(app_of(lambda: made)).get("/")
    with pytest.raises(ValueError, match="it has to be awaited first"):
        jsonable_encoder(made)


@pytest.mark.parametrize("kind", [*ITERATORS, *AWAITED])
def test_it_is_never_an_empty_object(kind: str) -> None:
    app = app_of({**ITERATORS, **AWAITED}[kind])
    assert TestClient(app, raise_server_exceptions=False).get("/").status_code == 500


def test_a_generator_is_a_list_as_in_the_reference() -> None:
    assert TestClient(app_of(lambda: (n for n in range(3)))).get("/").json() == [0, 1, 2]


@pytest.mark.parametrize("kind", ["map", "filter", "iter"])
def test_a_response_model_may_read_one(kind: str) -> None:
    app = app_of(ITERATORS[kind], response_model=list[int] | list[str])
    assert len(TestClient(app).get("/").json()) == 2


def test_a_response_class_of_text_takes_text_alone() -> None:
    with pytest.raises(ValueError, match="it is iterated"):
        TestClient(app_of(ITERATORS["map"], response_class=HTMLResponse)).get("/")
