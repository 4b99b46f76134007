"""Which entry comes next is asked of a list that ends before: IndexError beyond the last offset.

Class: offset beyond the end
Operation: GET /events
Checks: not_a_server_error
Found by: the first boundary values
"""

from typing import Annotated

from pydantic import BaseModel

from xapi import XAPI, Query

EVENTS = ["opened", "paid", "sent", "closed"]


class Page(BaseModel):
    events: list[str]
    first: str | None


def create_app(fixed: bool) -> XAPI:
    app = XAPI(title="Events", version="1.0.0", document_errors="exact")

    @app.get("/events")
    async def read(offset: Annotated[int, Query(ge=0)] = 0) -> Page:
        found = EVENTS[offset : offset + 2]
        if fixed and not found:
            return Page(events=[], first=None)
        return Page(events=found, first=found[0])

    return app
