"""Days are added to a date until the calendar ends: OverflowError.

Class: out-of-range date
Operation: GET /due
Checks: not_a_server_error
Found by: the first boundary values
"""

from datetime import date, timedelta
from typing import Annotated

from xapi import XAPI, Query

START = date(2024, 1, 1)


def create_app(fixed: bool) -> XAPI:
    app = XAPI(title="Invoices", version="1.0.0", document_errors="exact")

    @app.get("/due")
    async def due(days: Annotated[int, Query(ge=0, le=3_650 if fixed else 3_650_000)] = 30) -> date:
        return START + timedelta(days=days)

    return app
