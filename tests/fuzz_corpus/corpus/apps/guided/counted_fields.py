"""The first character is taken of a field that is empty: IndexError.

Class: lengths, format with counts
Operation: POST /records
Checks: not_a_server_error
Found by: texts that each say their length, of which the first is a word of the code and one is empty
"""

from collections.abc import Iterator

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from corpus.documents import answers, body, documented

TAKE = {
    "post": {
        "requestBody": body({"type": "string", "maxLength": 200}, "text/plain"),
        "responses": answers({"type": "string"}, s409="No record"),
    }
}


def fields(text: str) -> Iterator[str]:
    """The fields of a record: `4:name,3:ada,`."""
    while text:
        digits, found, rest = text.partition(":")
        if not found or not digits.isdecimal() or len(digits) > 3:
            raise ValueError
        length = int(digits)
        if rest[length : length + 1] != ",":
            raise ValueError
        yield rest[:length]
        text = rest[length + 1 :]


def create_app(fixed: bool) -> Starlette:
    async def take(request: Request) -> Response:
        text = (await request.body()).decode("latin-1")
        try:
            kind, *values = fields(text)
        except ValueError:
            return Response(status_code=409)
        if kind != "name":
            return JSONResponse("")
        return JSONResponse("".join(value[:1] if fixed else value[0] for value in values))

    return documented("Records", {"/records": TAKE}, Route("/records", take, methods=["POST"]))
