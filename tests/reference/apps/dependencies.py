"""Parameters of dependencies in the document: their order, duplicates, classes."""

from collections.abc import AsyncIterator
from typing import Annotated

from xapi import XAPI, BackgroundTasks, Cookie, Depends, Header, Query, Request, Response

app = XAPI()


def common(q: str | None = None, skip: int = 0, limit: int = 100): ...


class Pagination:
    def __init__(self, page: Annotated[int, Query(ge=1)] = 1, size: int = 10) -> None: ...


async def session(
    request: Request, limit: Annotated[int, Query(le=5)], c: str = Depends(common)
) -> AsyncIterator[int]:
    yield 1


def query_or_cookie(
    q: Annotated[str, Depends(common)],
    last: Annotated[str | None, Cookie()] = None,
    x: Annotated[str | None, Header()] = None,
): ...


@app.get("/common")
def read_common(commons: Annotated[dict, Depends(common)]): ...


@app.get("/class")
def by_class(page: Annotated[Pagination, Depends()]): ...


@app.get("/sub/{item_id}")
def sub(
    item_id: int, mine: str, a: Annotated[str, Depends(query_or_cookie)], z: Annotated[str, Header()]
): ...


@app.get("/duplicates")
def duplicates(
    limit: int, first: Annotated[str, Depends(session)], second: Annotated[str, Depends(common)]
): ...


@app.get("/conflict/{item_id}")
def conflict(item_id: str, x: Annotated[int, Query()], a: Annotated[str, Depends(query_or_cookie)]): ...


def with_path(item_id: int): ...


@app.get("/path/{item_id}", dependencies=[Depends(with_path)])
def path_in_dependency(): ...


@app.get("/query-named-as-path", dependencies=[Depends(with_path)])
def query_named_as_path(): ...


@app.get("/injected")
def injected(request: Request, response: Response, tasks: BackgroundTasks): ...
