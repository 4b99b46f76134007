"""A connection is given back after a request, but not after one that fails: when three have, none is left.

Class: dependency teardown not run
Operation: GET /stock/{number}
Checks: not_a_server_error, dependency_not_closed
Found by: some requests for what is not there
"""

from collections.abc import AsyncIterator
from typing import Annotated

from corpus.lifespans import emptying
from xapi import XAPI, Depends, HTTPException, Path

POOL = 3


def create_app(fixed: bool) -> XAPI:
    taken: list[object] = []
    app = XAPI(title="Stock", version="1.0.0", document_errors="exact", lifespan=emptying(taken))

    async def connection() -> AsyncIterator[object]:
        if len(taken) == POOL:
            raise RuntimeError("the pool has no connection left")
        connection = object()
        taken.append(connection)
        if not fixed:
            yield connection
            taken.remove(connection)
            return
        try:
            yield connection
        finally:
            taken.remove(connection)

    @app.get("/stock/{number}", responses={404: {"description": "No such article"}})
    async def read(
        number: Annotated[int, Path(ge=1, le=100)], connection: Annotated[object, Depends(connection)]
    ) -> int:
        if number > 90:
            raise HTTPException(404)
        return number * 2

    return app
