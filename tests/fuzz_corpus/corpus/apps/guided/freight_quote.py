"""One class of weight has no price to one zone, and null is answered.

Class: tables, arithmetic
Operation: GET /quotes
Checks: response_schema_conformance
Found by: the name of a place of the code, and measures that come to a weight in a small range
"""

from bisect import bisect
from typing import Annotated

from pydantic import BaseModel

from xapi import XAPI, Depends, Query
from xapi.responses import JSONResponse

ZONES = {"oslo": "north", "turku": "north", "porto": "south", "patras": "east"}
BOUNDS = (500, 5_000, 20_000, 20_400)
PRICES = {
    "north": {0: 400, 1: 900, 2: 2_100, 3: 2_900, 4: 4_000},
    "south": {0: 450, 1: 990, 2: 2_300, 3: 3_100, 4: 4_100},
    "east": {0: 600, 1: 1_200, 2: 2_800, 4: 5_000},
}
ON_REQUEST = 5_900


class Quote(BaseModel):
    zone: str
    cents: int


class Parcel:
    """What is sent."""

    def __init__(
        self,
        length: Annotated[int, Query(ge=1, le=300)],
        girth: Annotated[int, Query(ge=1, le=300)],
        grams: Annotated[int, Query(ge=1, le=30_000)],
    ) -> None:
        self.length = length
        self.girth = girth
        self.grams = grams

    @property
    def counted(self) -> int:
        """What is paid for: by weight, or by what it takes of the lorry."""
        return max(self.grams, self.length * self.girth // 5)


def create_app(fixed: bool) -> XAPI:
    app = XAPI(title="Quotes", version="1.0.0", document_errors="exact")

    @app.get("/quotes", response_model=Quote, responses={404: {"description": "No such place"}})
    async def quote(
        to: Annotated[str, Query(max_length=20)], parcel: Annotated[Parcel, Depends()]
    ) -> JSONResponse:
        zone = ZONES.get(to.strip().lower())
        if zone is None:
            return JSONResponse("no such place", 404)
        row = PRICES[zone]
        cents = row.get(bisect(BOUNDS, parcel.counted))
        if fixed and cents is None:
            cents = ON_REQUEST
        return JSONResponse({"zone": zone, "cents": cents})

    return app
