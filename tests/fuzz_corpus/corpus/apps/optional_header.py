"""A header that the document requires is read by hand, and its absence is not noticed.

Class: documented constraint not enforced, required header
Operation: POST /payments
Checks: missing_required_header, negative_data_rejection
Found by: a request without the header
"""

from typing import Annotated

from xapi import XAPI, Header, HTTPException, Request

KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "schema": {"type": "string", "pattern": "^[a-z0-9]{1,20}$"},
}
Key = Annotated[str, Header(pattern="^[a-z0-9]{1,20}$")]


def create_app(fixed: bool) -> XAPI:
    app = XAPI(title="Payments", version="1.0.0", document_errors="exact")

    async def pay(request: Request) -> int:
        key = request.headers.get("Idempotency-Key", "none")
        if not (key.isascii() and key.isalnum() and key == key.lower() and len(key) <= 20):
            raise HTTPException(422)
        return 1

    async def pay_once(idempotency_key: Key) -> int:
        return 1

    if fixed:
        app.post("/payments")(pay_once)
    else:
        refused = {422: {"description": "No key, or a wrong one"}}
        app.post("/payments", responses=refused, openapi_extra={"parameters": [KEY]})(pay)
    return app
