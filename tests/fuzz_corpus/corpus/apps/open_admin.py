"""A function asks for the scope `admin` in the document, and the code does not look at scopes.

Class: function of administrators open to users
Operation: PUT /limits
Checks: function_level_authorization
Found by: a request of a user without the scope
Issue: https://owasp.org/API-Security/editions/2023/en/0xa5-broken-function-level-authorization/
"""

from typing import Annotated

from xapi import XAPI, Depends, HTTPException, Security
from xapi.security import OAuth2PasswordBearer, SecurityScopes

SCOPES = {"token-of-ada": {"read", "admin"}, "token-of-alan": {"read"}}
CREDENTIALS = {"OAuth2PasswordBearer": {"ada": "token-of-ada", "alan": "token-of-alan"}}
ROLES = {"ada": {"scopes": ["read", "admin"]}, "alan": {"scopes": ["read"]}}
scheme = OAuth2PasswordBearer(tokenUrl="token", scopes={"read": "", "admin": ""}, auto_error=False)
REFUSED = {401: {"description": "No token, or a wrong one"}, 403: {"description": "Not for you"}}


def create_app(fixed: bool) -> XAPI:
    app = XAPI(title="Limits", version="1.0.0", document_errors="exact")

    def user(needed: SecurityScopes, token: Annotated[str | None, Depends(scheme)]) -> str:
        if token not in SCOPES:
            raise HTTPException(401)
        if fixed and not set(needed.scopes) <= SCOPES[token]:
            raise HTTPException(403)
        return token

    @app.get("/limits", dependencies=[Security(user, scopes=["read"])], responses=REFUSED)
    async def read() -> int:
        return 100

    @app.put("/limits", dependencies=[Security(user, scopes=["admin"])], responses=REFUSED)
    async def change(limit: bool) -> bool:
        return limit

    return app
