"""The page after the last one is documented, and its first entry is not there: IndexError.

Class: off-by-one paging
Operation: GET /entries
Checks: not_a_server_error
Found by: the first boundary values
"""

from typing import Annotated

from xapi import XAPI, Query

ENTRIES = [f"entry {number}" for number in range(30)]
SIZE = 10


def create_app(fixed: bool) -> XAPI:
    app = XAPI(title="Entries", version="1.0.0", document_errors="exact")

    @app.get("/entries")
    async def read_page(page: Annotated[int, Query(ge=0, le=2 if fixed else 3)] = 0) -> dict[str, str]:
        return {"first": ENTRIES[page * SIZE], "page": str(page)}

    return app
