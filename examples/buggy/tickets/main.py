"""The operations, and most of the bugs. Serve them with `uvicorn tickets.main:app`."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

from tickets.models import Draft, Problem, Statistics, Ticket
from tickets.store import Store, Tickets
from xapi import XAPI, Depends, HTTPException, Path, Query, Request, Security
from xapi.responses import JSONResponse, PlainTextResponse
from xapi.security import HTTPAuthorizationCredentials, HTTPBearer

TOKEN = "tickets-please"

Responses = dict[int | str, dict[str, Any]]
NO_SUCH_TICKET: Responses = {404: {"model": Problem, "description": "No such ticket"}}
NO_JSON: Responses = {400: {"model": Problem, "description": "The body is not JSON"}}
NOT_ALLOWED: Responses = {401: {"model": Problem, "description": "No token, or a wrong one"}}
LABELS = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "properties": {"labels": {"type": "array", "items": {"type": "string"}, "maxItems": 10}},
                    "required": ["labels"],
                    "additionalProperties": False,
                }
            }
        },
    }
}


@asynccontextmanager
async def lifespan(app: XAPI) -> AsyncIterator[None]:
    app.state.store = Store()
    yield


app = XAPI(
    title="Tickets",
    version="1.0.0",
    summary="Keeps tickets, badly.",
    lifespan=lifespan,
    document_errors="exact",
)

bearer = HTTPBearer(auto_error=False)
Credentials = Annotated[HTTPAuthorizationCredentials | None, Security(bearer)]
TicketId = Annotated[int, Path(ge=1, le=1_000_000, examples=[1])]


def user(credentials: Credentials) -> None:
    """Let in who has the token."""
    if credentials is None or credentials.credentials != TOKEN:
        raise HTTPException(401, "Give the token.")


def anybody(credentials: Credentials) -> None:
    """Bug 7, ignored auth: the document asks for a token, and nobody looks at it."""


@app.get("/tickets")
def list_tickets(
    store: Tickets,
    page: Annotated[int, Query(ge=0, le=1_000)] = 0,
    per_page: Annotated[int, Query(ge=0, le=100)] = 20,
) -> list[Ticket]:
    """List tickets, one page at a time."""
    tickets = store.all()
    # Bug 1, status 500 on an edge value: `per_page` may be 0.
    pages = 1 + (len(tickets) - 1) // per_page
    first = min(page, pages) * per_page
    return tickets[first : first + per_page]


@app.post("/tickets", status_code=201)
def create_ticket(draft: Draft, store: Tickets) -> Ticket:
    """Open a ticket."""
    return store.add(draft)


# Bug 2, undeclared status code: 404 is not among the responses, as it is elsewhere.
@app.get("/tickets/{ticket_id}")
def read_ticket(ticket_id: TicketId, store: Tickets) -> Ticket:
    """Read one ticket."""
    if ticket_id not in store.tickets:
        raise HTTPException(404, "There is no ticket with this id.")
    # Bug 8, a crash after a certain sequence: a deleted ticket is None, and its id is still there.
    return Ticket(**store.tickets[ticket_id].model_dump())  # type: ignore[union-attr]


@app.put("/tickets/{ticket_id}", responses=NO_SUCH_TICKET | NOT_ALLOWED, dependencies=[Depends(anybody)])
def replace_ticket(ticket_id: TicketId, draft: Draft, store: Tickets) -> Ticket:
    """Write a ticket anew."""
    ticket = found(store, ticket_id).model_copy(update=draft.model_dump())
    store.tickets[ticket_id] = ticket
    return ticket


@app.delete("/tickets/{ticket_id}", responses=NO_SUCH_TICKET | NOT_ALLOWED, dependencies=[Depends(user)])
def delete_ticket(ticket_id: TicketId, store: Tickets) -> Ticket:
    """Throw a ticket away."""
    ticket = found(store, ticket_id)
    store.tickets[ticket_id] = None
    # Bug 4, wrong content type: the document promises JSON.
    return PlainTextResponse(f"Ticket {ticket.id} is gone.")  # type: ignore[return-value]


@app.post("/tickets/{ticket_id}/labels", responses=NO_SUCH_TICKET | NO_JSON, openapi_extra=LABELS)
async def add_labels(ticket_id: TicketId, request: Request, store: Tickets) -> Ticket:
    """Put labels on a ticket."""
    ticket = found(store, ticket_id)
    try:
        body = json.loads(await request.body())
    except ValueError:
        raise HTTPException(400, "The body is not JSON.") from None
    # Bug 6, accepts what its schema forbids: the body is read by hand, and not compared with the schema.
    labels = body.get("labels") if isinstance(body, dict) else None
    if isinstance(labels, list):
        ticket.labels = [str(label) for label in labels]
    return ticket


@app.get("/references/{reference}", responses=NO_SUCH_TICKET)
def read_reference(
    reference: Annotated[str, Path(max_length=20, examples=["T-0001-1"])], store: Tickets
) -> Ticket:
    """Read the ticket of a printed reference: its number, and the last digit of the sum of its digits."""
    kind, _, rest = reference.partition("-")
    number, _, check = rest.partition("-")
    if kind != "T" or len(number) != 4 or not (number + check).isdecimal():
        raise HTTPException(404, "This is no reference.")
    if sum(int(digit) for digit in number) % 10 != int(check or 0):
        raise HTTPException(404, "The check digit is wrong.")
    # Bug 9, a crash behind a condition that is computed: no ticket needs to have this number.
    ticket = store.tickets[int(number)]
    if ticket is None:
        raise HTTPException(404, "There is no ticket with this reference.")
    return ticket


@app.get("/statistics")
def statistics(store: Tickets) -> Statistics:
    """Count tickets and labels."""
    tickets = store.all()
    labels = {label for ticket in tickets for label in ticket.labels}
    # Bug 3, a response that breaks its schema: `labels` is a list here, and nothing checks ready responses.
    return JSONResponse({"tickets": len(tickets), "labels": sorted(labels)})  # type: ignore[return-value]


def found(store: Store, ticket_id: int) -> Ticket:
    ticket = store.tickets.get(ticket_id)
    if ticket is None:
        raise HTTPException(404, "There is no ticket with this id.")
    return ticket
