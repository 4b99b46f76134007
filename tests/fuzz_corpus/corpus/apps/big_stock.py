"""A number in a body does not fit into the 64 bits of a column: OverflowError.

Class: database, integer overflow in a body
Operation: POST /stock
Checks: not_a_server_error
Found by: an integer beyond 64 bits
Issue: https://code.djangoproject.com/ticket/27397
"""

import sqlite3
from typing import Annotated

from pydantic import BaseModel, Field

from xapi import XAPI

LARGEST = 2**63 - 1


class Stock(BaseModel):
    pieces: int


class BoundedStock(Stock):
    pieces: Annotated[int, Field(ge=-LARGEST, le=LARGEST)]


def create_app(fixed: bool) -> XAPI:
    app = XAPI(title="Stock", version="1.0.0", document_errors="exact")
    Draft = BoundedStock if fixed else Stock  # noqa: N806

    @app.post("/stock", status_code=201)
    async def create(draft: Draft) -> int:  # type: ignore[valid-type]
        database = sqlite3.connect(":memory:")
        try:
            database.execute("create table stock (pieces integer)")
            database.execute("insert into stock values (?)", [draft.pieces])  # type: ignore[attr-defined]
            ((found,),) = database.execute("select count(*) from stock")
        finally:
            database.close()
        return int(found)

    return app
