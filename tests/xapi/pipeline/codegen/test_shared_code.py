"""Operations of one shape share their code, and nothing that can be told apart."""

from __future__ import annotations

import linecache
import traceback
from typing import Annotated, Any

import pytest

from xapi import XAPI, Depends, Query
from xapi.testclient import TestClient


def read_limit(limit: Annotated[int, Query(le=10)] = 5) -> int:
    return limit


def read_other_limit(limit: Annotated[int, Query(le=20)] = 6) -> int:
    return limit


def pair_of(*dependencies: Any) -> XAPI:
    """An app of which the operations differ in what they depend on, and in names alone."""
    app = XAPI()
    for number, dependency in enumerate(dependencies):

        async def endpoint(limit: int = Depends(dependency), number: int = number) -> Any:
            if limit == 0:
                raise ValueError(f"of {number}")
            return [limit, number]

        endpoint.__qualname__ = endpoint.__name__ = f"endpoint_{number}"
        app.get(f"/{number}")(endpoint)
    return app


def test_each_has_its_own_validators_and_defaults() -> None:
    client = TestClient(pair_of(read_limit, read_other_limit))

    assert client.get("/0").json() == [5, 0]
    assert client.get("/1?number=4").json() == [6, 4]
    assert client.get("/0?limit=15").status_code == 422
    assert client.get("/1?limit=15").json() == [15, 1]


@pytest.mark.parametrize("number", [0, 1])
def test_a_traceback_names_the_operation_and_shows_its_lines(number: int) -> None:
    client = TestClient(pair_of(read_limit, read_other_limit))

    with pytest.raises(ValueError, match=f"of {number}") as caught:
        client.get(f"/{number}?limit=0")

    (frame,) = [one for one in traceback.extract_tb(caught.tb) if one.filename.startswith("<xapi ")]
    assert frame.filename.endswith(f"GET /{number} -> endpoint_{number}>")
    assert frame.line is not None
    assert frame.line.startswith("result = await call")
    name = ("read_limit", "read_other_limit")[number]
    assert f"    # {name}\n" in "".join(linecache.getlines(frame.filename))
