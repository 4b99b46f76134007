"""The weight of a language is taken for a number: ValueError.

A known one nearby: the header was parsed again and again, and kept.

Class: header with a grammar, dictionary key missing
Operation: GET /greetings
Checks: not_a_server_error
Found by: a text with a constant of the source in it
Near: https://nvd.nist.gov/vuln/detail/CVE-2023-23969
"""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from corpus.documents import answers, documented

LANGUAGE = {"name": "X-Language", "in": "header", "schema": {"type": "string"}}
GREET = {"get": {"parameters": [LANGUAGE], "responses": answers({"type": "string"})}}


def create_app(fixed: bool) -> Starlette:
    def weight(part: str) -> float:
        _, _, text = part.partition(";q=")
        try:
            return float(text) if ";q=" in part else 1.0
        except ValueError:
            if fixed:
                return 0.0
            raise

    async def greet(request: Request) -> Response:
        parts = request.headers.get("x-language", "en").split(",")
        best = max(parts, key=weight)
        return JSONResponse("hallo" if best.startswith("de") else "hello")

    return documented("Greetings", {"/greetings": GREET}, Route("/greetings", greet, methods=["GET"]))
