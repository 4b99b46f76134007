"""The day on which a loan ends is beyond the last year that there is: OverflowError.

Class: date arithmetic overflow
Operation: POST /loans
Checks: not_a_server_error
Found by: the first boundary values
Issue: https://cwe.mitre.org/data/definitions/190.html
"""

from datetime import date, timedelta
from typing import Annotated

from pydantic import BaseModel, Field

from xapi import XAPI


class Loan(BaseModel):
    weeks: Annotated[int, Field(ge=1)]


class ShortLoan(Loan):
    weeks: Annotated[int, Field(ge=1, le=52)]


def create_app(fixed: bool) -> XAPI:
    app = XAPI(title="Loans", version="1.0.0", document_errors="exact")
    Draft = ShortLoan if fixed else Loan  # noqa: N806

    @app.post("/loans", status_code=201)
    async def create(loan: Draft) -> str:  # type: ignore[valid-type]
        end = date(2026, 1, 1) + timedelta(weeks=loan.weeks)  # type: ignore[attr-defined]
        return end.isoformat()

    return app
