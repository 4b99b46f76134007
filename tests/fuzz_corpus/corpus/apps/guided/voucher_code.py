"""A voucher that is worth more than the basket leaves nothing to share the postage by: ZeroDivisionError.

Class: text taken apart by hand, check character
Operation: POST /baskets
Checks: not_a_server_error
Found by: a code of three parts: a kind, a number in a range and the letter that follows from it
"""

from typing import Annotated

from pydantic import BaseModel, Field

from xapi import XAPI

KINDS = {"ONCE": 7, "LOYAL": 3, "STAFF": 11}
POSTAGE = 390


class Basket(BaseModel):
    cents: Annotated[int, Field(ge=100, le=100_000)]
    voucher: Annotated[str, Field(max_length=30)] = ""


def create_app(fixed: bool) -> XAPI:
    app = XAPI(title="Baskets", version="1.0.0", document_errors="exact")

    def percent(code: str) -> int:
        kind, _, rest = code.partition("-")
        number, _, check = rest.partition("-")
        if kind not in KINDS or not number.isdecimal():
            return 0
        value = int(number)
        if not 5 <= value <= 100:
            return 0
        return value if check == chr(ord("A") + value * KINDS[kind] % 26) else 0

    @app.post("/baskets")
    async def price(basket: Basket) -> int:
        off = percent(basket.voucher)
        left = basket.cents * (100 - off) // 100
        if off > 50:
            if fixed and left == 0:
                return 0
            return left + POSTAGE * 100 // left
        return left + POSTAGE

    return app
