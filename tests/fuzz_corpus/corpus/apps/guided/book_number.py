"""The last digit of a book's number may be an X, which is no number: ValueError.

Class: checksum, a letter among digits
Operation: GET /books
Checks: not_a_server_error
Found by: nine digits and an X whose weighted sum is right, with hyphens where one group has them
"""

from typing import Annotated

from pydantic import BaseModel

from xapi import XAPI, Query

GROUPS = {"0": "English", "2": "French", "3": "German", "88": "Italian"}


class Book(BaseModel):
    known: bool
    group: str = ""
    shelf: int = 0


class Catalogue:
    """Where a book stands."""

    def __init__(self, fixed: bool) -> None:
        self.fixed = fixed

    def __call__(self, isbn: Annotated[str, Query(max_length=20)]) -> Book:
        """The shelf of a book."""
        parts = isbn.split("-")
        digits = "".join(parts)
        if len(digits) != 10 or len(parts) != 4:
            return Book(known=False)
        if self.remainder(digits) != 0:
            return Book(known=False)
        group = GROUPS.get(parts[0])
        if group is None:
            return Book(known=False)
        return Book(known=True, group=group, shelf=self.shelf(digits[-1]))

    @staticmethod
    def remainder(digits: str) -> int:
        """The weighted sum; 1 if there is something else than digits."""
        total = 0
        for weight, character in zip(range(10, 0, -1), digits, strict=True):
            if character == "X" and weight == 1:
                total += 10
            elif "0" <= character <= "9":
                total += weight * int(character)
            else:
                return 1
        return total % 11

    def shelf(self, last: str) -> int:
        """By the last digit."""
        if self.fixed and last == "X":
            return 10
        return int(last)


def create_app(fixed: bool) -> XAPI:
    app = XAPI(title="Books", version="1.0.0", document_errors="exact")
    app.add_api_route("/books", Catalogue(fixed), methods=["GET"])
    return app
