"""Decorators that stand without their parentheses, so that they would declare nothing."""

from __future__ import annotations

from xapi.exceptions import DeclarationError
from xapi.operation.arguments import place


def check_called(first: object, decorator: str, argument: str) -> None:
    """Refuse the decorated function in the place of a decorator's first argument.

    Args:
        first: the argument.
        decorator: its name.
        argument: what it takes, as it is written.
    """
    if callable(first) and not isinstance(first, type):
        raise DeclarationError(
            f"{place(first)}: @{decorator} stands without parentheses, so that nothing is declared: write "
            f"@{decorator}({argument})"
        )
