"""One of the issuers has no limit in the table: KeyError.

Class: checksum, table with a gap
Operation: GET /gift-cards/{number}
Checks: not_a_server_error
Found by: a number of 16 digits of one issuer whose check digit is right
"""

from typing import Annotated

from pydantic import BaseModel

from xapi import XAPI, Path

ISSUERS = {"6035": "grocer", "6280": "bookshop", "7071": "cinema"}
LIMITS = {"grocer": 25_000, "bookshop": 10_000}
SHORTEST = 16


class Card(BaseModel):
    valid: bool
    limit: int = 0


def create_app(fixed: bool) -> XAPI:
    app = XAPI(title="Gift cards", version="1.0.0", document_errors="exact")

    def remainder(digits: list[int]) -> int:
        total = 0
        for place, digit in enumerate(reversed(digits)):
            if place % 2 == 1:
                digit = digit * 2 - 9 if digit > 4 else digit * 2
            total += digit
        return total % 10

    @app.get("/gift-cards/{number}")
    def check(number: Annotated[str, Path(min_length=1, max_length=24)]) -> Card:
        digits = [int(character) for character in number if "0" <= character <= "9"]
        if len(digits) != SHORTEST or remainder(digits) != 0:
            return Card(valid=False)
        issuer = ISSUERS.get("".join(map(str, digits[:4])))
        if issuer is None:
            return Card(valid=False)
        return Card(valid=True, limit=LIMITS.get(issuer, 0) if fixed else LIMITS[issuer])

    return app
