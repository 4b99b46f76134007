"""What was created is kept under another number than the one that was answered.

Class: created and not there
Operation: GET /tickets/{number}
Checks: ensure_resource_availability
Found by: a sequence of two requests: create, read
"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict

from corpus.lifespans import emptying
from xapi import XAPI, HTTPException, Path


class Draft(BaseModel):
    model_config = ConfigDict(strict=True)

    title: str


class Ticket(BaseModel):
    number: int
    title: str


def create_app(fixed: bool) -> XAPI:
    tickets: dict[int, Ticket] = {}
    app = XAPI(title="Tickets", version="1.0.0", document_errors="exact", lifespan=emptying(tickets))

    @app.post("/tickets", status_code=201)
    async def create(draft: Draft) -> Ticket:
        number = 1_000 + len(tickets)
        ticket = Ticket(number=number, title=draft.title)
        tickets[number if fixed else number - 1_000] = ticket
        return ticket

    @app.get("/tickets/{number}", responses={404: {"description": "No such ticket"}})
    async def read(number: Annotated[int, Path(ge=1_000)]) -> Ticket:
        if number not in tickets:
            raise HTTPException(404)
        return tickets[number]

    return app
