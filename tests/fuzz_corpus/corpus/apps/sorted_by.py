"""The name of a column to sort by goes into the SQL as it is sent: OperationalError, and worse.

Class: database, SQL by a sort parameter
Operation: GET /books
Checks: not_a_server_error
Found by: any text
Issue: https://nvd.nist.gov/vuln/detail/CVE-2021-35042
"""

import sqlite3
from typing import Literal

from xapi import XAPI

BOOKS = "with books(title, year) as (values ('Moby-Dick', 1851), ('Ulysses', 1922)) "


def create_app(fixed: bool) -> XAPI:
    app = XAPI(title="Books", version="1.0.0", document_errors="exact")
    Column = Literal["title", "year"] if fixed else str  # noqa: N806

    @app.get("/books")
    async def read(sort: Column = "title") -> list[str]:  # type: ignore[valid-type]
        database = sqlite3.connect(":memory:")
        try:
            found = database.execute(f"{BOOKS} select title from books order by {sort}").fetchall()
        finally:
            database.close()
        return [title for (title,) in found]

    return app
