"""The short form of an answer leaves out what its schema requires, if there is anything to shorten.

Class: response with a missing field, combination of two parameters
Operation: GET /profiles/{number}
Checks: response_schema_conformance
Found by: a flag together with a limit
"""

from typing import Annotated

from pydantic import BaseModel

from xapi import XAPI, Path, Query
from xapi.responses import JSONResponse


class Profile(BaseModel):
    number: int
    about: str


def create_app(fixed: bool) -> XAPI:
    app = XAPI(title="Profiles", version="1.0.0", document_errors="exact")

    @app.get("/profiles/{number}", response_model=Profile)
    async def read(
        number: Annotated[int, Path(ge=1, le=100)],
        short: bool = False,
        length: Annotated[int, Query(ge=0, le=200)] = 100,
    ) -> JSONResponse:
        about = "Likes long walks. " * 5
        if short and length < len(about):
            return JSONResponse({"number": number, **({"about": about[:length]} if fixed else {})})
        return JSONResponse({"number": number, "about": about})

    return app
