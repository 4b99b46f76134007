"""A booking that is refused has reserved its seat already, and the next one for it fails.

Class: state left over after a failure
Operation: POST /seats/{seat}/bookings
Checks: not_a_server_error
Found by: a sequence of two requests, the first of which is refused
"""

from typing import Annotated

from pydantic import BaseModel, Field

from corpus.lifespans import emptying
from xapi import XAPI, HTTPException, Path


class Booking(BaseModel):
    guests: Annotated[int, Field(ge=1, le=8)]


def create_app(fixed: bool) -> XAPI:
    reserved: set[int] = set()
    app = XAPI(title="Seats", version="1.0.0", document_errors="exact", lifespan=emptying(reserved))

    @app.post("/seats/{seat}/bookings", responses={409: {"description": "The seat has not enough room"}})
    async def book(seat: Annotated[int, Path(ge=1, le=3)], booking: Booking) -> int:
        if seat in reserved:
            raise RuntimeError("UNIQUE constraint failed: reservations.seat")
        reserved.add(seat)
        if booking.guests > 4:
            if fixed:
                reserved.remove(seat)
            raise HTTPException(409)
        reserved.remove(seat)
        return booking.guests

    return app
