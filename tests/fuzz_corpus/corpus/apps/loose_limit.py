"""The document says at most 50; nothing checks it.

Class: documented constraint not enforced
Operation: GET /latest
Checks: negative_data_rejection
Found by: the first boundary values
"""

from typing import Annotated

from xapi import XAPI, Query


def create_app(fixed: bool) -> XAPI:
    app = XAPI(title="Latest", version="1.0.0", document_errors="exact")
    limit = Query(ge=1, le=50) if fixed else Query(ge=1, json_schema_extra={"maximum": 50})

    @app.get("/latest")
    async def latest(limit: Annotated[int, limit] = 10) -> list[int]:
        return list(range(min(limit, 100)))

    return app
