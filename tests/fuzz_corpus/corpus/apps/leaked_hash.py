"""The user is answered as it is stored, with the hash of the password.

Class: response leaking a field
Operation: GET /users/{number}
Checks: response_schema_conformance
Found by: any number that is there
"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict

from xapi import XAPI, Path
from xapi.responses import JSONResponse


class User(BaseModel):
    model_config = ConfigDict(extra="forbid")

    number: int
    name: str


def create_app(fixed: bool) -> XAPI:
    app = XAPI(title="Users", version="1.0.0", document_errors="exact")

    @app.get("/users/{number}", response_model=User)
    async def read(number: Annotated[int, Path(ge=1, le=9)]) -> JSONResponse:
        stored = {"number": number, "name": "ada", "password_hash": "c2VjcmV0"}
        shown = {key: stored[key] for key in ("number", "name")} if fixed else stored
        return JSONResponse(shown)

    return app
