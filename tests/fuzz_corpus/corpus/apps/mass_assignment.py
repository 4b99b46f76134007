"""What the body says is written into the user, also what the document does not know, such as `admin`.

Class: mass assignment
Operation: POST /members
Checks: negative_data_rejection
Found by: a body with one property more
Issue: https://github.com/rails/rails/issues/5228
"""

import json

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from corpus.documents import answers, body, documented

DRAFT = {
    "type": "object",
    "properties": {"name": {"type": "string"}},
    "required": ["name"],
    "additionalProperties": False,
}
MEMBER = {
    "type": "object",
    "properties": {"name": {"type": "string"}, "admin": {}},
    "required": ["name", "admin"],
}
CREATE = {"post": {"requestBody": body(DRAFT), "responses": answers(MEMBER, s400="No such draft")}}


def create_app(fixed: bool) -> Starlette:
    async def create(request: Request) -> Response:
        if request.headers.get("content-type", "").partition(";")[0] != "application/json":
            return Response(status_code=400)
        try:
            read = json.loads(await request.body())
        except ValueError:
            return Response(status_code=400)
        if not isinstance(read, dict) or not isinstance(read.get("name"), str):
            return Response(status_code=400)
        if fixed and len(read) > 1:
            return Response(status_code=400)
        return JSONResponse({"admin": False} | read)

    return documented("Members", {"/members": CREATE}, Route("/members", create, methods=["POST"]))
