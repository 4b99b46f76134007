"""A cursor that goes back from the first page leads to a page without lines: IndexError.

Class: Base64, JSON in text
Operation: GET /lines
Checks: not_a_server_error
Found by: JSON in Base64 with two keys that only the code names
"""

import base64
import json
from typing import Annotated, Any

from pydantic import BaseModel

from xapi import XAPI, HTTPException, Query

LINES = [f"line {number}" for number in range(30)]
SIZE = 10


class Page(BaseModel):
    first: str
    size: int


def create_app(fixed: bool) -> XAPI:
    app = XAPI(title="Lines", version="1.0.0", document_errors="exact")

    def decoded(cursor: str) -> Any:
        try:
            return json.loads(base64.b64decode(cursor, validate=True))
        except (ValueError, RecursionError):
            raise HTTPException(404) from None

    def start(cursor: str) -> int:
        where = decoded(cursor)
        if not isinstance(where, dict) or type(where.get("after")) is not int:
            raise HTTPException(404)
        after = min(max(where["after"], 0), len(LINES) - 1)
        if where.get("direction") == "back":
            return max(after - SIZE, 0) if fixed else after - SIZE
        return after

    @app.get("/lines", responses={404: {"description": "No such cursor"}})
    async def read(cursor: Annotated[str, Query(max_length=200)] = "") -> Page:
        first = start(cursor) if cursor else 0
        lines = LINES[first : first + SIZE]
        return Page(first=lines[0], size=len(lines))

    return app
