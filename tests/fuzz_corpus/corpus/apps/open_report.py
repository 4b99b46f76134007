"""One operation asks for a token in the document, and for nothing in the code.

Class: missing authentication on one operation
Operation: DELETE /reports/{number}
Checks: ignored_auth
Found by: a request without credentials
"""

from typing import Annotated

from xapi import XAPI, Depends, HTTPException, Path
from xapi.security import HTTPAuthorizationCredentials, HTTPBearer

TOKEN = "reports-please"
CREDENTIALS = {"HTTPBearer": TOKEN}
bearer = HTTPBearer(auto_error=False)
Credentials = Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]
Number = Annotated[int, Path(ge=1, le=9)]
UNKNOWN = {401: {"description": "No token, or a wrong one"}}


def create_app(fixed: bool) -> XAPI:
    app = XAPI(title="Reports", version="1.0.0", document_errors="exact")

    def check(credentials: Credentials) -> None:
        if credentials is None or credentials.credentials != TOKEN:
            raise HTTPException(401)

    def look_away(credentials: Credentials) -> None:
        pass

    @app.get("/reports/{number}", dependencies=[Depends(check)], responses=UNKNOWN)
    async def read(number: Number) -> str:
        return f"report {number}"

    @app.delete("/reports/{number}", dependencies=[Depends(check if fixed else look_away)], responses=UNKNOWN)
    async def delete(number: Number) -> str:
        return f"report {number} is deleted"

    return app
