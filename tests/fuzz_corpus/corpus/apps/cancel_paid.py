"""A bill that is paid and then cancelled: its state has no way there, KeyError.

Class: state, sequence of three
Operation: POST /bills/{number}/cancellation
Checks: not_a_server_error
Found by: a sequence of three requests: create, pay, cancel
Issue: https://arxiv.org/abs/1806.09739
"""

from typing import Annotated

from pydantic import BaseModel, Field

from corpus.lifespans import emptying
from xapi import XAPI, HTTPException, Path

NONE = {404: {"description": "No such bill"}}
CONFLICT = {409: {"description": "Not in this state"}}
Number = Annotated[int, Path(ge=1_000)]


class Draft(BaseModel):
    cents: Annotated[int, Field(ge=1, le=100_000)]


class Bill(BaseModel):
    number: int
    cents: int
    state: str = "open"


def create_app(fixed: bool) -> XAPI:
    bills: dict[int, Bill] = {}
    app = XAPI(title="Bills", version="1.0.0", document_errors="exact", lifespan=emptying(bills))

    def found(number: int) -> Bill:
        if number not in bills:
            raise HTTPException(404)
        return bills[number]

    @app.post("/bills", status_code=201)
    async def create(draft: Draft) -> Bill:
        bill = Bill(number=1_000 + len(bills), cents=draft.cents)
        bills[bill.number] = bill
        return bill

    @app.post("/bills/{number}/payment", responses=NONE | CONFLICT)
    async def pay(number: Number) -> Bill:
        bill = found(number)
        if bill.state != "open":
            raise HTTPException(409)
        bill.state = "paid"
        return bill

    @app.post("/bills/{number}/cancellation", responses=NONE | CONFLICT)
    async def cancel(number: Number) -> Bill:
        bill = found(number)
        if fixed and bill.state != "open":
            raise HTTPException(409)
        bill.state = {"open": "cancelled", "cancelled": "cancelled"}[bill.state]
        return bill

    return app
