"""An identifier that does not fit into 64 bits reaches SQLite, which raises OverflowError.

Class: boundary integer
Operation: GET /rows/{row_id}
Checks: not_a_server_error
Found by: the first boundary values
Issue: https://code.djangoproject.com/ticket/27397
"""

import sqlite3
from contextlib import closing
from typing import Annotated

from xapi import XAPI, HTTPException, Path

LARGEST = 2**63 - 1


def create_app(fixed: bool) -> XAPI:
    app = XAPI(title="Rows", version="1.0.0", document_errors="exact")
    limits = {"ge": -LARGEST, "le": LARGEST} if fixed else {}

    @app.get("/rows/{row_id}", responses={404: {"description": "No such row"}})
    async def read_row(row_id: Annotated[int, Path(**limits)]) -> str:
        with closing(sqlite3.connect(":memory:")) as database:
            found = database.execute("select 'first' where ? = 1", [row_id]).fetchone()
        if found is None:
            raise HTTPException(404)
        text: str = found[0]
        return text

    return app
