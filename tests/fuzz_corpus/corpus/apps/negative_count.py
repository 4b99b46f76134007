"""How many are wanted may be negative: ValueError.

Class: negative limit
Operation: GET /ranks
Checks: not_a_server_error
Found by: the first boundary values
"""

from itertools import islice
from typing import Annotated

from xapi import XAPI, Query

RANKS = ("first", "second", "third")
MOST = 100


def create_app(fixed: bool) -> XAPI:
    app = XAPI(title="Ranks", version="1.0.0", document_errors="exact")
    least = {"ge": 0} if fixed else {}

    @app.get("/ranks")
    async def read(limit: Annotated[int, Query(le=MOST, **least)] = MOST) -> list[str]:
        return list(islice(RANKS, limit))

    return app
