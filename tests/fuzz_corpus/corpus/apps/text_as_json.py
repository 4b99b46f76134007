"""A body is read as JSON whatever its media type says, so that other sites can send it without a preflight.

Class: undeclared media type accepted
Operation: POST /transfers
Checks: negative_data_rejection
Found by: JSON that is sent as another media type
Issue: https://nvd.nist.gov/vuln/detail/CVE-2021-32677
"""

import json

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from corpus.documents import answers, body, documented

TRANSFER = {
    "type": "object",
    "properties": {"cents": {"type": "integer", "minimum": 1}},
    "required": ["cents"],
}
SEND = {
    "post": {
        "requestBody": body(TRANSFER),
        "responses": answers({"type": "integer"}, s400="No transfer", s415="Not JSON"),
    }
}


def create_app(fixed: bool) -> Starlette:
    async def send(request: Request) -> Response:
        media_type = request.headers.get("content-type", "").partition(";")[0]
        if fixed and media_type != "application/json":
            return Response(status_code=415)
        try:
            read = json.loads(await request.body())
        except ValueError:
            return Response(status_code=400)
        cents = read.get("cents") if isinstance(read, dict) else None
        if isinstance(cents, float) and cents.is_integer():
            cents = int(cents)
        if not isinstance(cents, int) or isinstance(cents, bool) or cents < 1:
            return Response(status_code=400)
        return JSONResponse(cents)

    return documented("Transfers", {"/transfers": SEND}, Route("/transfers", send, methods=["POST"]))
