"""JSON may hold half of a surrogate pair, and such a text has no UTF-8: UnicodeEncodeError.

Class: unicode, surrogates
Operation: POST /hashes
Checks: not_a_server_error
Found by: a text with a lone surrogate
Near: https://nvd.nist.gov/vuln/detail/CVE-2022-31116
"""

import hashlib
import json

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from corpus.documents import answers, body, documented

TEXT = {
    "type": "object",
    "properties": {"text": {"type": "string"}},
    "required": ["text"],
    "additionalProperties": False,
}
HASH = {"post": {"requestBody": body(TEXT), "responses": answers({"type": "string"}, s400="No text")}}


def create_app(fixed: bool) -> Starlette:
    async def hash_text(request: Request) -> Response:
        if request.headers.get("content-type", "").partition(";")[0] != "application/json":
            return Response(status_code=400)
        try:
            read = json.loads(await request.body())
        except ValueError:
            return Response(status_code=400)
        if not isinstance(read, dict) or set(read) != {"text"} or not isinstance(read["text"], str):
            return Response(status_code=400)
        data = read["text"].encode(errors="surrogatepass" if fixed else "strict")
        return JSONResponse(hashlib.sha256(data).hexdigest())

    return documented("Hashes", {"/hashes": HASH}, Route("/hashes", hash_text, methods=["POST"]))
