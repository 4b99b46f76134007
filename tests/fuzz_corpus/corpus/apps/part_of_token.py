"""A token is looked for in a text that holds all tokens, so that a part of one will do, and nothing at all.

The original: an issuer was compared in this way.

Class: wrong credentials accepted, empty string
Operation: GET /vault
Checks: ignored_auth
Found by: a request with an empty token, or one letter of it
Issue: https://nvd.nist.gov/vuln/detail/CVE-2024-53861
"""

from typing import Annotated

from xapi import XAPI, Depends, HTTPException
from xapi.security import APIKeyHeader

KEYS = "key-of-ada,key-of-alan"
CREDENTIALS = {"APIKeyHeader": "key-of-ada"}
key_header = APIKeyHeader(name="X-Key", auto_error=False)
UNKNOWN = {401: {"description": "No key, or a wrong one"}}


def create_app(fixed: bool) -> XAPI:
    app = XAPI(title="Vault", version="1.0.0", document_errors="exact")

    @app.get("/vault", responses=UNKNOWN)
    async def read(key: Annotated[str | None, Depends(key_header)]) -> str:
        if key is None or key not in (KEYS.split(",") if fixed else KEYS):
            raise HTTPException(401)
        return "the vault is open"

    return app
