"""A range of bytes that ends before it begins gives a negative length: ValueError.

A known one nearby: the ranges of a header were put together with more work than there are bytes.

Class: header with a grammar
Operation: GET /videos
Checks: not_a_server_error
Found by: two numbers in a header, in the wrong order
Near: https://nvd.nist.gov/vuln/detail/CVE-2025-62727
"""

import re

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from corpus.documents import answers, documented

PATTERN = "^bytes=[0-9]{1,3}-[0-9]{1,3}$"
RANGE = {"name": "X-Range", "in": "header", "schema": {"type": "string", "pattern": PATTERN}}
READ = {
    "get": {
        "parameters": [RANGE],
        "responses": answers({"type": "string"}, "text/plain", s400="No such range"),
    }
}


def create_app(fixed: bool) -> Starlette:
    async def read(request: Request) -> Response:
        text = request.headers.get("x-range", "bytes=0-9")
        if not re.fullmatch("bytes=[0-9]{1,3}-[0-9]{1,3}", text):
            return Response(status_code=400)
        first, last = map(int, text.removeprefix("bytes=").split("-"))
        if fixed and last < first:
            first, last = last, first
        return PlainTextResponse(bytes(last - first).decode().replace("\0", "."))

    return documented("Videos", {"/videos": READ}, Route("/videos", read, methods=["GET"]))
