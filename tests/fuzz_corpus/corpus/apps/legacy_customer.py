"""One customer number from the old system, and only with the history: AttributeError.

Class: a constant in the source, with a second parameter
Operation: GET /customers/{number}
Checks: not_a_server_error
Found by: a number that is nowhere but in the source, and a flag
"""

from typing import Annotated

from xapi import XAPI, Path

LEGACY = 40417


def create_app(fixed: bool) -> XAPI:
    app = XAPI(title="Customers", version="1.0.0", document_errors="exact")

    @app.get("/customers/{number}")
    async def read(number: Annotated[int, Path(ge=1, le=99_999)], history: bool = False) -> str:
        past = None if number == LEGACY else f"customer {number}"
        if history and not (fixed and past is None):
            return past.title()  # type: ignore[union-attr]
        return "no history"

    return app
