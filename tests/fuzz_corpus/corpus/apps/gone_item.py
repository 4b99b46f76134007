"""Old articles are answered with 410, which the document does not name.

Class: undeclared status
Operation: GET /articles/{number}
Checks: status_code_conformance
Found by: the first boundary values
"""

from typing import Annotated

from xapi import XAPI, HTTPException, Path


def create_app(fixed: bool) -> XAPI:
    app = XAPI(title="Articles", version="1.0.0", document_errors="exact")

    @app.get("/articles/{number}")
    async def read(number: Annotated[int, Path(ge=1, le=500)]) -> str:
        if number < 50 and not fixed:
            raise HTTPException(410)
        return f"article {number}"

    return app
