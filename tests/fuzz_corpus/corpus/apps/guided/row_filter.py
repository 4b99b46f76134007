"""A range that is open at its end is read as two numbers: ValueError.

Class: mini language
Operation: GET /rows
Checks: not_a_server_error
Found by: a text of a field, an operator of the code and a range without its end
"""

from collections.abc import Iterator
from typing import Annotated

from xapi import XAPI, HTTPException, Query

ROWS = [{"height": 3, "weight": 10}, {"height": 5, "weight": 8}, {"height": 9, "weight": 30}]
HIGHEST = 999


def clauses(text: str) -> Iterator[tuple[str, str, str]]:
    """The clauses of a filter: field, operator and value."""
    for clause in text.split(";"):
        field, found, rest = clause.partition(":")
        if not found or field not in ROWS[0]:
            raise HTTPException(404)
        operator, _, value = rest.partition(":")
        yield field, operator, value


def number(text: str) -> int:
    """A value that is a number."""
    if not (text.isascii() and text.isdecimal() and len(text) < 6):
        raise HTTPException(404)
    return int(text)


def create_app(fixed: bool) -> XAPI:
    app = XAPI(title="Rows", version="1.0.0", document_errors="exact")

    def holds(row: dict[str, int], field: str, operator: str, value: str) -> bool:
        match operator:
            case "eq":
                return row[field] == number(value)
            case "below":
                return row[field] < number(value)
            case "within":
                low, found, high = value.partition("..")
                if not found:
                    raise HTTPException(404)
                lowest = number(low)
                if high and not (high.isascii() and high.isdecimal() and len(high) < 6):
                    raise HTTPException(404)
                highest = int(high or HIGHEST) if fixed else int(high)
                return lowest <= row[field] <= highest
        raise HTTPException(404)

    @app.get("/rows", responses={404: {"description": "No such filter"}})
    def read(where: Annotated[str, Query(max_length=60)]) -> list[dict[str, int]]:
        wanted = list(clauses(where))
        return [row for row in ROWS if all(holds(row, *clause) for clause in wanted)]

    return app
