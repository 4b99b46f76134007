"""One of the formats is answered with a media type that the document does not name.

Class: wrong content type
Operation: GET /exports
Checks: content_type_conformance
Found by: the values that the document lists
"""

from enum import Enum

from xapi import XAPI
from xapi.responses import JSONResponse, PlainTextResponse, Response


class Format(Enum):
    JSON = "json"
    LINES = "lines"


def create_app(fixed: bool) -> XAPI:
    app = XAPI(title="Exports", version="1.0.0", document_errors="exact")

    @app.get("/exports", response_model=list[int])
    async def export(format: Format = Format.JSON) -> Response:
        if format is Format.LINES and not fixed:
            return PlainTextResponse("1\n2\n3")
        return JSONResponse([1, 2, 3])

    return app
