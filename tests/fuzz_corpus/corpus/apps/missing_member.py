"""One member of an enumeration is written in another case in the price list: KeyError.

Class: enum case
Operation: GET /prices
Checks: not_a_server_error
Found by: the values that the document lists
"""

from enum import Enum

from xapi import XAPI


class Size(Enum):
    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "Large"


PRICES = {"small": 100, "medium": 150, "large": 200}


def create_app(fixed: bool) -> XAPI:
    app = XAPI(title="Prices", version="1.0.0", document_errors="exact")

    @app.get("/prices")
    async def price(size: Size) -> int:
        return PRICES[size.value.lower() if fixed else size.value]

    return app
