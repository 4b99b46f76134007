"""A count is answered as text.

Class: response of the wrong type
Operation: GET /visitors
Checks: response_schema_conformance
Found by: any request
"""

from pydantic import BaseModel

from xapi import XAPI
from xapi.responses import JSONResponse


class Visitors(BaseModel):
    count: int


def create_app(fixed: bool) -> XAPI:
    app = XAPI(title="Visitors", version="1.0.0", document_errors="exact")

    @app.get("/visitors", response_model=Visitors)
    async def visitors() -> JSONResponse:
        return JSONResponse({"count": 7 if fixed else "7"})

    return app
