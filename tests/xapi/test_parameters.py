"""Path, query, header and cookie parameters: where they come from, what they become, what is refused."""

from __future__ import annotations

from datetime import date
from enum import Enum
from typing import Annotated, Any
from uuid import UUID

import pytest

from xapi import XAPI, Cookie, Header, Path, Query
from xapi.testclient import TestClient


class Colour(str, Enum):  # noqa: UP042  (the older way, which existing code uses)
    RED = "red"
    BLUE = "blue"


app = XAPI()


@app.get("/items/{item_id}")
async def read_item(item_id: int, q: str | None = None, limit: int = Query(10, ge=1, le=100)) -> Any:
    return {"item_id": item_id, "q": q, "limit": limit}


@app.get("/typed/{colour}/{when}")
def read_typed(colour: Colour, when: date, key: UUID | None = None, flag: bool = False) -> Any:
    return {"colour": colour is Colour.RED, "year": when.year, "key": key and key.int, "flag": flag}


@app.get("/files/{file_path:path}")
async def read_file(file_path: str) -> str:
    return file_path


@app.get("/lists")
async def read_lists(
    tag: Annotated[list[str], Query()] = ["none"],  # noqa: B006  (a default is copied for each request)
    number: Annotated[set[int] | None, Query(alias="n")] = None,
    x_token: Annotated[list[str] | None, Header()] = None,
) -> Any:
    tag.append("seen")
    return {"tag": tag, "number": sorted(number or ()), "x_token": x_token}


@app.get("/headers")
async def read_headers(
    user_agent: Annotated[str, Header()],
    x_one: Annotated[int | None, Header()] = None,
    under_score: Annotated[str | None, Header(convert_underscores=False)] = None,
    session: Annotated[str | None, Cookie(alias="session-id")] = None,
) -> Any:
    return [user_agent, x_one, under_score, session]


@app.get("/old-style/{item_id}")
async def read_old_style(
    *, q: str = Query(default="fixed", min_length=3, max_length=5), item_id: int = Path(title="Id", gt=0)
) -> Any:
    return [item_id, q]


@app.get("/plain-metadata")
async def read_plain_metadata(
    q: Annotated[str, "only a text"], n: Annotated[int, Query(gt=1), "text"]
) -> Any:
    return [q, n]


@app.get("/required-but-nullable")
async def read_nullable(q: str | None) -> Any:
    return q


client = TestClient(app)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("/items/3", {"item_id": 3, "q": None, "limit": 10}),
        ("/items/3?q=", {"item_id": 3, "q": "", "limit": 10}),
        ("/items/3?q=a%20b%2Bc&limit=5", {"item_id": 3, "q": "a b+c", "limit": 5}),
        ("/items/3?q=first&q=last", {"item_id": 3, "q": "last", "limit": 10}),
        ("/items/3?&&q=x&", {"item_id": 3, "q": "x", "limit": 10}),
        ("/items/-7?q=caf%C3%A9", {"item_id": -7, "q": "café", "limit": 10}),
        ("/typed/red/2026-11-24?flag=on", {"colour": True, "year": 2026, "key": None, "flag": True}),
        ("/typed/blue/2026-01-01?key=00000000-0000-0000-0000-000000000005",
         {"colour": False, "year": 2026, "key": 5, "flag": False}),
        ("/files//home/me/notes.txt", "/home/me/notes.txt"),
        ("/lists", {"tag": ["none", "seen"], "number": [], "x_token": None}),
        ("/lists?tag=a&n=2&tag=b&n=1&n=2", {"tag": ["a", "b", "seen"], "number": [1, 2], "x_token": None}),
        ("/old-style/1", [1, "fixed"]),
        ("/old-style/1?q=abcd", [1, "abcd"]),
        ("/plain-metadata?q=a&n=2", ["a", 2]),
        ("/required-but-nullable?q=a", "a"),
    ],
)  # fmt: skip
def test_values_reach_the_endpoint_typed(url: str, expected: Any) -> None:
    response = client.get(url)
    assert response.status_code == 200
    assert response.json() == expected


def test_a_default_is_new_for_each_request() -> None:
    assert client.get("/lists").json() == client.get("/lists").json()


def test_headers_are_read_by_their_wire_names() -> None:
    response = client.get(
        "/headers",
        headers={"User-Agent": "me", "X-One": "1", "under_score": "kept", "Cookie": "a=b; session-id=s1"},
    )
    assert response.json() == ["me", 1, "kept", "s1"]


def test_of_repeated_headers_the_first_counts_however_many_are_declared() -> None:
    app = XAPI()

    @app.get("/one")
    async def one(x_first: Annotated[str, Header()]) -> list[str]:
        return [x_first]

    @app.get("/three")
    async def three(
        x_first: Annotated[str, Header()], x_second: Annotated[str, Header()], x_third: str = Header("none")
    ) -> list[str]:
        return [x_first, x_second, x_third]

    headers = [("X-First", "1"), ("X-Second", "2"), ("x-first", "3")]
    with TestClient(app) as client:
        assert client.get("/one", headers=headers).json() == ["1"]
        assert client.get("/three", headers=headers).json() == ["1", "2", "none"]
        assert client.get("/one").json()["detail"][0]["loc"] == ["header", "x-first"]


def test_of_repeated_headers_the_first_counts_and_a_list_has_all() -> None:
    repeated = [("X-Token", "one"), ("X-Token", "two"), ("X-One", "1"), ("X-One", "2")]
    assert client.get("/lists", headers=repeated).json()["x_token"] == ["one", "two"]
    assert client.get("/headers", headers=repeated).json()[1] == 1


def _error(kind: str, loc: list[Any], message: str, given: Any, **context: Any) -> dict[str, Any]:
    error = {"type": kind, "loc": loc, "msg": message, "input": given}
    return error | ({"ctx": context} if context else {})


NOT_AN_INT = "Input should be a valid integer, unable to parse string as an integer"


@pytest.mark.parametrize(
    ("url", "errors"),
    [
        ("/items/foo", [_error("int_parsing", ["path", "item_id"], NOT_AN_INT, "foo")]),
        ("/items/4.2", [_error("int_parsing", ["path", "item_id"], NOT_AN_INT, "4.2")]),
        (
            "/items/x?limit=0",
            [
                _error("int_parsing", ["path", "item_id"], NOT_AN_INT, "x"),
                _error("greater_than_equal", ["query", "limit"],
                       "Input should be greater than or equal to 1", "0", ge=1),
            ],
        ),
        ("/required-but-nullable", [_error("missing", ["query", "q"], "Field required", None)]),
        ("/lists?n=1&n=x", [_error("int_parsing", ["query", "n", 1], NOT_AN_INT, "x")]),
        (
            "/typed/green/2026-01-01",
            [_error("enum", ["path", "colour"], "Input should be 'red' or 'blue'", "green",
                    expected="'red' or 'blue'")],
        ),
        (
            "/old-style/0?q=ab",
            [
                _error("greater_than", ["path", "item_id"], "Input should be greater than 0", "0", gt=0),
                _error("string_too_short", ["query", "q"], "String should have at least 3 characters", "ab",
                       min_length=3),
            ],
        ),
        ("/headers", [_error("int_parsing", ["header", "x-one"], NOT_AN_INT, "?")]),
    ],
)  # fmt: skip
def test_wrong_values_are_told_by_location(url: str, errors: list[dict[str, Any]]) -> None:
    response = client.get(url, headers={"x-one": "?"})
    assert response.status_code == 422
    assert response.json() == {"detail": errors}


def test_a_parameter_keeps_the_endpoint_callable_as_plain_python() -> None:
    async def endpoint(q: Annotated[str, Query(min_length=3)] = "abc") -> str:
        return q

    assert XAPI().get("/")(endpoint) is endpoint
