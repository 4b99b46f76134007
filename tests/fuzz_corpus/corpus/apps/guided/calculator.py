"""The remainder of a division by zero inside of parentheses: ZeroDivisionError.

Class: parser
Operation: GET /results
Checks: not_a_server_error
Found by: an expression with parentheses in which a remainder is taken by something that is zero
"""

from typing import Annotated

from xapi import XAPI, HTTPException, Query


class Refused(Exception):
    """What cannot be computed."""


class Parser:
    """An expression: sums of products of numbers and of expressions in parentheses."""

    def __init__(self, text: str, fixed: bool) -> None:
        self.text = text.replace(" ", "")
        self.at = 0
        self.depth = 0
        self.fixed = fixed

    def peek(self) -> str:
        """The next character; an empty text at the end."""
        return self.text[self.at : self.at + 1]

    def sum(self) -> int:
        """Products, added."""
        value = self.product()
        while self.peek() in ("+", "-"):
            sign = 1 if self.peek() == "+" else -1
            self.at += 1
            value += sign * self.product()
        return value

    def product(self) -> int:
        """Atoms, multiplied."""
        value = self.atom()
        while self.peek() in ("*", "%"):
            operator = self.peek()
            self.at += 1
            by = self.atom()
            if operator == "*":
                value *= by
            elif by == 0 and (self.fixed or self.depth == 0):
                raise Refused
            else:
                value %= by
        return value

    def atom(self) -> int:
        """A number, or an expression in parentheses."""
        if self.peek() == "(":
            self.at += 1
            self.depth += 1
            value = self.sum()
            if self.peek() != ")":
                raise Refused
            self.at += 1
            self.depth -= 1
            return value
        start = self.at
        while self.peek() != "" and self.peek() in "0123456789":
            self.at += 1
        if self.at == start:
            raise Refused
        return int(self.text[start : self.at])


def create_app(fixed: bool) -> XAPI:
    app = XAPI(title="Results", version="1.0.0", document_errors="exact")

    @app.get("/results", responses={404: {"description": "No expression"}})
    async def compute(expression: Annotated[str, Query(max_length=40)]) -> int:
        parser = Parser(expression, fixed)
        try:
            value = parser.sum()
        except Refused:
            raise HTTPException(404) from None
        if parser.peek():
            raise HTTPException(404)
        return value % 1_000_007

    return app
