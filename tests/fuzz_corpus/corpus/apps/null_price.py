"""Nothing bought has no average price, and the answer says null where its schema says number.

Class: response with a null
Operation: GET /averages
Checks: response_schema_conformance
Found by: the first boundary values
"""

from typing import Annotated

from pydantic import BaseModel

from xapi import XAPI, Query
from xapi.responses import JSONResponse


class Average(BaseModel):
    price: float


def create_app(fixed: bool) -> XAPI:
    app = XAPI(title="Averages", version="1.0.0", document_errors="exact")
    least = 1 if fixed else 0

    @app.get("/averages", response_model=Average)
    async def average(bought: Annotated[int, Query(ge=least, le=1_000)] = 1) -> JSONResponse:
        return JSONResponse({"price": 100 / bought if bought else None})

    return app
