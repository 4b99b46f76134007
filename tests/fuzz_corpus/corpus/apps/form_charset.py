"""A form is decoded by hand as ASCII, and a percent-encoded letter beyond it fails: UnicodeDecodeError.

Class: form encodings
Operation: POST /comments
Checks: not_a_server_error
Found by: a text beyond ASCII
"""

from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from corpus.documents import answers, body, documented

TYPE = "application/x-www-form-urlencoded"
FORM = {"type": "object", "properties": {"text": {"type": "string"}}, "required": ["text"]}
COMMENT = {
    "post": {"requestBody": body(FORM, TYPE), "responses": answers({"type": "string"}, s400="No text")}
}


def create_app(fixed: bool) -> Starlette:
    async def comment(request: Request) -> Response:
        if request.headers.get("content-type", "").partition(";")[0] != TYPE:
            return Response(status_code=400)
        data = (await request.body()).decode("ascii", errors="replace")
        encoding, errors = ("utf-8", "replace") if fixed else ("ascii", "strict")
        form = dict(parse_qsl(data, keep_blank_values=True, encoding=encoding, errors=errors))
        if "text" not in form:
            return Response(status_code=400)
        return JSONResponse(form["text"])

    return documented("Comments", {"/comments": COMMENT}, Route("/comments", comment, methods=["POST"]))
