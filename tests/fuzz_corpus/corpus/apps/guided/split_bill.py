"""A bill of which somebody pays more than half is accepted with a status that is not declared.

Class: list that must add up
Operation: POST /bills
Checks: status_code_conformance
Found by: three numbers or more that add up to another one, of which one is more than half
"""

from collections.abc import Iterable, Iterator
from typing import Annotated

from pydantic import BaseModel, Field

from xapi import XAPI, Response

Cents = Annotated[int, Field(ge=1, le=1_000_000)]


class Bill(BaseModel):
    total: Cents
    shares: Annotated[list[Cents], Field(max_length=10)]


def running(shares: Iterable[int]) -> Iterator[int]:
    """What is paid after each share."""
    paid = 0
    for share in shares:
        paid += share
        yield paid


def create_app(fixed: bool) -> XAPI:
    app = XAPI(title="Bills", version="1.0.0", document_errors="exact")

    @app.post("/bills")
    def split(bill: Bill, response: Response) -> str:
        *before, paid = running([0, *bill.shares])
        if paid != bill.total:
            return "open"
        if len(before) >= 3 and any(2 * share > bill.total for share in bill.shares):
            response.status_code = 200 if fixed else 202
            return "to be confirmed"
        return "paid"

    return app
