"""A refused method is answered without `Allow`, which RFC 9110 (section 15.5.6) asks for.

Class: 405 without Allow
Operation: POST /pings
Checks: allow_header_conformance, unsupported_method
Found by: another method
"""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from corpus.documents import answers, documented

METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "QUERY"]


def create_app(fixed: bool) -> Starlette:
    async def ping(request: Request) -> Response:
        if request.method == "POST":
            return JSONResponse("pong")
        return Response(status_code=405, headers={"Allow": "POST"} if fixed else {})

    operation = {"post": {"responses": answers({"type": "string"})}}
    return documented("Pings", {"/pings": operation}, Route("/pings", ping, methods=METHODS))
