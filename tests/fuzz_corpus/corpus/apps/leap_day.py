"""A subscription ends a year later, and the 29th of February has no such day: ValueError.

The original: certificates were made valid until the same day of the next year, on a leap day.

Class: leap day
Operation: POST /subscriptions
Checks: not_a_server_error
Found by: one day in four years, or the end of the calendar
Issue: https://azure.microsoft.com/en-us/blog/summary-of-windows-azure-service-disruption-on-feb-29th-2012/
"""

import re
from datetime import date, timedelta
from typing import Annotated, Any

from fastapi import FastAPI
from pydantic import BaseModel, BeforeValidator

NOT_JSON = {400: {"description": "The body is not JSON"}}


def as_documented(value: Any) -> Any:
    """Refuses numbers and times, which Pydantic would take for dates."""
    if not isinstance(value, str) or not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        raise ValueError("this is not a date")
    return value


class Subscription(BaseModel):
    start: Annotated[date, BeforeValidator(as_documented)]


def create_app(fixed: bool) -> FastAPI:
    app = FastAPI(title="Subscriptions")

    @app.post("/subscriptions", responses=NOT_JSON)
    async def end(subscription: Subscription) -> date:
        start = subscription.start
        if fixed:
            return start if start.year == date.max.year else start + timedelta(days=365)
        return start.replace(year=start.year + 1)

    return app
