"""A delay of more hours than a day has is taken for a time of day: ValueError.

Class: regular expression, range of a number
Operation: GET /alarms
Checks: not_a_server_error
Found by: a text of the form that a pattern of the code has, with days and many hours
"""

import re
from datetime import time
from typing import Annotated

from fastapi import FastAPI, Query
from pydantic import BaseModel

DELAY = re.compile(
    r"P(?:(?P<weeks>[1-9])W|(?P<days>[0-9]{1,2})D(?:T(?P<hours>[0-9]{2})H(?P<minutes>[0-5][0-9])M)?)"
)


class Alarm(BaseModel):
    days: int
    at: str = ""


def create_app(fixed: bool) -> FastAPI:
    app = FastAPI(title="Alarms")

    def alarm(found: re.Match[str]) -> Alarm:
        if weeks := found["weeks"]:
            return Alarm(days=7 * int(weeks))
        days, hours = int(found["days"]), int(found["hours"] or 0)
        if days == 0 or found["minutes"] is None:
            return Alarm(days=days)
        if fixed:
            days, hours = days + hours // 24, hours % 24
        return Alarm(days=days, at=time(hours, int(found["minutes"])).isoformat())

    @app.get("/alarms")
    def read(delay: Annotated[str, Query(max_length=20)]) -> Alarm:
        found = DELAY.fullmatch(delay)
        return alarm(found) if found else Alarm(days=0)

    return app
