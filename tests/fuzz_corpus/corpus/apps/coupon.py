"""A coupon of an old season is known to the code and not to the table: KeyError.

Class: dictionary key missing, a constant in the source
Operation: POST /carts
Checks: not_a_server_error
Found by: a text that is nowhere but in the source
"""

from pydantic import BaseModel

from xapi import XAPI

DISCOUNTS = {"SUMMER-2024": 10}


class Cart(BaseModel):
    total: int
    coupon: str = ""


def create_app(fixed: bool) -> XAPI:
    app = XAPI(title="Carts", version="1.0.0", document_errors="exact")

    @app.post("/carts")
    async def discount(cart: Cart) -> int:
        if cart.coupon in ("SUMMER-2024", "WINTER-2019"):
            return DISCOUNTS.get(cart.coupon, 0) if fixed else DISCOUNTS[cart.coupon]
        return 0

    return app
