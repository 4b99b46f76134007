"""A body that is not UTF-8 is decoded before anything else looks at it: UnicodeDecodeError.

Class: bytes in JSON
Operation: POST /lines
Checks: not_a_server_error
Found by: a body of bytes
"""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from corpus.documents import answers, body, documented

TYPE = "application/octet-stream"
COUNT = {
    "post": {
        "requestBody": body({"type": "string", "format": "binary"}, TYPE),
        "responses": answers({"type": "integer"}, s400="No bytes"),
    }
}


def create_app(fixed: bool) -> Starlette:
    async def count(request: Request) -> Response:
        if request.headers.get("content-type", "").partition(";")[0] != TYPE:
            return Response(status_code=400)
        data = await request.body()
        return JSONResponse(data.decode(errors="replace" if fixed else "strict").count("\n"))

    return documented("Lines", {"/lines": COUNT}, Route("/lines", count, methods=["POST"]))
