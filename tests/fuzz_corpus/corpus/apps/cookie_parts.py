"""Cookies are split by hand, and a value with `=` in it has three parts: ValueError.

A known one nearby: a cookie without a name was read as one with a name.

Class: cookie parsing
Operation: GET /carts
Checks: not_a_server_error
Found by: a cookie with an equals sign, or without one
Near: https://nvd.nist.gov/vuln/detail/CVE-2023-23934
"""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from corpus.documents import answers, documented

COOKIE = {"name": "cart", "in": "cookie", "schema": {"type": "string"}}
READ = {"get": {"parameters": [COOKIE], "responses": answers({"type": "integer"})}}


def create_app(fixed: bool) -> Starlette:
    async def read(request: Request) -> Response:
        cookies = {}
        for part in request.headers.get("cookie", "").split(";"):
            if not part.strip():
                continue
            if fixed:
                name, _, value = part.partition("=")
            else:
                name, value = part.split("=")
            cookies[name.strip()] = value
        return JSONResponse(len(cookies.get("cart", "")))

    # TRACE and others are refused by Starlette, with `Allow`.
    return documented("Carts", {"/carts": READ}, Route("/carts", read, methods=["GET"]))
