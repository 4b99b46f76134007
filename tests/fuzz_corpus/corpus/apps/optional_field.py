"""An optional field is read as if it were there: KeyError.

Class: dictionary key missing by an optional field
Operation: POST /trips
Checks: not_a_server_error
Found by: the first boundary values
"""

from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict


class Trip(BaseModel):
    model_config = ConfigDict(strict=True)

    start: str
    end: str = "home"


def create_app(fixed: bool) -> FastAPI:
    app = FastAPI(title="Trips")

    @app.post("/trips", responses={400: {"description": "The body is not JSON"}})
    async def describe(trip: Trip) -> str:
        given = trip.model_dump(exclude_unset=not fixed)
        return f"{given['start']} to {given['end']}"

    return app
