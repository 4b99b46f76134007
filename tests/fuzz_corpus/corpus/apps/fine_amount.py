"""An amount is rounded to cents, which a decimal with many digits does not allow: InvalidOperation.

Class: decimals
Operation: GET /amounts
Checks: not_a_server_error
Found by: a number with more than 26 digits
"""

from decimal import Decimal
from typing import Annotated

from fastapi import FastAPI, Query
from pydantic import WithJsonSchema

CENT = Decimal("0.01")


def create_app(fixed: bool) -> FastAPI:
    app = FastAPI(title="Amounts")

    @app.get("/amounts")
    async def rounded(amount: Annotated[Decimal, WithJsonSchema({"type": "number"}), Query()]) -> str:
        if fixed and amount.adjusted() > 20:
            return str(amount)
        return str(amount.quantize(CENT))

    return app
