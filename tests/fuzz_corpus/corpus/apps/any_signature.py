"""Whoever shows a token gets in, whatever the token says.

The original: a token that says of itself that it is not signed was accepted.

Class: wrong credentials accepted
Operation: GET /secrets
Checks: ignored_auth
Found by: a request with wrong credentials
Issue: https://nvd.nist.gov/vuln/detail/CVE-2015-9235
"""

from typing import Annotated

from xapi import XAPI, Depends, HTTPException
from xapi.security import HTTPAuthorizationCredentials, HTTPBearer

TOKEN = "the-only-token"
CREDENTIALS = {"HTTPBearer": TOKEN}
bearer = HTTPBearer(auto_error=False)
UNKNOWN = {401: {"description": "No token, or a wrong one"}}


def create_app(fixed: bool) -> XAPI:
    app = XAPI(title="Secrets", version="1.0.0", document_errors="exact")

    @app.get("/secrets", responses=UNKNOWN)
    async def read(credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]) -> str:
        if credentials is None or (fixed and credentials.credentials != TOKEN):
            raise HTTPException(401)
        return "a secret"

    return app
